/* STDDEV and VARIANCE, also as window functions. */

#include "sql/fn.h"

#include <math.h>

/* Sums of what came, of which what left is taken off again; about the first value, for precision. */
struct sums {
	int64_t n;
	double first, x, xx;
	int64_t odd; /* NaN and infinities: the result is NaN */
};

enum stat { VAR_POP, VAR_SAMP, STDDEV_POP, STDDEV_SAMP };

static const struct {
	const char *name;
	enum stat stat;
} stats[] = {{"bq_var_pop", VAR_POP}, {"bq_var_samp", VAR_SAMP}, {"bq_stddev_pop", STDDEV_POP},
    {"bq_stddev_samp", STDDEV_SAMP}};

static void change(sqlite3_context *ctx, sqlite3_value *v, int sign)
{
	struct sums *s = sqlite3_aggregate_context(ctx, sizeof *s);
	double x = fn_double(v);

	if (!s || sqlite3_value_type(v) == SQLITE_NULL)
		return;
	if (!isfinite(x)) {
		s->odd += sign;
		s->n += sign;
		return;
	}
	if (s->n == 0)
		*s = (struct sums){.first = x};
	x -= s->first;
	s->n += sign;
	s->x += sign * x;
	s->xx += sign * x * x;
}

static void step(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	change(ctx, v[0], 1);
}

static void leave(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	change(ctx, v[0], -1);
}

static void value(sqlite3_context *ctx)
{
	const struct sums *s = sqlite3_aggregate_context(ctx, 0);
	enum stat stat = *(const enum stat *)sqlite3_user_data(ctx);
	bool sample = stat == VAR_SAMP || stat == STDDEV_SAMP;
	double n, variance;

	if (!s || s->n < (sample ? 2 : 1))
		return;
	n = (double)s->n;
	variance = (s->xx - s->x * s->x / n) / (n - sample);
	if (variance < 0)
		variance = 0;
	fn_result_double(ctx, s->odd ? NAN : stat >= STDDEV_POP ? sqrt(variance) : variance);
}

int fn_register_stats(sqlite3 *db)
{
	enum { FLAGS = SQLITE_UTF8 | SQLITE_DETERMINISTIC };
	int rc = SQLITE_OK;

	for (size_t i = 0; i < sizeof stats / sizeof *stats; i++)
		rc |= sqlite3_create_window_function(db, stats[i].name, 1, FLAGS,
		    (void *)(uintptr_t)&stats[i].stat, step, value, value, leave, NULL);
	return rc;
}
