#include "archive.h"

#include "base/time.h"
#include "base/file.h"
#include "base/mem.h"
#include "json/jstr.h"
#include "json/scan.h"
#include "wire/gunzip.h"
#include "wire/gzip.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEPT_MAX = (1 << 30) + (8 << 20), RUN_MAX = 4096 };

/* ---- names ---- */

static struct span digest_at(const void *owner, size_t i)
{
	const struct archive *a = owner;

	return (struct span){(const char *)a->digests[i], CRYPT_SHA256};
}

/* How often this request was made before; its digest is then a->digests[a->n - 1] or another's. */
static uint32_t count(struct archive *a, struct span key, uint8_t digest[CRYPT_SHA256])
{
	size_t i;

	crypt_sha256(key, digest);
	if (a->n == a->cap) {
		a->cap = a->cap ? a->cap * 2 : 64;
		a->digests = mem_resize(a->digests, a->cap, sizeof *a->digests);
		a->times = mem_resize(a->times, a->cap, sizeof *a->times);
	}
	memcpy(a->digests[a->n], digest, CRYPT_SHA256);
	i = map_enter(&a->map, digest_at(a, a->n), a->n);
	if (i != MAP_NONE)
		return ++a->times[i];
	a->times[a->n++] = 0;
	return 0;
}

static char *path_of(struct archive *a, struct span key)
{
	uint8_t digest[CRYPT_SHA256];
	uint32_t n = count(a, key, digest);
	struct buf hex;
	char *path;

	buf_init(&hex, CRYPT_HEX + 1);
	crypt_hex(&hex, digest, 16);
	path = mem_format("%s/%s-%u.json.gz", a->folder, buf_str(&hex), n);
	buf_free(&hex);
	return path;
}

/* ---- the folder ---- */

static bool write_new(const char *path, struct span text, struct error *error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool good = fd >= 0 && file_write(fd, text.p, text.n);

	if (fd >= 0 && close(fd) < 0)
		good = false;
	return good || error_set(error, STATUS_CREATE, "%s: %s", path, strerror(errno));
}

static bool read_run(const char *path, int64_t *now, struct error *error)
{
	struct scan scan = {0};
	struct span all, raw;
	struct where w;
	struct buf text;
	enum json type;
	file_error why;
	bool good;

	buf_init(&text, RUN_MAX);
	why = file_read(path, &text);
	where_parse(&w, SPAN("now"));
	good = !why && !scan_document(&scan, buf_span(&text), &all, &type);
	raw = good ? where_find(&w, all) : (struct span){0};
	good = raw.n > 2 && time_read_rfc3339((struct span){raw.p + 1, raw.n - 2}, now);
	if (!good)
		error_set(
		    error, STATUS_DATA, "%s: %s", path, why ? why : "not the start of an archive");
	scan_free(&scan);
	buf_free(&text);
	return good;
}

static bool write_run(const char *path, int64_t now, struct error *error)
{
	char stamp[TIME_TEXT], *text;
	bool good;

	time_rfc3339(stamp, now);
	text = mem_format("{\"now\":\"%s\"}\n", stamp);
	good = write_new(path, span_of(text), error);
	free(text);
	return good;
}

bool archive_open(
    struct archive *a, const char *folder, bool replay, int64_t *now, struct error *error)
{
	char *path = mem_format("%s/run.json", folder);
	bool good;

	*a = (struct archive){.folder = folder, .replay = replay};
	map_init(&a->map, digest_at, a);
	if (!replay && mkdir(folder, 0700) < 0 && errno != EEXIST)
		good = error_set(error, STATUS_CREATE, "%s: %s", folder, strerror(errno));
	else
		good = replay ? read_run(path, now, error) : write_run(path, *now, error);
	free(path);
	return good;
}

void archive_close(struct archive *a)
{
	if (a->folder)
		map_free(&a->map);
	free(a->digests);
	free(a->times);
	*a = (struct archive){0};
}

/* ---- keeping ---- */

/* Cookies are credentials too. */
static void add_headers(struct buf *to, struct span headers)
{
	while (headers.n > 0) {
		const char *end = memchr(headers.p, '\n', headers.n);
		struct span line = {headers.p, end ? (size_t)(end - headers.p) + 1 : headers.n};

		if (line.n < 11 || strncasecmp(line.p, "set-cookie:", 11) != 0)
			buf_addspan(to, line);
		headers = span_skip(headers, line.n);
	}
}

bool archive_keep(struct archive *a, struct span key, const struct auth *auth,
    const struct http_reply *reply, struct error *error)
{
	char *path = path_of(a, key);
	struct gzip *z = gzip_new();
	struct buf headers, body, line, packed;
	bool good;

	buf_init(&headers, KEPT_MAX);
	buf_init(&body, KEPT_MAX);
	buf_init(&line, KEPT_MAX);
	buf_init(&packed, KEPT_MAX);
	add_headers(&headers, buf_span(&reply->headers));
	auth_hide(auth, &headers);
	buf_addspan(&body, buf_span(&reply->body));
	auth_hide(auth, &body);
	buf_adds(&line, "{\"request\":");
	jstr_quote_any(&line, key);
	buf_addf(&line, ",\"status\":%d,\"headers\":%zu,\"body\":%zu}\n", reply->status, headers.n,
	    body.n);
	gzip_add(z, buf_span(&line), &packed);
	gzip_add(z, buf_span(&headers), &packed);
	gzip_add(z, buf_span(&body), &packed);
	gzip_end(z, &packed);
	good = write_new(path, buf_span(&packed), error);
	buf_free(&headers);
	buf_free(&body);
	buf_free(&line);
	buf_free(&packed);
	free(path);
	return good;
}

/* ---- giving back ---- */

static bool take(struct span all, struct http_reply *reply)
{
	const char *end = all.n > 0 ? memchr(all.p, '\n', all.n) : NULL;
	struct scan scan = {0};
	struct span line = {all.p, end ? (size_t)(end - all.p) : 0}, json;
	uint64_t status = 0, headers = 0, body = 0;
	struct where w;
	enum json type;
	bool good = !scan_document(&scan, line, &json, &type);

	scan_free(&scan);
	if (!good)
		return false;
	all = span_skip(all, line.n + 1);
	good = !where_parse(&w, SPAN("status")) && where_count(&w, json, &status) &&
	       !where_parse(&w, SPAN("headers")) && where_count(&w, json, &headers) &&
	       !where_parse(&w, SPAN("body")) && where_count(&w, json, &body) && headers <= all.n &&
	       body == all.n - headers;
	if (!good)
		return false;
	reply->status = (int)status;
	buf_add(&reply->headers, all.p, headers);
	buf_add(&reply->body, all.p + headers, body);
	return true;
}

bool archive_fetch(
    struct archive *a, struct span key, struct http_reply *reply, struct error *error)
{
	char *path = path_of(a, key);
	struct buf packed, all;
	file_error why;
	bool good;

	buf_init(&packed, KEPT_MAX);
	buf_init(&all, KEPT_MAX);
	buf_clear(&reply->body);
	buf_clear(&reply->headers);
	reply->headers.max = reply->body.max = KEPT_MAX;
	reply->fault = RETRY_NONE;
	reply->tries = 1;
	reply->error[0] = '\0';
	why = file_read(path, &packed);
	good =
	    !why && gunzip_all(buf_span(&packed), &all) == GUNZIP_OK && take(buf_span(&all), reply);
	if (!good)
		error_set(error, STATUS_DATA, "the archive does not hold this request: %s: %s",
		    path, why ? why : "not a page");
	buf_free(&packed);
	buf_free(&all);
	free(path);
	return good;
}
