/* Shifts and GENERATE_UUID. */

#include "sql/fn.h"

#include <stdio.h>

/* Both fill up with 0 bits, and all bits are gone from 64 on. */
static char *shift(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	bool left = *fn_how(ctx) == '<';
	uint64_t bits = (uint64_t)sqlite3_value_int64(v[0]);
	int64_t by = sqlite3_value_int64(v[1]);

	(void)n;
	if (by < 0)
		return sqlite3_mprintf("Bitwise shift by a negative number: %lld", (long long)by);
	sqlite3_result_int64(ctx, by > 63 ? 0 : (int64_t)(left ? bits << by : bits >> by));
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

const struct sql_fn sql_fn_math[] = {
    {"bq_shl", shift, "<"}, {"bq_shr", shift, ">"}, {"bq_uuid", uuid, NULL}, {0}};
