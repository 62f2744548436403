#include "rows.h"

#include <inttypes.h>

enum { NAME_SHOWN = 300, PROGRESS_EACH = 4096 };

static const char *see(struct rows *r, struct span *bad)
{
	if (r->settled)
		columns_settle(r->columns);
	return columns_see(r->columns, &r->row, bad);
}

static void refuse(const struct rows *r, struct span bad, const char *why)
{
	const struct lines *at = &r->in.lines;

	if (bad.p)
		die(STATUS_DATA, "%s:%" PRIu64 ": field %.*s: %s", at->name, at->number,
		    (int)(bad.n < NAME_SHOWN ? bad.n : NAME_SHOWN), bad.p, why);
	die(STATUS_DATA, "%s:%" PRIu64 ": %s", at->name, at->number, why);
}

bool rows_next(struct rows *r, struct span *line)
{
	struct span bad = {0};
	const char *why;

	if (!input_next(&r->in, line)) {
		if (r->in.status)
			die(r->in.status, "%s", r->in.why);
		return false;
	}
	why = row_parse(&r->row, *line);
	if (why && input_was_cut(&r->in))
		die(r->in.status, "%s", r->in.why);
	if (!why && r->columns)
		why = see(r, &bad);
	if (why)
		refuse(r, bad, why);
	if (r->in.rows % PROGRESS_EACH == 0)
		progress("%" PRIu64 " rows, %" PRIu64 " MiB", r->in.rows, r->in.lines.bytes >> 20);
	return true;
}

void rows_free(struct rows *r)
{
	row_free(&r->row);
	input_free(&r->in);
}
