#include "state.h"

#include "base/time.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/atomic_file.h"
#include "json/jstr.h"
#include "json/scan.h"
#include "where.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { STATE_MAX = 64 * 1024, RECEIPT_MAX = 16 << 20 };

/* The text of a member; absent: there is none. */
static struct span text_at(const char *place, struct span json, struct buf *scratch)
{
	struct where w;

	where_parse(&w, span_of(place));
	return where_text(&w, json, scratch);
}

static bool parse(
    const char *path, struct span text, struct scan *scan, struct span *json, struct error *error)
{
	enum json type;
	const char *why = scan_document(scan, text, json, &type);

	if (!why && type != JSON_OBJECT)
		why = "not a JSON object";
	return !why || error_set(error, STATUS_DATA, "%s: %s", path, why);
}

bool state_read(const char *path, const char *resource, bool *has, int64_t *us, struct error *error)
{
	struct scan scan = {0};
	struct buf text, scratch;
	struct span json, of, mark;
	file_error why;

	*has = false;
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return true;
	buf_init(&text, STATE_MAX);
	buf_init(&scratch, STATE_MAX);
	why = file_read(path, &text);
	if (why) {
		error_set(error, STATUS_IO, "%s: %s", path, why);
	} else if (parse(path, buf_span(&text), &scan, &json, error)) {
		of = text_at("resource", json, &scratch);
		mark = text_at("watermark", json, &scratch);
		*has = mark.p && time_read_rfc3339(mark, us);
		if (!*has)
			error_set(error, STATUS_DATA, "%s: watermark: not a time", path);
		else if (resource && !span_eq(of, span_of(resource)))
			error_set(error, STATUS_DATA, "%s: is the state of another resource", path);
	}
	scan_free(&scan);
	buf_free(&text);
	buf_free(&scratch);
	return error->status == STATUS_OK;
}

/* ---- moving it ---- */

static struct span last_line(struct span text)
{
	text = span_trim(text);
	for (size_t n = text.n; n > 0; n--)
		if (text.p[n - 1] == '\n')
			return span_skip(text, n);
	return text;
}

static bool read_receipt(const char *path, int64_t *us, struct error *error)
{
	struct scan scan = {0};
	struct buf text, scratch;
	struct span json, mark;
	file_error why;

	buf_init(&text, RECEIPT_MAX);
	buf_init(&scratch, RECEIPT_MAX);
	why = file_read(path, &text);
	if (why) {
		error_set(error, STATUS_IO, "%s: %s", path, why);
	} else if (parse(path, last_line(buf_span(&text)), &scan, &json, error)) {
		struct span ok = text_at("@end.ok", json, &scratch);

		mark = text_at("watermark", json, &scratch);
		if (!mark.p)
			mark = text_at("@end.watermark", json, &scratch);
		if (ok.p && !span_eq(ok, SPAN("true")))
			error_set(
			    error, STATUS_DATA, "%s: the run failed: nothing is committed", path);
		else if (!mark.p || !time_read_rfc3339(mark, us))
			error_set(error, STATUS_DATA, "%s: has no watermark", path);
	}
	scan_free(&scan);
	buf_free(&text);
	buf_free(&scratch);
	return error->status == STATUS_OK;
}

static bool put(const char *path, const char *resource, int64_t us, struct error *error)
{
	char stamp[TIME_TEXT];
	struct atomic_file w;
	struct buf text;
	bool good;

	time_rfc3339(stamp, us);
	buf_init(&text, STATE_MAX);
	buf_adds(&text, "{\"resource\":");
	jstr_quote_any(&text, span_of(resource));
	buf_addf(&text, ",\"watermark\":\"%s\"}\n", stamp);
	good = atomic_file_open(&w, path, ATOMIC_FILE_PRIVATE);
	if (good && !file_write(w.fd, text.p, text.n)) {
		atomic_file_drop(&w);
		good = false;
	} else if (good) {
		good = atomic_file_commit(&w);
	}
	buf_free(&text);
	return good || error_set(error, STATUS_CREATE, "%s: %s", path, strerror(errno));
}

bool state_commit(const char *path, const char *resource, const char *receipt, struct error *error)
{
	int64_t old, fresh;
	bool has;

	if (!state_read(path, resource, &has, &old, error) || !read_receipt(receipt, &fresh, error))
		return false;
	if (has && fresh <= old)
		return true;
	return put(path, resource, fresh, error);
}
