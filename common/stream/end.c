#include "stream/end.h"

#include "json/jstr.h"
#include "json/row.h"

#include "base/die.h"
#include "base/time.h"
#include "base/text.h"

#include <stdio.h>

bool end_is(struct span line)
{
	const char *end = line.p + line.n, *p;

	if (line.n > 2 && line.p[0] == '{' && line.p[1] == '"' && line.p[2] != '@')
		return false;
	p = scan_space(line.p, end);
	if (p == end || *p != '{')
		return false;
	p = scan_space(p + 1, end);
	return span_starts((struct span){p, (size_t)(end - p)}, SPAN("\"@end\""));
}

/* ---- the forms of values ---- */

enum { TEXT_SCANNED = 64 * 1024 };

static bool all_of(const char *text, const char *marks)
{
	for (; *text; text++)
		if (!(*text >= '0' && *text <= '9') && !(*text >= 'a' && *text <= 'z') &&
		    !(*text >= 'A' && *text <= 'Z') && !strchr(marks, *text))
			return false;
	return true;
}

static bool is_name(const char *text)
{
	return all_of(text, "._+-");
}

static bool is_run(const char *text)
{
	return all_of(text, "._:+-");
}

static bool is_time(const char *text)
{
	int64_t us;

	return time_read_rfc3339(span_of(text), &us);
}

static bool is_shard(const char *text)
{
	struct span s = span_of(text);
	size_t n = span_digits(s);

	if (n == 0 || n > 9 || text[n] != '/')
		return false;
	s = span_skip(s, n + 1);
	return s.n > 0 && s.n <= 9 && span_digits(s) == s.n;
}

static bool is_hash(const char *text)
{
	return strspn(text, "0123456789abcdef") == strlen(text);
}

/* ---- its keys ---- */

static const struct text_key {
	const char *key;
	size_t at, size;
	bool (*fits)(const char *text);
	bool optional; /* a text of another form is dropped */
} text_keys[] = {
    {"tool", offsetof(struct end, tool), END_NAME, is_name, true},
    {"watermark", offsetof(struct end, watermark), END_TIME, is_time, false},
    {"since", offsetof(struct end, since), END_TIME, is_time, false},
    {"until", offsetof(struct end, until), END_TIME, is_time, false},
    {"run", offsetof(struct end, run), END_NAME, is_run, true},
    {"shard", offsetof(struct end, shard), END_TIME, is_shard, false},
    {"masked", offsetof(struct end, masked), END_HASH, is_hash, false},
};

enum { TEXT_KEYS = sizeof text_keys / sizeof *text_keys };

static char *text_at(struct end *end, const struct text_key *key)
{
	return (char *)end + key->at;
}

static const char *const_text_at(const struct end *end, const struct text_key *key)
{
	return (const char *)end + key->at;
}

/* ---- reading ---- */

/* Copies the string, cut to `size`; false where it is not one, or holds a NUL. */
static bool read_text(const struct field *f, char *text, size_t size)
{
	struct buf scratch;
	struct span s;
	bool ok;

	if (f->type != JSON_STRING || f->value.n > TEXT_SCANNED)
		return false;
	buf_init(&scratch, f->value.n);
	s = jstr_text(f->value, &scratch);
	ok = s.n == 0 || !memchr(s.p, '\0', s.n);
	snprintf(text, size, "%.*s", SPAN_ARG(s));
	buf_free(&scratch);
	return ok;
}

static bool read_form(const struct field *f, struct end *end, const struct text_key *key)
{
	char text[END_TEXT];

	if (!read_text(f, text, sizeof text))
		return false;
	if (strlen(text) >= key->size || (*text && !key->fits(text)))
		return key->optional;
	memcpy(text_at(end, key), text, strlen(text) + 1);
	return true;
}

static bool read_status(const struct field *f, int *status)
{
	uint64_t n;

	if (!text_number(f->value, &n) || n > UINT8_MAX)
		return false;
	*status = (int)n;
	return true;
}

static bool read_key(const struct field *f, struct end *end)
{
	for (size_t i = 0; i < TEXT_KEYS; i++)
		if (span_eq(f->name, span_of(text_keys[i].key)))
			return read_form(f, end, &text_keys[i]);
	if (span_eq(f->name, SPAN("ok"))) {
		end->ok = f->type == JSON_TRUE;
		return f->type == JSON_TRUE || f->type == JSON_FALSE;
	}
	if (span_eq(f->name, SPAN("rows")))
		return text_number(f->value, &end->rows);
	if (span_eq(f->name, SPAN("rejected")))
		return text_number(f->value, &end->rejected);
	if (span_eq(f->name, SPAN("status")))
		return read_status(f, &end->status);
	if (span_eq(f->name, SPAN("error")))
		return read_text(f, end->error, END_TEXT);
	return true;
}

bool end_parse(struct span line, struct end *end)
{
	struct row row = {0};
	bool good = !row_parse(&row, line) && row.n == 1 && row.fields[0].type == JSON_OBJECT;

	*end = (struct end){.rows = END_UNCOUNTED};
	if (good) {
		row_split(&row, row.fields[0].value);
		good = row_find(&row, SPAN("ok")) != NULL;
		for (size_t i = 0; i < row.n && good; i++)
			good = read_key(&row.fields[i], end);
	}
	text_plain(end->error);
	row_free(&row);
	return good;
}

/* ---- making ---- */

void end_init(struct end *end)
{
	*end = (struct end){.ok = true};
	snprintf(end->tool, sizeof end->tool, "%s", prog_name());
	if (strlen(prog_run_id()) < sizeof end->run && is_run(prog_run_id()))
		snprintf(end->run, sizeof end->run, "%s", prog_run_id());
}

void end_of_failure(struct end *end, enum status status, const char *text)
{
	end_init(end);
	end->ok = false;
	end->status = (int)status;
	snprintf(end->error, sizeof end->error, "%s", text);
	text_plain(end->error);
}

static void keep_least(char *time, const char *other)
{
	int64_t a, b;

	if (!time_read_rfc3339(span_of(time), &a) || !time_read_rfc3339(span_of(other), &b))
		*time = '\0';
	else if (b < a)
		memcpy(time, other, strlen(other) + 1);
}

void end_join(struct end *end, const struct end *other)
{
	char watermark[END_TIME];

	memcpy(watermark, end->watermark, sizeof watermark);
	keep_least(watermark, other->watermark);
	for (size_t i = 0; i < TEXT_KEYS; i++)
		if (strcmp(text_at(end, &text_keys[i]), const_text_at(other, &text_keys[i])) != 0)
			*text_at(end, &text_keys[i]) = '\0';
	memcpy(end->watermark, watermark, sizeof watermark);
	end->rejected += other->rejected;
	if (end->rows != END_UNCOUNTED)
		end->rows = other->rows == END_UNCOUNTED ? END_UNCOUNTED : end->rows + other->rows;
}

/* ---- writing ---- */

static void add_text(struct buf *b, const char *key, const char *text)
{
	if (!*text)
		return;
	buf_addf(b, ",\"%s\":", key);
	jstr_quote_any(b, span_of(text));
}

static void add_good(struct buf *b, const struct end *end)
{
	if (end->rows != END_UNCOUNTED)
		buf_addf(b, ",\"rows\":%ju", (uintmax_t)end->rows);
	if (end->rejected > 0)
		buf_addf(b, ",\"rejected\":%ju", (uintmax_t)end->rejected);
	for (size_t i = 1; i < TEXT_KEYS; i++)
		add_text(b, text_keys[i].key, const_text_at(end, &text_keys[i]));
}

void end_write(struct out *o, const struct end *end)
{
	buf_adds(&o->buf, end->ok ? "{\"@end\":{\"ok\":true" : "{\"@end\":{\"ok\":false");
	add_text(&o->buf, "tool", end->tool);
	if (end->ok)
		add_good(&o->buf, end);
	else
		add_text(&o->buf, "error", end->error);
	if (!end->ok && end->status)
		buf_addf(&o->buf, ",\"status\":%d", end->status);
	buf_adds(&o->buf, "}}");
	out_row(o);
	o->rows--;
}

void end_fail(struct out *o, const struct end *end)
{
	die_last_words(NULL, NULL);
	out_drop(o);
	out_undo(o);
	if (out_is_stream(o))
		end_write(o, end);
	out_abandon(o);
}

static void last_words(enum status status, const char *message, void *ctx)
{
	struct end end;

	end_of_failure(&end, status, message);
	end_fail(ctx, &end);
}

void end_guard(struct out *o)
{
	die_last_words(last_words, o);
}

bool end_close(struct out *o, struct end *end, struct error *error)
{
	if (end) {
		end->rows = o->rows;
		end_write(o, end);
	}
	die_last_words(NULL, NULL);
	return out_close(o, error);
}
