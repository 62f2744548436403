#define _GNU_SOURCE /* memmem */
#include "rows.h"

#include "row/jstr.h"

/* The time that `updated_at` is, where `rest` begins behind that name; false when it is none. */
static bool time_behind(struct rows *r, struct span rest, int64_t *at)
{
	struct span raw;

	while (rest.n > 0 && strchr(" \t\r\n:", *rest.p))
		rest = span_skip(rest, 1);
	if (rest.n == 0 || *rest.p != '"' ||
	    !scan_item(&(struct span){rest.p - 1, rest.n + 1}, &raw))
		return false;
	r->scratch.max = raw.n;
	buf_clear(&r->scratch);
	return clock_parse_rfc3339(jstr_text(raw, &r->scratch), at);
}

/* Could this row bring a newer time? Looks for the name at any depth: four times as fast as a split (2026-11-23). */
static bool may_be_newer(struct rows *r, struct span row)
{
	const char *p, *end = row.p + row.n;
	int64_t at;

	for (p = row.p; (p = memmem(p, (size_t)(end - p), "\"updated_at\"", 12));) {
		p += 12;
		if (time_behind(r, (struct span){p, (size_t)(end - p)}, &at) &&
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
	if (!f || !time_behind(r, (struct span){f->value.p, f->value.n}, &at))
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
