#define _GNU_SOURCE /* memmem */
#include "rows.h"

#include "json/jstr.h"

#define NAME "\"updated_at\""

/* The time that stands at the start of `rest` as a string, behind a colon or not; false when none does. */
static bool time_at(struct rows *r, struct span rest, int64_t *at)
{
	struct span raw;
	const char *quote;

	while (rest.n > 0 && strchr(" \t\r\n:", *rest.p))
		rest = span_skip(rest, 1);
	if (rest.n < 2 || *rest.p != '"')
		return false;
	quote = memchr(rest.p + 1, '"', rest.n - 1);
	if (!quote || quote[-1] == '\\')
		return false;
	raw = (struct span){rest.p, (size_t)(quote + 1 - rest.p)};
	r->scratch.max = raw.n;
	buf_clear(&r->scratch);
	return clock_parse_rfc3339(jstr_text(raw, &r->scratch), at);
}

/*
 * Could this row bring a newer time? Looks for the name at any depth, which costs a
 * tenth of a split (2026-11-23).
 */
static bool may_be_newer(struct rows *r, struct span row)
{
	const char *p = row.p, *end = row.p + row.n;
	int64_t at;

	while ((p = memmem(p, (size_t)(end - p), NAME, sizeof NAME - 1))) {
		p += sizeof NAME - 1;
		if (time_at(r, (struct span){p, (size_t)(end - p)}, &at) &&
		    (!r->any || at > r->newest))
			return true;
	}
	return false;
}

static void see(struct rows *r, struct span row)
{
	const struct field *f;
	int64_t at;

	if (!may_be_newer(r, row))
		return;
	row_split(&r->row, row);
	f = row_find(&r->row, SPAN("updated_at"));
	if (!f || !time_at(r, f->value, &at))
		return;
	if (!r->any || at > r->newest)
		r->newest = at;
	r->any = true;
}

/* A line end never stands inside a string, so all of them may go. */
static void add_joined(struct buf *b, struct span row)
{
	while (row.n > 0) {
		size_t n = 0;

		while (n < row.n && row.p[n] != '\n' && row.p[n] != '\r')
			n++;
		buf_add(b, row.p, n);
		row = span_skip(row, n < row.n ? n + 1 : n);
	}
}

void rows_write(struct rows *r, struct span row, struct out *out)
{
	see(r, row);
	if (memchr(row.p, '\n', row.n) || memchr(row.p, '\r', row.n))
		add_joined(&out->buf, row);
	else
		buf_addspan(&out->buf, row);
	out_row(out);
}

void rows_watermark(const struct rows *r, char text[CLOCK_TEXT])
{
	text[0] = '\0';
	if (r->any)
		clock_rfc3339(text, r->newest);
}

void rows_free(struct rows *r)
{
	row_free(&r->row);
	buf_free(&r->scratch);
}
