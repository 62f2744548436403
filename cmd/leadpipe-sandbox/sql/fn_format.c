#include "sql/cast.h"
#include "sql/fn.h"
#include "sql/when.h"

enum { FORMAT_MAX = 1 << 20 };

static char *formatted(sqlite3_context *ctx, struct span format, const struct civil *c, bool zoned)
{
	struct buf b;
	char *error = NULL;

	buf_init(&b, FORMAT_MAX);
	if (!when_format(&b, format, c, zoned))
		error = sqlite3_mprintf(
		    "Not supported by leadpipe-sandbox: an element of the format string");
	else
		fn_result_text(ctx, buf_span(&b));
	buf_free(&b);
	return error;
}

static char *format_time(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct civil c = {0};

	(void)n;
	civil_parse_datetime(fn_text(v[1]), false, &c);
	return formatted(ctx, fn_text(v[0]), &c, false);
}

static char *format_timestamp(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct civil c = civil_of_us(sqlite3_value_int64(v[1]));
	int64_t zone = 0;

	if (n > 2 && (!when_zone(fn_text(v[2]), &zone) || zone))
		return sqlite3_mprintf(
		    "Not supported by leadpipe-sandbox: time zone %.40s", sqlite3_value_text(v[2]));
	return formatted(ctx, fn_text(v[0]), &c, true);
}

static char *parsed(int n, sqlite3_value **v, struct civil *c)
{
	int64_t zone = 0;

	if (n > 2 && !when_zone(fn_text(v[2]), &zone))
		return sqlite3_mprintf(
		    "Not supported by leadpipe-sandbox: time zone %.40s", sqlite3_value_text(v[2]));
	*c = (struct civil){0};
	if (!when_parse(fn_text(v[0]), fn_text(v[1]), c))
		return sqlite3_mprintf(
		    "Failed to parse input string \"%.60s\"", sqlite3_value_text(v[1]));
	if (zone)
		*c = civil_of_us(civil_to_us(c) - zone);
	return NULL;
}

static char *parse_date(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct civil c;
	char *error = parsed(n, v, &c), text[CIVIL_TEXT];

	if (error)
		return error;
	civil_date(text, c.days);
	fn_result_text(ctx, span_of(text));
	return NULL;
}

static char *parse_datetime(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct civil c;
	char *error = parsed(n, v, &c), text[CIVIL_TEXT];

	if (error)
		return error;
	civil_datetime(text, &c);
	fn_result_text(ctx, span_of(text));
	return NULL;
}

static char *parse_timestamp(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct civil c;
	char *error = parsed(n, v, &c);

	if (!error)
		sqlite3_result_int64(ctx, civil_to_us(&c));
	return error;
}

static char *timestamp_str(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	char text[CIVIL_TEXT + 4];

	(void)n;
	cast_timestamp_text(text, sqlite3_value_int64(v[0]));
	fn_result_text(ctx, span_of(text));
	return NULL;
}

static char *datetime_str(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	char text[CIVIL_TEXT];
	struct span s = fn_text(v[0]);

	(void)n;
	if (s.n >= sizeof(text))
		return sqlite3_mprintf("Invalid datetime");
	memcpy(text, s.p, s.n);
	if (s.n > 10)
		text[10] = ' ';
	fn_result_text(ctx, (struct span){text, s.n});
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

static char *unix_date(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int64_t days = 0;

	(void)n;
	civil_parse_date(fn_text(v[0]), false, &days);
	sqlite3_result_int64(ctx, days);
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

static char *of_unix_date(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int64_t days = sqlite3_value_int64(v[0]);
	char text[CIVIL_TEXT];

	(void)n;
	if (days > CLOCK_MAX / CLOCK_DAY || days < CLOCK_MIN / CLOCK_DAY)
		return sqlite3_mprintf("DATE value is out of allowed range: %lld", (long long)days);
	civil_date(text, days);
	fn_result_text(ctx, span_of(text));
	return NULL;
}

const struct sql_fn sql_fn_format[] = {{"bq_format_time", format_time, 0},
    {"bq_format_timestamp", format_timestamp, 0}, {"bq_parse_date", parse_date, 0},
    {"bq_parse_datetime", parse_datetime, 0}, {"bq_parse_timestamp", parse_timestamp, 0},
    {"bq_timestamp_str", timestamp_str, 0}, {"bq_datetime_str", datetime_str, 0},
    {"bq_unix_seconds", unix_seconds, 0}, {"bq_unix_millis", unix_millis, 0},
    {"bq_unix_date", unix_date, 0}, {"bq_timestamp_seconds", of_seconds, 0},
    {"bq_timestamp_millis", of_millis, 0}, {"bq_timestamp_micros", of_micros, 0},
    {"bq_date_from_unix_date", of_unix_date, 0}, {0}};
