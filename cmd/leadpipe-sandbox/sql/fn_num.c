#include "sql/fn.h"

#include <math.h>
#include <stdint.h>

/* Folds the arguments from the left; each step may overflow. */
#define FOLD_INT(NAME, BUILTIN, SIGN)                                                              \
	static char *NAME(sqlite3_context *ctx, int n, sqlite3_value **v)                          \
	{                                                                                          \
		long long sum = sqlite3_value_int64(v[0]);                                         \
		for (int i = 1; i < n; i++) {                                                      \
			long long a = sum, b = sqlite3_value_int64(v[i]);                          \
			if (BUILTIN(a, b, &sum))                                                   \
				return sqlite3_mprintf(                                            \
				    "int64 overflow: %lld " SIGN " %lld", a, b);                   \
		}                                                                                  \
		sqlite3_result_int64(ctx, sum);                                                    \
		return NULL;                                                                       \
	}

FOLD_INT(add_int, __builtin_saddll_overflow, "+")
FOLD_INT(sub_int, __builtin_ssubll_overflow, "-")
FOLD_INT(mul_int, __builtin_smulll_overflow, "*")

#define FOLD_FLOAT(NAME, SIGN)                                                                     \
	static char *NAME(sqlite3_context *ctx, int n, sqlite3_value **v)                          \
	{                                                                                          \
		double sum = fn_double(v[0]);                                                      \
		for (int i = 1; i < n; i++) {                                                      \
			double a = sum, b = fn_double(v[i]);                                       \
			sum = a SIGN b;                                                            \
			if (isinf(sum) && isfinite(a) && isfinite(b))                              \
				return sqlite3_mprintf(                                            \
				    "double overflow: %!.17g " #SIGN " %!.17g", a, b);             \
		}                                                                                  \
		fn_result_double(ctx, sum);                                                        \
		return NULL;                                                                       \
	}

FOLD_FLOAT(add_float, +)
FOLD_FLOAT(sub_float, -)
FOLD_FLOAT(mul_float, *)

static char *div_float(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	double value = fn_double(v[0]);

	for (int i = 1; i < n; i++) {
		double a = value, b = fn_double(v[i]);
		if (b == 0)
			return sqlite3_mprintf("division by zero: %.15g / 0", a);
		value = a / b;
		if (isinf(value) && isfinite(a))
			return sqlite3_mprintf("double overflow: %!.17g / %!.17g", a, b);
	}
	fn_result_double(ctx, value);
	return NULL;
}

static char *neg_int(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int64_t a = sqlite3_value_int64(v[0]);

	(void)n;
	if (a == INT64_MIN)
		return sqlite3_mprintf("int64 overflow: -(%lld)", (long long)a);
	sqlite3_result_int64(ctx, -a);
	return NULL;
}

static char *abs_int(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	if (sqlite3_value_int64(v[0]) < 0)
		return neg_int(ctx, n, v);
	sqlite3_result_int64(ctx, sqlite3_value_int64(v[0]));
	return NULL;
}

static char *div_int(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int64_t a = sqlite3_value_int64(v[0]), b = sqlite3_value_int64(v[1]);

	(void)n;
	if (b == 0)
		return sqlite3_mprintf("division by zero: DIV(%lld, 0)", (long long)a);
	if (a == INT64_MIN && b == -1)
		return sqlite3_mprintf("int64 overflow: DIV(%lld, -1)", (long long)a);
	sqlite3_result_int64(ctx, a / b);
	return NULL;
}

static char *mod_int(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int64_t a = sqlite3_value_int64(v[0]), b = sqlite3_value_int64(v[1]);

	(void)n;
	if (b == 0)
		return sqlite3_mprintf("division by zero: MOD(%lld, 0)", (long long)a);
	sqlite3_result_int64(ctx, b == -1 ? 0 : a % b);
	return NULL;
}

/* NaN is not equal to, above or below anything. */
static char *float_compare(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	double a = fn_double(v[0]), b = fn_double(v[1]);
	const char *how = fn_how(ctx);

	(void)n;
	sqlite3_result_int(ctx, (strchr(how, '<') && a < b) || (strchr(how, '=') && a == b) ||
	                            (strchr(how, '>') && a > b) || (*how == '!' && a != b));
	return NULL;
}

/* A sort key: NaN comes before all numbers. */
static char *float_key(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	double a = fn_double(v[0]);

	(void)n;
	sqlite3_result_double(ctx, isnan(a) ? -INFINITY : a);
	return NULL;
}

#define ONE_FLOAT(NAME, EXPRESSION)                                                                \
	static char *NAME(sqlite3_context *ctx, int n, sqlite3_value **v)                          \
	{                                                                                          \
		double a = fn_double(v[0]);                                                        \
		(void)n;                                                                           \
		fn_result_double(ctx, EXPRESSION);                                                 \
		return NULL;                                                                       \
	}

ONE_FLOAT(float_self, a)
ONE_FLOAT(neg_float, -a)
ONE_FLOAT(abs_float, fabs(a))
ONE_FLOAT(sign_float, isnan(a) ? a : (double)((a > 0) - (a < 0)))
ONE_FLOAT(floor_float, floor(a))
ONE_FLOAT(ceil_float, ceil(a))

#define DOMAIN_FLOAT(NAME, BAD, EXPRESSION, WORD)                                                  \
	static char *NAME(sqlite3_context *ctx, int n, sqlite3_value **v)                          \
	{                                                                                          \
		double a = fn_double(v[0]), r;                                                     \
		(void)n;                                                                           \
		if (BAD)                                                                           \
			return sqlite3_mprintf(                                                    \
			    "Argument to " WORD " is out of its domain: %!.15g", a);               \
		r = EXPRESSION;                                                                    \
		if (isinf(r) && isfinite(a))                                                       \
			return sqlite3_mprintf(                                                    \
			    "Floating point error in function: " WORD "(%!.15g)", a);              \
		fn_result_double(ctx, r);                                                          \
		return NULL;                                                                       \
	}

DOMAIN_FLOAT(sqrt_float, a < 0, sqrt(a), "SQRT")
DOMAIN_FLOAT(exp_float, false, exp(a), "EXP")
DOMAIN_FLOAT(ln_float, a <= 0, log(a), "LN")

static char *log_float(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	double a = fn_double(v[0]), base = n > 1 ? fn_double(v[1]) : 0;

	if (n < 2)
		return ln_float(ctx, n, v);
	if (a <= 0 || base <= 0 || base == 1)
		return sqlite3_mprintf(
		    "Floating point error in function: LOG(%!.15g, %!.15g)", a, base);
	fn_result_double(ctx, log(a) / log(base));
	return NULL;
}

static char *pow_float(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	double a = fn_double(v[0]), b = fn_double(v[1]), r = pow(a, b);

	(void)n;
	if ((isnan(r) && !isnan(a) && !isnan(b)) || (isinf(r) && isfinite(a) && isfinite(b)))
		return sqlite3_mprintf(
		    "Floating point error in function: POW(%!.15g, %!.15g)", a, b);
	fn_result_double(ctx, r);
	return NULL;
}

/* BigQuery rounds half away from zero. */
static double at_digits(double a, int64_t digits, double how(double))
{
	double scale, scaled;

	if (!isfinite(a) || digits > 308)
		return a;
	if (digits < -308)
		return 0;
	scale = pow(10, (double)(digits < 0 ? -digits : digits));
	scaled = digits < 0 ? a / scale : a * scale;
	if (!isfinite(scaled))
		return a;
	scaled = how(scaled);
	return digits < 0 ? scaled * scale : scaled / scale;
}

static char *round_float(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int64_t digits = n > 1 ? sqlite3_value_int64(v[1]) : 0;

	fn_result_double(
	    ctx, at_digits(fn_double(v[0]), digits, *fn_how(ctx) == 'r' ? round : trunc));
	return NULL;
}

const struct fn_entry fn_table_num[] = {{"bq_add_int", add_int, NULL},
    {"bq_sub_int", sub_int, NULL}, {"bq_mul_int", mul_int, NULL}, {"bq_neg_int", neg_int, NULL},
    {"bq_abs_int", abs_int, NULL}, {"bq_div_int", div_int, NULL}, {"bq_mod_int", mod_int, NULL},
    {"bq_add_float", add_float, NULL}, {"bq_sub_float", sub_float, NULL},
    {"bq_mul_float", mul_float, NULL}, {"bq_div_float", div_float, NULL},
    {"bq_neg_float", neg_float, NULL}, {"bq_abs_float", abs_float, NULL},
    {"bq_sign_float", sign_float, NULL}, {"bq_floor_float", floor_float, NULL},
    {"bq_ceil_float", ceil_float, NULL}, {"bq_round_float", round_float, "round"},
    {"bq_trunc_float", round_float, "trunc"}, {"bq_float", float_self, NULL},
    {"bq_float_eq", float_compare, "="}, {"bq_float_ne", float_compare, "!"},
    {"bq_float_lt", float_compare, "<"}, {"bq_float_le", float_compare, "<="},
    {"bq_float_gt", float_compare, ">"}, {"bq_float_ge", float_compare, ">="},
    {"bq_float_key", float_key, NULL}, {"bq_sqrt", sqrt_float, NULL}, {"bq_exp", exp_float, NULL},
    {"bq_ln", ln_float, NULL}, {"bq_log", log_float, NULL}, {"bq_pow", pow_float, NULL}, {0}};
