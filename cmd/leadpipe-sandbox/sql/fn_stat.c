/* STDDEV, VARIANCE, COVAR, CORR and BIT_ aggregates, also as window functions. */

#include "sql/fn.h"
#include "base/die.h"

#include <math.h>

/* Sums of what came, of which what left is taken off again; about the first value, for precision. */
struct sums {
	int64_t n;
	double first_x, first_y;
	double x, y, xx, yy, xy;
	int64_t odd; /* NaN and infinities: the result is NaN */
};

enum stat { VAR_POP, VAR_SAMP, STDDEV_POP, STDDEV_SAMP, COVAR_POP, COVAR_SAMP, CORR };

static const struct {
	const char *name;
	enum stat stat;
	int args;
} stats[] = {{"bq_var_pop", VAR_POP, 1}, {"bq_var_samp", VAR_SAMP, 1},
    {"bq_stddev_pop", STDDEV_POP, 1}, {"bq_stddev_samp", STDDEV_SAMP, 1},
    {"bq_covar_pop", COVAR_POP, 2}, {"bq_covar_samp", COVAR_SAMP, 2}, {"bq_corr", CORR, 2}};

static void change(sqlite3_context *ctx, int n, sqlite3_value **v, int sign)
{
	struct sums *s = sqlite3_aggregate_context(ctx, sizeof *s);
	double x, y;

	if (!s || sqlite3_value_type(v[0]) == SQLITE_NULL ||
	    sqlite3_value_type(v[n - 1]) == SQLITE_NULL)
		return;
	x = fn_double(v[0]);
	y = fn_double(v[n - 1]);
	if (!isfinite(x) || !isfinite(y)) {
		s->odd += sign;
		s->n += sign;
		return;
	}
	if (s->n == 0)
		*s = (struct sums){.first_x = x, .first_y = y};
	x -= s->first_x;
	y -= s->first_y;
	s->n += sign;
	s->x += sign * x;
	s->y += sign * y;
	s->xx += sign * x * x;
	s->yy += sign * y * y;
	s->xy += sign * x * y;
}

static void step(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	change(ctx, n, v, 1);
}

static void leave(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	change(ctx, n, v, -1);
}

static double at_least_0(double value)
{
	return value > 0 ? value : 0;
}

static void value(sqlite3_context *ctx)
{
	const struct sums *s = sqlite3_aggregate_context(ctx, 0);
	enum stat stat = *(const enum stat *)sqlite3_user_data(ctx);
	bool sample = stat == VAR_SAMP || stat == STDDEV_SAMP || stat == COVAR_SAMP;
	double n, xx, yy, xy;

	if (!s || s->n < (sample || stat == CORR ? 2 : 1))
		return;
	n = (double)s->n;
	xx = at_least_0(s->xx - s->x * s->x / n);
	yy = at_least_0(s->yy - s->y * s->y / n);
	xy = s->xy - s->x * s->y / n;
	if (s->odd)
		fn_result_double(ctx, NAN);
	else if (stat == CORR)
		fn_result_double(ctx, xy / sqrt(xx * yy));
	else if (stat == COVAR_POP || stat == COVAR_SAMP)
		fn_result_double(ctx, xy / (n - sample));
	else if (stat == STDDEV_POP || stat == STDDEV_SAMP)
		fn_result_double(ctx, sqrt(xx / (n - sample)));
	else
		fn_result_double(ctx, xx / (n - sample));
}

/* ---- BIT_AND, BIT_OR, BIT_XOR: how often each bit was set ---- */

struct bits {
	int64_t n, set[64];
};

static void change_bits(sqlite3_context *ctx, sqlite3_value *v, int sign)
{
	struct bits *b = sqlite3_aggregate_context(ctx, sizeof *b);
	uint64_t value = (uint64_t)sqlite3_value_int64(v);

	if (!b || sqlite3_value_type(v) == SQLITE_NULL)
		return;
	b->n += sign;
	for (int i = 0; i < 64; i++)
		b->set[i] += sign * (int)(value >> i & 1);
}

static void bits_step(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	change_bits(ctx, v[0], 1);
}

static void bits_leave(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	change_bits(ctx, v[0], -1);
}

static void bits_value(sqlite3_context *ctx)
{
	const struct bits *b = sqlite3_aggregate_context(ctx, 0);
	char how = *(const char *)sqlite3_user_data(ctx);
	uint64_t value = 0;

	if (!b || !b->n)
		return;
	for (int i = 0; i < 64; i++)
		if (how == '&' ? b->set[i] == b->n : how == '|' ? b->set[i] > 0 : b->set[i] % 2)
			value |= UINT64_C(1) << i;
	sqlite3_result_int64(ctx, (int64_t)value);
}

void sql_fn_register_stats(sqlite3 *db)
{
	enum { FLAGS = SQLITE_UTF8 | SQLITE_DETERMINISTIC };
	static const struct {
		const char *name, *how;
	} bits[] = {{"bq_bit_and", "&"}, {"bq_bit_or", "|"}, {"bq_bit_xor", "^"}};
	int rc = SQLITE_OK;

	for (size_t i = 0; i < sizeof stats / sizeof *stats; i++)
		rc |= sqlite3_create_window_function(db, stats[i].name, stats[i].args, FLAGS,
		    (void *)(uintptr_t)&stats[i].stat, step, value, value, leave, NULL);
	for (size_t i = 0; i < sizeof bits / sizeof *bits; i++)
		rc |= sqlite3_create_window_function(db, bits[i].name, 1, FLAGS,
		    (void *)(uintptr_t)bits[i].how, bits_step, bits_value, bits_value, bits_leave,
		    NULL);
	if (rc != SQLITE_OK)
		die(STATUS_BUG, "aggregates: %s", sqlite3_errmsg(db));
}
