/* Angles, bits, RANGE_BUCKET, GENERATE_UUID. */

#include "sql/fn.h"
#include "json/scan.h"

#include <math.h>
#include <stdio.h>

#define OF_FLOAT(NAME, VALID)                                                                      \
	static char *NAME##_float(sqlite3_context *ctx, int n, sqlite3_value **v)                  \
	{                                                                                          \
		double x = fn_double(v[0]);                                                        \
		(void)n;                                                                           \
		if (!(VALID))                                                                      \
			return sqlite3_mprintf("Illegal argument of " #NAME ": %!.17g", x);        \
		fn_result_double(ctx, NAME(x));                                                    \
		return NULL;                                                                       \
	}

OF_FLOAT(sin, !isinf(x))
OF_FLOAT(cos, !isinf(x))
OF_FLOAT(tan, !isinf(x))
OF_FLOAT(asin, isnan(x) || (x >= -1 && x <= 1))
OF_FLOAT(acos, isnan(x) || (x >= -1 && x <= 1))
OF_FLOAT(atan, true)
OF_FLOAT(cbrt, true)

static char *atan2_float(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	fn_result_double(ctx, atan2(fn_double(v[0]), fn_double(v[1])));
	return NULL;
}

static char *bit_count(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	sqlite3_result_int(
	    ctx, __builtin_popcountll((unsigned long long)sqlite3_value_int64(v[0])));
	return NULL;
}

/* Both fill up with 0 bits, and all bits are gone from 64 on. */
static char *shift(sqlite3_context *ctx, sqlite3_value **v, bool left)
{
	uint64_t bits = (uint64_t)sqlite3_value_int64(v[0]);
	int64_t by = sqlite3_value_int64(v[1]);

	if (by < 0)
		return sqlite3_mprintf("Bitwise shift by a negative number: %lld", (long long)by);
	sqlite3_result_int64(ctx, by > 63 ? 0 : (int64_t)(left ? bits << by : bits >> by));
	return NULL;
}

static char *shift_left(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	return shift(ctx, v, true);
}

static char *shift_right(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	return shift(ctx, v, false);
}

/* RANGE_BUCKET(point, bounds): how many bounds are not above the point; of numbers. */
static char *range_bucket(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span rest = fn_text(v[1]), item;
	struct decimal point, bound;
	int64_t bucket = 0;

	(void)n;
	if (decimal_parse(&point, fn_text(v[0]), TYPE_BIGNUMERIC, true) != DECIMAL_OK)
		return sqlite3_mprintf(
		    "Not supported by leadpipe-sandbox: RANGE_BUCKET of what is no number");
	while (fn_text(v[1]).n > 2 && scan_item(&rest, &item)) {
		if (*item.p == '"')
			item = (struct span){item.p + 1, item.n - 2};
		if (decimal_parse(&bound, item, TYPE_BIGNUMERIC, true) != DECIMAL_OK)
			return sqlite3_mprintf("Elements of RANGE_BUCKET's array cannot be NULL");
		bucket += decimal_compare(&bound, &point) <= 0;
	}
	sqlite3_result_int64(ctx, bucket);
	return NULL;
}

/* Version 4 of RFC 9562, from two random numbers. */
static char *uuid(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	uint64_t a = (uint64_t)sqlite3_value_int64(v[0]), b = (uint64_t)sqlite3_value_int64(v[1]);
	char text[40];

	(void)n;
	snprintf(text, sizeof text, "%08x-%04x-4%03x-%04x-%012llx", (unsigned)(a >> 32),
	    (unsigned)(a >> 16 & 0xffff), (unsigned)(a & 0xfff),
	    (unsigned)(b >> 48 & 0x3fff) | 0x8000u, (unsigned long long)(b & 0xffffffffffff));
	fn_result_text(ctx, span_of(text));
	return NULL;
}

const struct sql_fn sql_fn_math[] = {{"bq_sin", sin_float, 0}, {"bq_cos", cos_float, 0},
    {"bq_tan", tan_float, 0}, {"bq_asin", asin_float, 0}, {"bq_acos", acos_float, 0},
    {"bq_atan", atan_float, 0}, {"bq_atan2", atan2_float, 0}, {"bq_cbrt", cbrt_float, 0},
    {"bq_bit_count", bit_count, 0}, {"bq_shl", shift_left, 0}, {"bq_shr", shift_right, 0},
    {"bq_range_bucket", range_bucket, 0}, {"bq_uuid", uuid, 0}, {0}};
