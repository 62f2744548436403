#include "rows.h"

#include "row/jstr.h"

static void see(struct rows *r, struct span row)
{
	const struct field *f;
	int64_t at;

	row_split(&r->row, row);
	f = row_find(&r->row, SPAN("updated_at"));
	if (!f || f->type != JSON_STRING)
		return;
	r->scratch.max = f->value.n;
	buf_clear(&r->scratch);
	if (!clock_parse_rfc3339(jstr_text(f->value, &r->scratch), &at))
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
