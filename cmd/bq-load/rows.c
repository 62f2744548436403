#include "rows.h"

#include "base/die.h"

#include <inttypes.h>

enum { PROGRESS_EACH = 4096 };

static const char *see(struct bqload_rows *r, const struct row *row, struct span *bad)
{
	if (r->settled)
		columns_settle(r->columns);
	return columns_see(r->columns, row, bad);
}

static bool refuse(const struct bqload_rows *r, const struct sink_row *row, const struct bad *bad)
{
	char where[REJECT_WHERE];

	reject_where(where, sizeof where, row->name, row->number, bad);
	return sink_fail(r->sink, STATUS_DATA, "%s", where);
}

static bool end(struct bqload_rows *r)
{
	uint64_t rows = r->sink->in.rows;

	if (!r->sink->error.status && r->wanted != ROWS_ANY && rows != r->wanted)
		sink_fail(r->sink, STATUS_DATA, "%" PRIu64 " rows came, and --rows says %" PRIu64,
		    rows, r->wanted);
	return false;
}

bool rows_next(struct bqload_rows *r, struct span *line)
{
	const struct input *in = &r->sink->in;
	struct sink_row row;
	struct bad bad = {.reason = NULL};

	if (!sink_next(r->sink, &row))
		return end(r);
	bad.reason = row.why;
	if (!bad.reason && r->columns)
		bad.reason = see(r, row.row, &bad.field);
	if (bad.reason)
		return refuse(r, &row, &bad);
	*line = row.line;
	if (in->rows % PROGRESS_EACH == 0)
		progress("%" PRIu64 " rows, %" PRIu64 " MiB", in->rows, in->lines.bytes >> 20);
	return true;
}
