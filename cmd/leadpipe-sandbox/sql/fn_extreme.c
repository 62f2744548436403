#include "sql/fn.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

/*
 * MIN and MAX of FLOAT64 (NaN wins) and of decimals, also over a sliding frame: rows
 * leave it in the order they came, so only those are kept that can still win.
 */

struct extreme_kept {
	uint64_t number; /* of the value among all that came */
	sqlite3_value *value;
};

struct extreme {
	struct extreme_kept *kept; /* first..n-1, the winner first */
	size_t first, n, cap;
	uint64_t came, left;
};

struct extreme_spec {
	const char *name;
	int sign; /* 1: the greatest wins */
	bool decimal;
};

static const struct extreme_spec specs[] = {
    {"bq_min", -1, false}, {"bq_max", 1, false}, {"bq_min_num", -1, true}, {"bq_max_num", 1, true}};

/* Is b at least as good as a, so that a can never win while b is there? */
static bool beats(const struct extreme_spec *spec, sqlite3_value *b, sqlite3_value *a)
{
	struct decimal x, y;
	double p, q;

	if (spec->decimal) {
		fn_decimal(a, &x);
		fn_decimal(b, &y);
		return decimal_compare(&y, &x) * spec->sign >= 0;
	}
	p = fn_double(a);
	q = fn_double(b);
	return isnan(q) || (!isnan(p) && (spec->sign > 0 ? q >= p : q <= p));
}

static void step(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	const struct extreme_spec *spec = sqlite3_user_data(ctx);
	struct extreme *e = sqlite3_aggregate_context(ctx, sizeof(*e));

	(void)n;
	if (!e || sqlite3_value_type(v[0]) == SQLITE_NULL)
		return;
	while (e->n > e->first && beats(spec, v[0], e->kept[e->n - 1].value))
		sqlite3_value_free(e->kept[--e->n].value);
	if (e->first == e->n)
		e->first = e->n = 0;
	if (e->n == e->cap) {
		e->cap = e->cap ? e->cap * 2 : 8;
		e->kept = mem_resize(e->kept, e->cap, sizeof(*e->kept));
	}
	e->kept[e->n++] = (struct extreme_kept){e->came++, sqlite3_value_dup(v[0])};
}

static void inverse(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct extreme *e = sqlite3_aggregate_context(ctx, sizeof(*e));

	(void)n;
	if (!e || sqlite3_value_type(v[0]) == SQLITE_NULL)
		return;
	if (e->first < e->n && e->kept[e->first].number == e->left)
		sqlite3_value_free(e->kept[e->first++].value);
	e->left++;
}

static void value(sqlite3_context *ctx)
{
	const struct extreme *e = sqlite3_aggregate_context(ctx, 0);

	if (e && e->first < e->n)
		sqlite3_result_value(ctx, e->kept[e->first].value);
}

static void final(sqlite3_context *ctx)
{
	struct extreme *e = sqlite3_aggregate_context(ctx, 0);

	value(ctx);
	if (!e)
		return;
	while (e->first < e->n)
		sqlite3_value_free(e->kept[e->first++].value);
	free(e->kept);
	*e = (struct extreme){0};
}

int fn_register_extremes(sqlite3 *db)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; i < sizeof(specs) / sizeof(*specs); i++)
		rc |= sqlite3_create_window_function(db, specs[i].name, 1,
		    SQLITE_UTF8 | SQLITE_DETERMINISTIC, (void *)(uintptr_t)&specs[i], step, final,
		    value, inverse, NULL);
	return rc;
}
