#include "sql/fn_civil.h"

enum { FORMAT_MAX = 1 << 20 };

static char *formatted(
    sqlite3_context *ctx, sqlite3_value *format, const struct civil *c, const int64_t *offset)
{
	struct buf b;
	char *error = NULL;

	buf_init(&b, FORMAT_MAX);
	if (when_format(&b, fn_text(format), c, offset))
		fn_result_text(ctx, buf_span(&b));
	else
		error =
		    sqlite3_mprintf("Not supported by leadpipe-sandbox: an element of the format "
		                    "string \"%.60s\"",
		        sqlite3_value_text(format));
	buf_free(&b);
	return error;
}

static char *format_time(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct civil c = fn_civil(v[1]);

	(void)n;
	return formatted(ctx, v[0], &c, NULL);
}

static char *format_timestamp(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int64_t us = sqlite3_value_int64(v[1]), offset;
	struct when_zone zone;
	char *error = fn_zone(n, v, 2, &zone);
	struct civil c;

	if (error)
		return error;
	c = when_local(&zone, us);
	offset = when_offset_at(&zone, us);
	return formatted(ctx, v[0], &c, &offset);
}

static char *parsed(sqlite3_context *ctx, int n, sqlite3_value **v, enum when_kind kind)
{
	struct when_zone zone;
	struct civil c = {0};
	char *error = fn_zone(n, v, 2, &zone);

	if (error)
		return error;
	if (when_strange(fn_text(v[0]), true).n)
		return sqlite3_mprintf(
		    "Not supported by leadpipe-sandbox: an element of the format "
		    "string \"%.60s\"",
		    sqlite3_value_text(v[0]));
	if (!when_parse(fn_text(v[0]), fn_text(v[1]), &zone, &c))
		return sqlite3_mprintf(
		    "Failed to parse input string \"%.60s\"", sqlite3_value_text(v[1]));
	fn_result_civil(ctx, &c, kind);
	return NULL;
}

static char *parse_date(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	return parsed(ctx, n, v, WHEN_DATE);
}

static char *parse_time(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	return parsed(ctx, n, v, WHEN_TIME);
}

static char *parse_datetime(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	return parsed(ctx, n, v, WHEN_DATETIME);
}

static char *parse_timestamp(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	return parsed(ctx, n, v, WHEN_TIMESTAMP);
}

static char *datetime_str(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	char text[CIVIL_TEXT];
	struct civil c = fn_civil(v[0]);

	(void)n;
	civil_datetime(text, &c);
	text[10] = ' ';
	fn_result_text(ctx, span_of(text));
	return NULL;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static char *unix_seconds(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	sqlite3_result_int64(ctx, floor_div(sqlite3_value_int64(v[0]), CLOCK_SECOND));
	return NULL;
}

static char *unix_millis(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	sqlite3_result_int64(ctx, floor_div(sqlite3_value_int64(v[0]), 1000));
	return NULL;
}

static char *of_unix(sqlite3_context *ctx, sqlite3_value *v, int64_t scale)
{
	int64_t n = sqlite3_value_int64(v);

	if (n > CLOCK_MAX / scale || n < CLOCK_MIN / scale)
		return sqlite3_mprintf(
		    "Timestamp value is out of allowed range: %lld", (long long)n);
	sqlite3_result_int64(ctx, n * scale);
	return NULL;
}

static char *of_seconds(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	return of_unix(ctx, v[0], CLOCK_SECOND);
}

static char *of_millis(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	return of_unix(ctx, v[0], 1000);
}

static char *of_micros(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	return of_unix(ctx, v[0], 1);
}

const struct sql_fn sql_fn_format[] = {{"bq_format_time", format_time, 0},
    {"bq_format_timestamp", format_timestamp, 0}, {"bq_parse_date", parse_date, 0},
    {"bq_parse_time", parse_time, 0}, {"bq_parse_datetime", parse_datetime, 0},
    {"bq_parse_timestamp", parse_timestamp, 0}, {"bq_datetime_str", datetime_str, 0},
    {"bq_unix_seconds", unix_seconds, 0}, {"bq_unix_millis", unix_millis, 0},
    {"bq_timestamp_seconds", of_seconds, 0}, {"bq_timestamp_millis", of_millis, 0},
    {"bq_timestamp_micros", of_micros, 0}, {0}};
