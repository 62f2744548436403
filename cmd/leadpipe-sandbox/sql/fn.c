#include "sql/fn.h"

#include <math.h>

struct span fn_text(sqlite3_value *v)
{
	const char *p = sqlite3_value_type(v) == SQLITE_BLOB ? sqlite3_value_blob(v)
	                                                     : (const void *)sqlite3_value_text(v);

	return (struct span){p ? p : "", p ? (size_t)sqlite3_value_bytes(v) : 0};
}

double fn_double(sqlite3_value *v)
{
	return sqlite3_value_type(v) == SQLITE_TEXT ? NAN : sqlite3_value_double(v);
}

void fn_decimal(sqlite3_value *v, struct decimal *d)
{
	if (decimal_parse(d, fn_text(v), TYPE_BIGNUMERIC, false) != DECIMAL_OK)
		decimal_of_int(d, 0);
}

void fn_result_text(sqlite3_context *ctx, struct span text)
{
	sqlite3_result_text64(ctx, text.p ? text.p : "", text.n, SQLITE_TRANSIENT, SQLITE_UTF8);
}

void fn_result_bytes(sqlite3_context *ctx, struct span bytes)
{
	sqlite3_result_blob64(ctx, bytes.p ? bytes.p : "", bytes.n, SQLITE_TRANSIENT);
}

bool fn_is_bytes(sqlite3_value *v)
{
	return sqlite3_value_type(v) == SQLITE_BLOB;
}

char *fn_finish(sqlite3_context *ctx, struct buf *b, bool bytes)
{
	char *error = b->full ? sqlite3_mprintf("A value is too large") : NULL;

	if (!error)
		(bytes ? fn_result_bytes : fn_result_text)(ctx, buf_span(b));
	buf_free(b);
	return error;
}

void fn_result_double(sqlite3_context *ctx, double value)
{
	if (isnan(value))
		sqlite3_result_text(ctx, "NaN", 3, SQLITE_STATIC);
	else
		sqlite3_result_double(ctx, value);
}

void fn_result_decimal(sqlite3_context *ctx, const struct decimal *d)
{
	char text[DECIMAL_TEXT];
	size_t n = decimal_format(d, text);

	sqlite3_result_text(ctx, text, (int)n, SQLITE_TRANSIENT);
}

const char fn_nulls[] = "NULLs too";

const char *fn_how(sqlite3_context *ctx)
{
	return ((const struct fn_entry *)sqlite3_user_data(ctx))->how;
}

bool fn_slides(const char *name)
{
	static const char *const fixed[] = {"bq_any", "bq_quantiles", "bq_array_agg",
	    "bq_string_agg", "bq_max_by", "bq_min_by", "COUNT(DISTINCT"};

	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
		if (strncmp(name, fixed[i], strlen(fixed[i])) == 0)
			return false;
	return true;
}
