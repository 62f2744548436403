/* APPROX_QUANTILES (exact here), PERCENTILE_CONT, PERCENTILE_DISC; MAX_BY and MIN_BY. */

#include "sql/fn.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

/* All values that are not NULL, and the second argument. */
struct pile {
	sqlite3_value **value;
	size_t n, cap;
	double second;
};

enum { RANK_MAX = 64 << 20 };

int fn_compare(sqlite3_value *a, sqlite3_value *b)
{
	int type = sqlite3_value_type(a);
	struct span x, y;
	double p, q;
	int order;

	if (type == SQLITE_INTEGER && sqlite3_value_type(b) == SQLITE_INTEGER)
		return (sqlite3_value_int64(a) > sqlite3_value_int64(b)) -
		       (sqlite3_value_int64(a) < sqlite3_value_int64(b));
	if (type == SQLITE_FLOAT || sqlite3_value_type(b) == SQLITE_FLOAT) {
		p = fn_double(a);
		q = fn_double(b);
		/* NaN, a text here, stands before all numbers */
		return isnan(p) || isnan(q) ? isnan(q) - isnan(p) : (p > q) - (p < q);
	}
	x = fn_text(a);
	y = fn_text(b);
	order = memcmp(x.p, y.p, x.n < y.n ? x.n : y.n);
	return order ? order : (x.n > y.n) - (x.n < y.n);
}

static int compare_plain(const void *a, const void *b)
{
	return fn_compare(*(sqlite3_value *const *)a, *(sqlite3_value *const *)b);
}

static int compare_decimal(const void *a, const void *b)
{
	struct decimal x, y;

	fn_decimal(*(sqlite3_value *const *)a, &x);
	fn_decimal(*(sqlite3_value *const *)b, &y);
	return decimal_compare(&x, &y);
}

static void step(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct pile *p = sqlite3_aggregate_context(ctx, sizeof *p);

	(void)n;
	if (!p)
		return;
	p->second = fn_double(v[1]);
	if (sqlite3_value_type(v[0]) == SQLITE_NULL)
		return;
	if (p->n == p->cap) {
		p->cap = p->cap ? p->cap * 2 : 16;
		p->value = mem_resize(p->value, p->cap, sizeof *p->value);
	}
	p->value[p->n++] = sqlite3_value_dup(v[0]);
}

/* The frame is the whole partition: nothing leaves it. */
static void leave(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)ctx;
	(void)n;
	(void)v;
}

static void drop(struct pile *p)
{
	for (size_t i = 0; i < p->n; i++)
		sqlite3_value_free(p->value[i]);
	free(p->value);
	*p = (struct pile){0};
}

static void sort(sqlite3_context *ctx, struct pile *p)
{
	bool decimal = *(const char *)sqlite3_user_data(ctx) == 'n';

	if (p->n)
		qsort(p->value, p->n, sizeof *p->value, decimal ? compare_decimal : compare_plain);
}

/* The values at 0, 1/n ... 1 of the way. */
static void quantiles(sqlite3_context *ctx)
{
	struct pile *p = sqlite3_aggregate_context(ctx, 0);
	bool decimal = *(const char *)sqlite3_user_data(ctx) == 'n';
	struct buf b;

	if (!p)
		return;
	if (!(p->second >= 1)) {
		sqlite3_result_error(
		    ctx, "The second argument of APPROX_QUANTILES must be positive", -1);
		drop(p);
		return;
	}
	sort(ctx, p);
	buf_init(&b, RANK_MAX);
	buf_addc(&b, '[');
	for (double i = 0; i <= p->second && p->n && !b.full; i++) {
		size_t at = (size_t)((double)(p->n - 1) * i / p->second + 0.5);
		sqlite3_value *value = p->value[at < p->n ? at : p->n - 1];

		buf_adds(&b, i > 0 ? "," : "");
		fn_json_element(
		    &b, !decimal && sqlite3_value_type(value) == SQLITE_FLOAT ? 'f' : 's', value);
	}
	buf_addc(&b, ']');
	if (b.full)
		sqlite3_result_error_toobig(ctx);
	else if (p->n)
		fn_result_text(ctx, buf_span(&b));
	buf_free(&b);
	drop(p);
}

static void percentile(sqlite3_context *ctx)
{
	struct pile *p = sqlite3_aggregate_context(ctx, 0);
	const char *how = sqlite3_user_data(ctx);
	double at, low;
	size_t i;

	if (!p || !p->n)
		return;
	if (!(p->second >= 0 && p->second <= 1)) {
		sqlite3_result_error(ctx, "A percentile must be in the range of 0 to 1", -1);
		return;
	}
	sort(ctx, p);
	if (*how != 'c') {
		at = ceil(p->second * (double)p->n);
		sqlite3_result_value(ctx, p->value[at < 1 ? 0 : (size_t)at - 1]);
		return;
	}
	at = p->second * (double)(p->n - 1);
	i = (size_t)at;
	low = fn_double(p->value[i]);
	if (i + 1 < p->n)
		low += (fn_double(p->value[i + 1]) - low) * (at - (double)i);
	fn_result_double(ctx, low);
}

static void percentile_end(sqlite3_context *ctx)
{
	struct pile *p = sqlite3_aggregate_context(ctx, 0);

	percentile(ctx);
	if (p)
		drop(p);
}

/* ---- MAX_BY(x, y): the x of the greatest y; rows whose y is NULL do not count ---- */

struct by {
	sqlite3_value *value, *key;
};

static void by_step(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct by *b = sqlite3_aggregate_context(ctx, sizeof *b);
	int sign = *(const char *)sqlite3_user_data(ctx) == '+' ? 1 : -1;

	(void)n;
	if (!b || sqlite3_value_type(v[1]) == SQLITE_NULL ||
	    (b->key && fn_compare(v[1], b->key) * sign <= 0))
		return;
	sqlite3_value_free(b->key);
	sqlite3_value_free(b->value);
	b->key = sqlite3_value_dup(v[1]);
	b->value = sqlite3_value_dup(v[0]);
}

static void by_end(sqlite3_context *ctx)
{
	struct by *b = sqlite3_aggregate_context(ctx, 0);

	if (!b)
		return;
	if (b->value)
		sqlite3_result_value(ctx, b->value);
	sqlite3_value_free(b->key);
	sqlite3_value_free(b->value);
	*b = (struct by){0};
}

int fn_register_ranks(sqlite3 *db)
{
	enum { FLAGS = SQLITE_UTF8 | SQLITE_DETERMINISTIC };
	static const struct {
		const char *name, *how;
		void (*step)(sqlite3_context *, int, sqlite3_value **);
		void (*end)(sqlite3_context *), (*value)(sqlite3_context *);
	} all[] = {{"bq_quantiles", "p", step, quantiles, NULL},
	    {"bq_quantiles_num", "n", step, quantiles, NULL},
	    {"bq_percentile_cont", "c", step, percentile_end, percentile},
	    {"bq_percentile_disc", "p", step, percentile_end, percentile},
	    {"bq_percentile_num", "n", step, percentile_end, percentile},
	    {"bq_max_by", "+", by_step, by_end, NULL}, {"bq_min_by", "-", by_step, by_end, NULL}};
	int rc = SQLITE_OK;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		rc |= sqlite3_create_window_function(db, all[i].name, 2, FLAGS,
		    (void *)(uintptr_t)all[i].how, all[i].step, all[i].end, all[i].value,
		    all[i].value ? leave : NULL, NULL);
	return rc;
}
