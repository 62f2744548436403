#include "sql/fn.h"

typedef bool decimal_op(
    struct decimal *r, const struct decimal *a, const struct decimal *b, enum type type);

static const char *type_word(enum type type)
{
	return type == TYPE_NUMERIC ? "numeric" : "bignumeric";
}

static char *fold(sqlite3_context *ctx, int n, sqlite3_value **v, decimal_op *op, enum type type,
    const char *sign)
{
	struct decimal sum, b;

	fn_decimal(v[0], &sum);
	for (int i = 1; i < n; i++) {
		char left[DECIMAL_TEXT], right[DECIMAL_TEXT];

		decimal_format(&sum, left);
		fn_decimal(v[i], &b);
		decimal_format(&b, right);
		if (op == decimal_div && decimal_sign(&b) == 0)
			return sqlite3_mprintf("division by zero: %s / 0", left);
		if (!op(&sum, &sum, &b, type))
			return sqlite3_mprintf(
			    "%s overflow: %s %s %s", type_word(type), left, sign, right);
	}
	fn_result_decimal(ctx, &sum);
	return NULL;
}

#define FOLD(NAME, OP, TYPE, SIGN)                                                                 \
	static char *NAME(sqlite3_context *ctx, int n, sqlite3_value **v)                          \
	{                                                                                          \
		return fold(ctx, n, v, OP, TYPE, SIGN);                                            \
	}

FOLD(add_num, decimal_add, TYPE_NUMERIC, "+")
FOLD(sub_num, decimal_sub, TYPE_NUMERIC, "-")
FOLD(mul_num, decimal_mul, TYPE_NUMERIC, "*")
FOLD(div_num, decimal_div, TYPE_NUMERIC, "/")
FOLD(add_big, decimal_add, TYPE_BIGNUMERIC, "+")
FOLD(sub_big, decimal_sub, TYPE_BIGNUMERIC, "-")
FOLD(mul_big, decimal_mul, TYPE_BIGNUMERIC, "*")
FOLD(div_big, decimal_div, TYPE_BIGNUMERIC, "/")

static char *neg_num(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct decimal d;

	(void)n;
	fn_decimal(v[0], &d);
	decimal_negate(&d);
	fn_result_decimal(ctx, &d);
	return NULL;
}

static char *abs_num(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct decimal d;

	(void)n;
	fn_decimal(v[0], &d);
	d.negative = false;
	fn_result_decimal(ctx, &d);
	return NULL;
}

static char *mod_num(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct decimal a, b;

	(void)n;
	fn_decimal(v[0], &a);
	fn_decimal(v[1], &b);
	if (!decimal_mod(&a, &a, &b))
		return sqlite3_mprintf("division by zero: MOD(%s, 0)", sqlite3_value_text(v[0]));
	fn_result_decimal(ctx, &a);
	return NULL;
}

static char *rounded(sqlite3_context *ctx, int n, sqlite3_value **v, enum decimal_rounding how)
{
	int64_t digits = n > 1 ? sqlite3_value_int64(v[1]) : 0;
	struct decimal d;

	fn_decimal(v[0], &d);
	if (!decimal_round(&d,
	        digits > 38    ? 38
	        : digits < -38 ? -38
	                       : (int)digits,
	        how) ||
	    !decimal_fits(&d, TYPE_BIGNUMERIC))
		return sqlite3_mprintf("numeric overflow in ROUND(%s)", sqlite3_value_text(v[0]));
	fn_result_decimal(ctx, &d);
	return NULL;
}

static char *round_num(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	return rounded(ctx, n, v, DECIMAL_HALF_AWAY);
}

static char *trunc_num(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	return rounded(ctx, n, v, DECIMAL_TRUNCATE);
}

static char *floor_num(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	return rounded(ctx, n, v, DECIMAL_FLOOR);
}

static char *ceil_num(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	return rounded(ctx, n, v, DECIMAL_CEILING);
}

static char *extreme_num(sqlite3_context *ctx, int n, sqlite3_value **v, int sign)
{
	struct decimal best, d;

	fn_decimal(v[0], &best);
	for (int i = 1; i < n; i++) {
		fn_decimal(v[i], &d);
		if (decimal_compare(&d, &best) * sign > 0)
			best = d;
	}
	fn_result_decimal(ctx, &best);
	return NULL;
}

static char *greatest_num(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	return extreme_num(ctx, n, v, 1);
}

static char *least_num(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	return extreme_num(ctx, n, v, -1);
}

static char *num_cmp(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct decimal a, b;

	(void)n;
	fn_decimal(v[0], &a);
	fn_decimal(v[1], &b);
	sqlite3_result_int(ctx, decimal_compare(&a, &b));
	return NULL;
}

/* Bytes that sort as the numbers do: the sign, then the magnitude, of negatives complemented. */
static char *num_key(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct decimal d;
	unsigned char key[1 + DECIMAL_LIMBS * 8];

	(void)n;
	fn_decimal(v[0], &d);
	key[0] = d.negative ? 0 : 1;
	for (size_t i = 0; i < DECIMAL_LIMBS; i++)
		for (size_t j = 0; j < 8; j++) {
			unsigned char byte =
			    (unsigned char)(d.limb[DECIMAL_LIMBS - 1 - i] >> (8 * (7 - j)));
			key[1 + 8 * i + j] = d.negative ? (unsigned char)~byte : byte;
		}
	sqlite3_result_blob(ctx, key, sizeof(key), SQLITE_TRANSIENT);
	return NULL;
}

const struct sql_fn sql_fn_decimal[] = {{"bq_add_num", add_num, 0}, {"bq_sub_num", sub_num, 0},
    {"bq_mul_num", mul_num, 0}, {"bq_div_num", div_num, 0}, {"bq_add_big", add_big, 0},
    {"bq_sub_big", sub_big, 0}, {"bq_mul_big", mul_big, 0}, {"bq_div_big", div_big, 0},
    {"bq_neg_num", neg_num, 0}, {"bq_neg_big", neg_num, 0}, {"bq_abs_num", abs_num, 0},
    {"bq_mod_num", mod_num, 0}, {"bq_round_num", round_num, 0}, {"bq_trunc_num", trunc_num, 0},
    {"bq_floor_num", floor_num, 0}, {"bq_ceil_num", ceil_num, 0},
    {"bq_greatest_num", greatest_num, 0}, {"bq_least_num", least_num, 0},
    {"bq_num_key", num_key, 0}, {"bq_num_cmp", num_cmp, 0}, {0}};
