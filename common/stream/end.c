#include "stream/end.h"

#include "json/jstr.h"
#include "json/row.h"

#include "base/die.h"
#include "base/text.h"

#include <stdio.h>
#include <unistd.h>

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

/* ---- reading ---- */

/* Copies what fits, whole characters only; a NUL ends it. */
static bool read_text(const struct field *f, char text[END_TEXT])
{
	struct buf scratch;
	struct span s;
	size_t n = 0;

	if (f->type != JSON_STRING)
		return false;
	buf_init(&scratch, f->value.n);
	s = jstr_text(f->value, &scratch);
	while (n < s.n && s.p[n]) {
		size_t next = n + text_utf8(s.p + n, s.p + s.n);

		if (next >= END_TEXT)
			break;
		n = next;
	}
	memcpy(text, s.p, n);
	text[n] = '\0';
	buf_free(&scratch);
	return true;
}

static bool read_count(const struct field *f, uint64_t *count)
{
	uint64_t n = 0;

	for (size_t i = 0; i < f->value.n; i++) {
		char c = f->value.p[i];

		if (c < '0' || c > '9' || n > UINT64_MAX / 10 - 1)
			return false;
		n = n * 10 + (uint64_t)(c - '0');
	}
	*count = n;
	return true;
}

static bool read_figure(const struct field *f, struct end *end)
{
	if (span_eq(f->name, SPAN("ok"))) {
		end->ok = f->type == JSON_TRUE;
		return f->type == JSON_TRUE || f->type == JSON_FALSE;
	}
	if (span_eq(f->name, SPAN("rows")))
		return read_count(f, &end->rows);
	if (span_eq(f->name, SPAN("tool")))
		return read_text(f, end->tool);
	if (span_eq(f->name, SPAN("watermark")))
		return read_text(f, end->watermark);
	if (span_eq(f->name, SPAN("error")))
		return read_text(f, end->error);
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
			good = read_figure(&row.fields[i], end);
	}
	row_free(&row);
	return good;
}

/* ---- writing ---- */

static void add_text(struct out *o, const char *key, const char *text)
{
	buf_addf(&o->buf, ",\"%s\":", key);
	jstr_quote_any(&o->buf, span_of(text));
}

void end_write(struct out *o, const struct end *end)
{
	buf_adds(&o->buf, end->ok ? "{\"@end\":{\"ok\":true" : "{\"@end\":{\"ok\":false");
	add_text(o, "tool", end->tool);
	if (end->ok && end->rows != END_UNCOUNTED)
		buf_addf(&o->buf, ",\"rows\":%ju", (uintmax_t)end->rows);
	if (end->ok && *end->watermark)
		add_text(o, "watermark", end->watermark);
	if (!end->ok)
		add_text(o, "error", end->error);
	buf_adds(&o->buf, "}}");
	out_row(o);
	o->rows--;
}

void end_fail(struct out *o, const char *tool, const char *error)
{
	struct end end = {.ok = false};

	die_last_words(NULL, NULL);
	out_drop(o);
	out_undo(o);
	if (!isatty(o->fd)) {
		snprintf(end.tool, sizeof end.tool, "%s", tool);
		snprintf(end.error, sizeof end.error, "%s", error);
		end_write(o, &end);
	}
	out_flush(o);
}

static void last_words(const char *message, void *ctx)
{
	end_fail(ctx, prog_name(), message);
}

void end_guard(struct out *o)
{
	die_last_words(last_words, o);
}

void end_seal(struct out *o, bool seal, const char *watermark)
{
	struct end end = {.ok = true, .rows = o->rows};

	if (seal) {
		snprintf(end.tool, sizeof end.tool, "%s", prog_name());
		snprintf(end.watermark, sizeof end.watermark, "%s", watermark ? watermark : "");
		end_write(o, &end);
	}
	die_last_words(NULL, NULL);
}
