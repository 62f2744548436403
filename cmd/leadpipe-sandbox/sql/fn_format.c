#include "sql/fn.h"

#include <stdlib.h>

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
	struct civil c = fn_time_of(v[1]);

	(void)n;
	return formatted(ctx, v[0], &c, NULL);
}

static char *format_timestamp(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int64_t us = sqlite3_value_int64(v[1]), offset;
	struct when_zone zone;
	char *error = fn_time_zone(n, v, 2, &zone);
	struct civil c;

	if (error)
		return error;
	c = when_local(&zone, us);
	offset = when_offset_at(&zone, us);
	return formatted(ctx, v[0], &c, &offset);
}

static char *parse(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct when_zone zone;
	struct civil c = {0};
	char *error = fn_time_zone(n, v, 2, &zone);

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
	fn_time_result(ctx, &c, fn_time_kind(ctx));
	return NULL;
}

static char *datetime_str(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	char text[CIVIL_TEXT];
	struct civil c = fn_time_of(v[0]);

	(void)n;
	civil_datetime(text, &c);
	text[10] = ' ';
	fn_result_text(ctx, span_of(text));
	return NULL;
}

/* how: microseconds of the unit, as of_unix */
static char *to_unix(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int64_t us = sqlite3_value_int64(v[0]), scale = strtoll(fn_how(ctx), NULL, 10);

	(void)n;
	sqlite3_result_int64(ctx, us / scale - (us % scale < 0));
	return NULL;
}

static char *of_unix(sqlite3_context *ctx, int argc, sqlite3_value **v)
{
	int64_t n = sqlite3_value_int64(v[0]), scale = strtoll(fn_how(ctx), NULL, 10);

	(void)argc;
	if (n > TIME_MAX / scale || n < TIME_MIN / scale)
		return sqlite3_mprintf(
		    "Timestamp value is out of allowed range: %lld", (long long)n);
	sqlite3_result_int64(ctx, n * scale);
	return NULL;
}

const struct fn_entry fn_table_format[] = {{"bq_format_time", format_time, NULL},
    {"bq_format_timestamp", format_timestamp, NULL}, {"bq_parse_date", parse, "date"},
    {"bq_parse_time", parse, "time"}, {"bq_parse_datetime", parse, "datetime"},
    {"bq_parse_timestamp", parse, "timestamp"}, {"bq_datetime_str", datetime_str, NULL},
    {"bq_unix_seconds", to_unix, "1000000"}, {"bq_unix_millis", to_unix, "1000"},
    {"bq_timestamp_seconds", of_unix, "1000000"}, {"bq_timestamp_millis", of_unix, "1000"},
    {"bq_timestamp_micros", of_unix, "1"}, {0}};
