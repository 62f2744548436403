#include "sql/cast.h"
#include "sql/fn.h"
#include "base/text.h"

#include <math.h>

static char *bad(const char *type, sqlite3_value *v)
{
	return sqlite3_mprintf("Bad %s value: %.60s", type, sqlite3_value_text(v));
}

static char *str_int(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int64_t value;

	(void)n;
	if (!cast_int(fn_text(v[0]), &value))
		return bad("int64", v[0]);
	sqlite3_result_int64(ctx, value);
	return NULL;
}

static char *str_float(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	double value;

	(void)n;
	if (!cast_double(fn_text(v[0]), &value))
		return bad("double", v[0]);
	fn_result_double(ctx, value);
	return NULL;
}

static char *str_decimal(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	enum type type = *fn_how(ctx) == 'n' ? TYPE_NUMERIC : TYPE_BIGNUMERIC;
	char text[DECIMAL_TEXT];

	(void)n;
	if (!cast_decimal(fn_text(v[0]), type, text))
		return sqlite3_mprintf(
		    "Invalid %s value: %.60s", type_name(type), sqlite3_value_text(v[0]));
	fn_result_text(ctx, span_of(text));
	return NULL;
}

static char *str_bool(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	bool value;

	(void)n;
	if (!cast_bool(fn_text(v[0]), &value))
		return bad("bool", v[0]);
	sqlite3_result_int(ctx, value);
	return NULL;
}

static char *str_bytes(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span text = fn_text(v[0]);

	(void)n;
	sqlite3_result_blob64(ctx, text.p, text.n, SQLITE_TRANSIENT);
	return NULL;
}

static char *bytes_str(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span text = fn_text(v[0]);

	(void)n;
	if (text_valid(text) != text.n)
		return sqlite3_mprintf("Invalid cast of bytes to UTF8 string");
	fn_result_text(ctx, text);
	return NULL;
}

static char *str_civil(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	const char *word = fn_how(ctx);
	enum type type = *word == 't' ? TYPE_TIME : word[4] ? TYPE_DATETIME : TYPE_DATE;
	char text[CIVIL_TEXT];

	(void)n;
	if (!cast_civil(fn_text(v[0]), type, text))
		return sqlite3_mprintf("Invalid %s: '%.60s'", word, sqlite3_value_text(v[0]));
	fn_result_text(ctx, span_of(text));
	return NULL;
}

static char *int_float(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	sqlite3_result_double(ctx, (double)sqlite3_value_int64(v[0]));
	return NULL;
}

static char *int_str(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	fn_result_text(ctx, fn_text(v[0]));
	return NULL;
}

static char *int_bool(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	sqlite3_result_int(ctx, sqlite3_value_int64(v[0]) != 0);
	return NULL;
}

static char *bool_str(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	fn_result_text(ctx, sqlite3_value_int(v[0]) ? SPAN("true") : SPAN("false"));
	return NULL;
}

static char *float_int(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int64_t value;
	char text[CAST_DOUBLE];

	(void)n;
	if (!cast_double_int(fn_double(v[0]), &value)) {
		cast_double_text(text, fn_double(v[0]));
		return sqlite3_mprintf("Illegal conversion of non-finite or too large floating "
		                       "point number to an integer: %s",
		    text);
	}
	sqlite3_result_int64(ctx, value);
	return NULL;
}

static char *float_str(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	char text[CAST_DOUBLE];
	size_t length;

	(void)n;
	cast_double_text(text, fn_double(v[0]));
	length = strlen(text);
	/* a whole number is written without its .0 */
	if (length > 2 && strcmp(text + length - 2, ".0") == 0)
		length -= 2;
	fn_result_text(ctx, (struct span){text, length});
	return NULL;
}

static char *float_decimal(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	enum type type = *fn_how(ctx) == 'n' ? TYPE_NUMERIC : TYPE_BIGNUMERIC;
	struct decimal d;
	char text[CAST_DOUBLE];

	(void)n;
	if (!decimal_of_double(&d, fn_double(v[0]), type)) {
		cast_double_text(text, fn_double(v[0]));
		return sqlite3_mprintf(
		    "%s out of range: %s", type == TYPE_NUMERIC ? "numeric" : "bignumeric", text);
	}
	fn_result_decimal(ctx, &d);
	return NULL;
}

static char *num_int(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct decimal d;
	int64_t value;

	(void)n;
	fn_decimal(v[0], &d);
	if (!decimal_to_int(&d, &value))
		return sqlite3_mprintf("int64 out of range: %s", sqlite3_value_text(v[0]));
	sqlite3_result_int64(ctx, value);
	return NULL;
}

static char *num_float(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct decimal d;

	(void)n;
	fn_decimal(v[0], &d);
	sqlite3_result_double(ctx, decimal_to_double(&d));
	return NULL;
}

const struct fn_entry fn_table_cast[] = {{"bq_str_int", str_int, NULL},
    {"bq_str_float", str_float, NULL}, {"bq_str_num", str_decimal, "n"},
    {"bq_str_big", str_decimal, "b"}, {"bq_str_bool", str_bool, NULL},
    {"bq_str_bytes", str_bytes, NULL}, {"bq_bytes_str", bytes_str, NULL},
    {"bq_str_date", str_civil, "date"}, {"bq_str_time", str_civil, "time string"},
    {"bq_str_datetime", str_civil, "datetime string"}, {"bq_int_float", int_float, NULL},
    {"bq_int_str", int_str, NULL}, {"bq_int_bool", int_bool, NULL}, {"bq_bool_str", bool_str, NULL},
    {"bq_float_int", float_int, NULL}, {"bq_float_str", float_str, NULL},
    {"bq_float_num", float_decimal, "n"}, {"bq_float_big", float_decimal, "b"},
    {"bq_num_int", num_int, NULL}, {"bq_num_float", num_float, NULL}, {0}};
