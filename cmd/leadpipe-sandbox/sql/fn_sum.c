#include "sql/fn.h"

#include <math.h>
#include <stdint.h>

/* SUM and AVG, also as window functions: sign -1 takes a value back. */

struct sum {
	int64_t n;      /* values */
	int64_t odd[3]; /* how many NaN, +inf, -inf */
	__int128 whole;
	long double real;
	struct decimal decimal;
	bool overflow;
};

enum sum_kind { SUM_INT, SUM_FLOAT, SUM_NUM, SUM_BIG };

struct sum_spec {
	const char *name;
	enum sum_kind kind;
	bool average;
};

static const struct sum_spec specs[] = {{"bq_sum_int", SUM_INT, false},
    {"bq_avg_int", SUM_INT, true}, {"bq_sum_float", SUM_FLOAT, false},
    {"bq_avg_float", SUM_FLOAT, true}, {"bq_sum_num", SUM_NUM, false},
    {"bq_avg_num", SUM_NUM, true}, {"bq_sum_big", SUM_BIG, false}, {"bq_avg_big", SUM_BIG, true}};

static void add_real(struct sum *s, double value, int sign)
{
	if (isnan(value))
		s->odd[0] += sign;
	else if (isinf(value))
		s->odd[value > 0 ? 1 : 2] += sign;
	else
		s->real += (long double)value * sign;
}

static void add_decimal(struct sum *s, sqlite3_value *v, int sign)
{
	struct decimal d;

	fn_decimal(v, &d);
	if (!(sign > 0 ? decimal_add(&s->decimal, &s->decimal, &d, TYPE_BIGNUMERIC)
	               : decimal_sub(&s->decimal, &s->decimal, &d, TYPE_BIGNUMERIC)))
		s->overflow = true;
}

/* SQLite aligns its memory to 8 bytes, a struct sum wants 16: it is worked on in a copy. */
static void change(sqlite3_context *ctx, sqlite3_value **v, int sign)
{
	const struct sum_spec *spec = sqlite3_user_data(ctx);
	void *kept = sqlite3_aggregate_context(ctx, sizeof(struct sum));
	struct sum s;

	if (!kept || sqlite3_value_type(v[0]) == SQLITE_NULL)
		return;
	memcpy(&s, kept, sizeof(s));
	s.n += sign;
	if (spec->kind == SUM_INT)
		s.whole += (__int128)sqlite3_value_int64(v[0]) * sign;
	else if (spec->kind == SUM_FLOAT)
		add_real(&s, fn_double(v[0]), sign);
	else
		add_decimal(&s, v[0], sign);
	memcpy(kept, &s, sizeof(s));
}

static void step(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	change(ctx, v, 1);
}

static void inverse(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	change(ctx, v, -1);
}

static void result_int(sqlite3_context *ctx, const struct sum *s, bool average)
{
	if (average)
		sqlite3_result_double(ctx, (double)((long double)s->whole / (long double)s->n));
	else if (s->whole > INT64_MAX || s->whole < INT64_MIN)
		sqlite3_result_error(ctx, "int64 overflow in SUM", -1);
	else
		sqlite3_result_int64(ctx, (int64_t)s->whole);
}

static void result_real(sqlite3_context *ctx, const struct sum *s, bool average)
{
	double value = (double)(average ? s->real / (long double)s->n : s->real);

	if (s->odd[0] || (s->odd[1] && s->odd[2]))
		fn_result_double(ctx, NAN);
	else if (s->odd[1] || s->odd[2])
		fn_result_double(ctx, s->odd[1] ? INFINITY : -INFINITY);
	else if (isinf(value))
		sqlite3_result_error(ctx, "double overflow in SUM", -1);
	else
		fn_result_double(ctx, value);
}

static void result_decimal(sqlite3_context *ctx, const struct sum *s, enum type type, bool average)
{
	struct decimal d = s->decimal, n;

	decimal_of_int(&n, s->n);
	if (s->overflow || (average && !decimal_div(&d, &d, &n, type)) || !decimal_fits(&d, type))
		sqlite3_result_error(ctx, "numeric overflow in SUM", -1);
	else
		fn_result_decimal(ctx, &d);
}

static void value(sqlite3_context *ctx)
{
	const struct sum_spec *spec = sqlite3_user_data(ctx);
	const void *kept = sqlite3_aggregate_context(ctx, 0);
	struct sum s;

	if (!kept)
		return;
	memcpy(&s, kept, sizeof(s));
	if (s.n == 0)
		return;
	switch (spec->kind) {
	case SUM_INT: result_int(ctx, &s, spec->average); break;
	case SUM_FLOAT: result_real(ctx, &s, spec->average); break;
	case SUM_NUM: result_decimal(ctx, &s, TYPE_NUMERIC, spec->average); break;
	case SUM_BIG: result_decimal(ctx, &s, TYPE_BIGNUMERIC, spec->average); break;
	}
}

int fn_register_sums(sqlite3 *db)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; i < sizeof(specs) / sizeof(*specs); i++)
		rc |= sqlite3_create_window_function(db, specs[i].name, 1,
		    SQLITE_UTF8 | SQLITE_DETERMINISTIC, (void *)(uintptr_t)&specs[i], step, value,
		    value, inverse, NULL);
	return rc;
}
