/* Between TIMESTAMP and civil time, in a zone; and times from their parts. */

#include "sql/cast.h"
#include "sql/fn.h"

/* DATE, TIME and DATETIME of a timestamp[, zone] */
static char *in_zone(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct when_zone zone;
	char *error = fn_time_zone(n, v, 1, &zone);
	struct civil c;

	if (error)
		return error;
	c = when_local(&zone, sqlite3_value_int64(v[0]));
	fn_time_result(ctx, &c, fn_time_kind(ctx));
	return NULL;
}

static char *datetime_time(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct civil c = fn_time_of(v[0]);

	(void)n;
	fn_time_result(ctx, &c, WHEN_TIME);
	return NULL;
}

static char *date_datetime(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct civil c = fn_time_of(v[0]);

	if (n > 1)
		c.us = fn_time_of(v[1]).us;
	fn_time_result(ctx, &c, WHEN_DATETIME);
	return NULL;
}

/* TIMESTAMP(date or datetime[, zone]) */
static char *timestamp(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct civil c = fn_time_of(v[0]);
	struct when_zone zone;
	char *error = fn_time_zone(n, v, 1, &zone);

	if (!error)
		sqlite3_result_int64(ctx, when_instant(&zone, &c));
	return error;
}

/* TIMESTAMP(string[, zone]), CAST: a zone in the text is not to be given twice. */
static char *str_timestamp(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span text = span_trim(fn_text(v[0]));
	struct when_zone zone;
	struct civil c;
	int64_t us;
	char *error = fn_time_zone(n, v, 1, &zone);

	if (error)
		return error;
	if (n > 1 && civil_parse_datetime(text, true, &c))
		us = when_instant(&zone, &c);
	else if (n > 1 || !cast_timestamp(text, &us))
		return sqlite3_mprintf("Invalid timestamp: '%.60s'", sqlite3_value_text(v[0]));
	sqlite3_result_int64(ctx, us);
	return NULL;
}

/* STRING(timestamp[, zone]): the offset is written with its minutes when it has some. */
static char *timestamp_str(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int64_t us = sqlite3_value_int64(v[0]), offset;
	struct when_zone zone;
	char *error = fn_time_zone(n, v, 1, &zone), text[CIVIL_TEXT];
	struct civil c;
	struct buf b;

	if (error)
		return error;
	c = when_local(&zone, us);
	offset = when_offset_at(&zone, us);
	civil_datetime(text, &c);
	text[10] = ' ';
	buf_init(&b, CIVIL_TEXT * 2);
	buf_adds(&b, text);
	when_format(&b, SPAN("%Ez"), &c, &offset);
	if (offset / (60 * CLOCK_SECOND) % 60 == 0)
		b.n -= 3;
	fn_result_text(ctx, buf_span(&b));
	buf_free(&b);
	return NULL;
}

/* DATE(y, m, d), TIME(h, m, s), DATETIME(y, m, d, h, m, s) */
static char *of_parts(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	enum when_kind kind = fn_time_kind(ctx);
	int64_t date[3] = {1970, 1, 1}, time[3] = {0};
	struct civil c;

	(void)n;
	for (int i = 0; i < 3 && kind != WHEN_TIME; i++)
		date[i] = sqlite3_value_int64(v[i]);
	for (int i = 0; i < 3 && kind != WHEN_DATE; i++)
		time[i] = sqlite3_value_int64(v[kind == WHEN_TIME ? i : i + 3]);
	if (date[0] < 1 || date[0] > 9999 || date[1] < 1 || date[1] > 12 || date[2] < 1 ||
	    date[2] > 31 || !time_valid_date((int)date[0], (int)date[1], (int)date[2]) ||
	    time[0] < 0 || time[0] > 23 || time[1] < 0 || time[1] > 59 || time[2] < 0 ||
	    time[2] > 59)
		return sqlite3_mprintf("Input calculates to invalid date or time: "
		                       "%lld-%lld-%lld %lld:%lld:%lld",
		    (long long)date[0], (long long)date[1], (long long)date[2], (long long)time[0],
		    (long long)time[1], (long long)time[2]);
	c.days = time_days((int)date[0], (int)date[1], (int)date[2]);
	c.us = ((time[0] * 60 + time[1]) * 60 + time[2]) * CLOCK_SECOND;
	fn_time_result(ctx, &c, kind);
	return NULL;
}

const struct fn_entry fn_table_zone[] = {{"bq_date", in_zone, "date"}, {"bq_time", in_zone, "time"},
    {"bq_datetime", in_zone, "datetime"}, {"bq_datetime_time", datetime_time, NULL},
    {"bq_date_datetime", date_datetime, NULL}, {"bq_timestamp", timestamp, NULL},
    {"bq_str_timestamp", str_timestamp, NULL}, {"bq_timestamp_str", timestamp_str, NULL},
    {"bq_date_of", of_parts, "date"}, {"bq_time_of", of_parts, "time"},
    {"bq_datetime_of", of_parts, "datetime"}, {0}};
