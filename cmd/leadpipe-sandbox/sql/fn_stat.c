/* STDDEV, also as a window function. */

#include "sql/fn.h"

#include <math.h>

/* Sums of the frame's values, less the first value, for precision. */
struct sums {
	int64_t n;
	double first, x, xx;
	int64_t odd; /* NaN and infinities: the result is NaN */
};

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

/* Of a sample where the user data is not NULL. */
static void value(sqlite3_context *ctx)
{
	const struct sums *s = sqlite3_aggregate_context(ctx, 0);
	bool sample = sqlite3_user_data(ctx) != NULL;
	double n, variance;

	if (!s || s->n < (sample ? 2 : 1))
		return;
	n = (double)s->n;
	variance = (s->xx - s->x * s->x / n) / (n - sample);
	fn_result_double(ctx, s->odd ? NAN : sqrt(variance > 0 ? variance : 0));
}

int fn_register_stats(sqlite3 *db)
{
	enum { FLAGS = SQLITE_UTF8 | SQLITE_DETERMINISTIC };
	void *sample = (void *)(uintptr_t) "sample";

	return sqlite3_create_window_function(
	           db, "bq_stddev_pop", 1, FLAGS, NULL, step, value, value, leave, NULL) |
	       sqlite3_create_window_function(
	           db, "bq_stddev_samp", 1, FLAGS, sample, step, value, value, leave, NULL);
}
