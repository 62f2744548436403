/* RANGE. */

#include "sql/fn.h"
#include "storage/interval.h"

/* bq_range(start, end): a NULL bound is UNBOUNDED. */
static char *range(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span bound[2] = {{0}};
	char text[RANGE_TEXT];

	(void)n;
	for (int i = 0; i < 2; i++)
		if (sqlite3_value_type(v[i]) != SQLITE_NULL)
			bound[i] = fn_text(v[i]);
	if (!range_make(bound[0], bound[1], text))
		return sqlite3_mprintf(
		    "Range start element must be smaller than range end element");
	fn_result_text(ctx, span_of(text));
	return NULL;
}

/* A bound: absent is NULL. (A TIMESTAMP's digits are made a number by the CAST around the call.) */
static void bound_result(sqlite3_context *ctx, struct span bound)
{
	if (bound.p)
		fn_result_text(ctx, bound);
}

static char *range_start(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span start, end;

	(void)n;
	range_bounds(fn_text(v[0]), &start, &end);
	bound_result(ctx, start);
	return NULL;
}

static char *range_end(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span start, end;

	(void)n;
	range_bounds(fn_text(v[0]), &start, &end);
	bound_result(ctx, end);
	return NULL;
}

/* Does a end (absent: never) behind where b starts (absent: before all)? */
static bool reaches(struct span end, struct span start)
{
	return !end.p || !start.p || range_compare(end, start) > 0;
}

/* RANGE_CONTAINS(range, value) */
static char *contains(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span start, end, value = fn_text(v[1]);

	(void)n;
	range_bounds(fn_text(v[0]), &start, &end);
	sqlite3_result_int(
	    ctx, (!start.p || range_compare(start, value) <= 0) && reaches(end, value));
	return NULL;
}

/* RANGE_CONTAINS(outer, inner) */
static char *contains_range(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span a[2], b[2];

	(void)n;
	range_bounds(fn_text(v[0]), &a[0], &a[1]);
	range_bounds(fn_text(v[1]), &b[0], &b[1]);
	sqlite3_result_int(ctx, (!a[0].p || (b[0].p && range_compare(a[0], b[0]) <= 0)) &&
	                            (!a[1].p || (b[1].p && range_compare(a[1], b[1]) >= 0)));
	return NULL;
}

static bool overlap(sqlite3_value **v, struct span a[2], struct span b[2])
{
	range_bounds(fn_text(v[0]), &a[0], &a[1]);
	range_bounds(fn_text(v[1]), &b[0], &b[1]);
	return reaches(a[1], b[0]) && reaches(b[1], a[0]);
}

static char *overlaps(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span a[2], b[2];

	(void)n;
	sqlite3_result_int(ctx, overlap(v, a, b));
	return NULL;
}

static char *intersect(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span a[2], b[2];
	char text[RANGE_TEXT];

	(void)n;
	if (!overlap(v, a, b))
		return sqlite3_mprintf("Provided RANGE inputs do not overlap");
	if (!a[0].p || (b[0].p && range_compare(b[0], a[0]) > 0))
		a[0] = b[0];
	if (!a[1].p || (b[1].p && range_compare(b[1], a[1]) < 0))
		a[1] = b[1];
	range_make(a[0], a[1], text);
	fn_result_text(ctx, span_of(text));
	return NULL;
}

const struct sql_fn sql_fn_range[] = {{"bq_range", range, true}, {"bq_range_start", range_start, 0},
    {"bq_range_end", range_end, 0}, {"bq_range_contains", contains, 0},
    {"bq_range_contains_range", contains_range, 0}, {"bq_range_overlaps", overlaps, 0},
    {"bq_range_intersect", intersect, 0}, {0}};
