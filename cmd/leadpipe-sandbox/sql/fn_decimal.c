#include "sql/fn.h"

typedef bool decimal_op(
    struct decimal *r, const struct decimal *a, const struct decimal *b, enum type type);

static const char *type_word(enum type type)
{
	return type == TYPE_NUMERIC ? "numeric" : "bignumeric";
}

/* how: the operator, and n NUMERIC or b BIGNUMERIC */
static char *fold(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	static decimal_op *const ops[] = {
	    ['+'] = decimal_add, ['-'] = decimal_sub, ['*'] = decimal_mul, ['/'] = decimal_div};
	const char *how = fn_how(ctx);
	decimal_op *op = ops[(unsigned char)*how];
	enum type type = how[1] == 'n' ? TYPE_NUMERIC : TYPE_BIGNUMERIC;
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
			    "%s overflow: %s %c %s", type_word(type), left, *how, right);
	}
	fn_result_decimal(ctx, &sum);
	return NULL;
}

static char *sign(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct decimal d;

	(void)n;
	fn_decimal(v[0], &d);
	if (*fn_how(ctx) == '-' || d.negative)
		decimal_negate(&d);
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

static char *rounded(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	static const enum decimal_rounding hows[] = {['r'] = DECIMAL_HALF_AWAY,
	    ['t'] = DECIMAL_TRUNCATE,
	    ['f'] = DECIMAL_FLOOR,
	    ['c'] = DECIMAL_CEILING};
	enum decimal_rounding how = hows[(unsigned char)*fn_how(ctx)];
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

static char *extreme(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int way = *fn_how(ctx) == '+' ? 1 : -1;
	struct decimal best, d;

	fn_decimal(v[0], &best);
	for (int i = 1; i < n; i++) {
		fn_decimal(v[i], &d);
		if (decimal_compare(&d, &best) * way > 0)
			best = d;
	}
	fn_result_decimal(ctx, &best);
	return NULL;
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

const struct fn_entry fn_table_decimal[] = {{"bq_add_num", fold, "+n"}, {"bq_sub_num", fold, "-n"},
    {"bq_mul_num", fold, "*n"}, {"bq_div_num", fold, "/n"}, {"bq_add_big", fold, "+b"},
    {"bq_sub_big", fold, "-b"}, {"bq_mul_big", fold, "*b"}, {"bq_div_big", fold, "/b"},
    {"bq_neg_num", sign, "-"}, {"bq_neg_big", sign, "-"}, {"bq_abs_num", sign, "+"},
    {"bq_mod_num", mod_num, NULL}, {"bq_round_num", rounded, "round"},
    {"bq_trunc_num", rounded, "trunc"}, {"bq_floor_num", rounded, "floor"},
    {"bq_ceil_num", rounded, "ceil"}, {"bq_greatest_num", extreme, "+"},
    {"bq_least_num", extreme, "-"}, {"bq_num_key", num_key, NULL}, {"bq_num_cmp", num_cmp, NULL},
    {0}};
