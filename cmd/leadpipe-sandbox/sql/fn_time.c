#include "sql/fn.h"
#include "sql/when.h"

#include <string.h>

enum kind { DATE, DATETIME, TIMESTAMP };

static const char *const words[] = {"DATE", "DATETIME", "TIMESTAMP"};

/* A stored DATE, TIME, DATETIME or TIMESTAMP, told apart by its form. */
static struct civil read_civil(sqlite3_value *v)
{
	struct civil c = {0};
	struct span s = fn_text(v);

	if (sqlite3_value_type(v) == SQLITE_INTEGER)
		return civil_of_us(sqlite3_value_int64(v));
	if (s.n > 2 && s.p[2] == ':')
		civil_parse_time(s, &c.us);
	else
		civil_parse_datetime(s, false, &c);
	return c;
}

static void result(sqlite3_context *ctx, const struct civil *c, enum kind kind)
{
	char text[CIVIL_TEXT];

	if (kind == TIMESTAMP) {
		sqlite3_result_int64(ctx, civil_to_us(c));
		return;
	}
	if (kind == DATE)
		civil_date(text, c->days);
	else
		civil_datetime(text, c);
	fn_result_text(ctx, span_of(text));
}

static const char *part_of(sqlite3_value *v)
{
	return (const char *)sqlite3_value_text(v);
}

/* Which parts a function knows: a DATE has no HOUR, TIMESTAMP_ADD no MONTH. */
static bool knows(enum kind kind, const char *part, bool adding)
{
	int64_t length = when_length(part);

	if (kind == DATE)
		return length == 0 || length == CLOCK_DAY;
	return kind == DATETIME || length > 0 || !adding;
}

static char *unknown(enum kind kind, const char *what, const char *part)
{
	return sqlite3_mprintf("Unsupported date part %s in %s_%s", part, words[kind], what);
}

static char *add(sqlite3_context *ctx, sqlite3_value **v, enum kind kind, int sign)
{
	struct civil c = read_civil(v[0]);
	int64_t n = sqlite3_value_int64(v[1]);
	const char *part = part_of(v[2]);

	if (!knows(kind, part, true))
		return unknown(kind, sign > 0 ? "ADD" : "SUB", part);
	if (n == INT64_MIN || !when_add(&c, n * sign, part))
		return sqlite3_mprintf(
		    "Adding %lld %s to %s overflows", (long long)n, part, words[kind]);
	result(ctx, &c, kind);
	return NULL;
}

static char *diff(sqlite3_context *ctx, sqlite3_value **v, enum kind kind)
{
	struct civil a = read_civil(v[0]), b = read_civil(v[1]);
	const char *part = part_of(v[2]);
	int64_t n, length = when_length(part);

	if (!knows(kind, part, kind == TIMESTAMP))
		return unknown(kind, "DIFF", part);
	/* TIMESTAMP_DIFF counts whole parts, the others boundaries */
	if (kind == TIMESTAMP)
		n = (civil_to_us(&a) - civil_to_us(&b)) / length;
	else if (!when_diff(&a, &b, part, &n))
		return unknown(kind, "DIFF", part);
	sqlite3_result_int64(ctx, n);
	return NULL;
}

static char *zone_of(int n, sqlite3_value **v, int index, int64_t *us)
{
	*us = 0;
	if (n > index && !when_zone(fn_text(v[index]), us))
		return sqlite3_mprintf("Not supported by leadpipe-sandbox: time zone %.40s",
		    sqlite3_value_text(v[index]));
	return NULL;
}

static char *trunc_to(sqlite3_context *ctx, int n, sqlite3_value **v, enum kind kind)
{
	struct civil c = read_civil(v[0]);
	int64_t zone;
	char *error = zone_of(n, v, 2, &zone);

	if (error)
		return error;
	if (zone)
		c = civil_of_us(civil_to_us(&c) + zone);
	if (!knows(kind, part_of(v[1]), false) || !when_trunc(&c, part_of(v[1])))
		return unknown(kind, "TRUNC", part_of(v[1]));
	if (zone)
		c = civil_of_us(civil_to_us(&c) - zone);
	result(ctx, &c, kind);
	return NULL;
}

#define OF_KIND(PREFIX, KIND)                                                                      \
	static char *PREFIX##_add(sqlite3_context *ctx, int n, sqlite3_value **v)                  \
	{                                                                                          \
		(void)n;                                                                           \
		return add(ctx, v, KIND, 1);                                                       \
	}                                                                                          \
	static char *PREFIX##_sub(sqlite3_context *ctx, int n, sqlite3_value **v)                  \
	{                                                                                          \
		(void)n;                                                                           \
		return add(ctx, v, KIND, -1);                                                      \
	}                                                                                          \
	static char *PREFIX##_diff(sqlite3_context *ctx, int n, sqlite3_value **v)                 \
	{                                                                                          \
		(void)n;                                                                           \
		return diff(ctx, v, KIND);                                                         \
	}                                                                                          \
	static char *PREFIX##_trunc(sqlite3_context *ctx, int n, sqlite3_value **v)                \
	{                                                                                          \
		return trunc_to(ctx, n, v, KIND);                                                  \
	}

OF_KIND(date, DATE)
OF_KIND(datetime, DATETIME)
OF_KIND(timestamp, TIMESTAMP)

/* DATE(timestamp[, zone]) and DATETIME(timestamp[, zone]) */
static char *in_zone(sqlite3_context *ctx, int n, sqlite3_value **v, enum kind kind)
{
	int64_t zone;
	char *error = zone_of(n, v, 1, &zone);
	struct civil c;

	if (error)
		return error;
	c = civil_of_us(sqlite3_value_int64(v[0]) + zone);
	result(ctx, &c, kind);
	return NULL;
}

static char *date(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	return in_zone(ctx, n, v, DATE);
}

static char *datetime(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	return in_zone(ctx, n, v, DATETIME);
}

static char *time_of(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct civil c = read_civil(v[0]);
	char text[CIVIL_TEXT];

	(void)n;
	civil_time(text, c.us);
	fn_result_text(ctx, span_of(text));
	return NULL;
}

/* TIMESTAMP(date or datetime[, zone]) */
static char *timestamp(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct civil c = read_civil(v[0]);
	int64_t zone;
	char *error = zone_of(n, v, 1, &zone);

	if (!error)
		sqlite3_result_int64(ctx, civil_to_us(&c) - zone);
	return error;
}

static char *date_datetime(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct civil c = read_civil(v[0]);

	(void)n;
	result(ctx, &c, DATETIME);
	return NULL;
}

/* DATE(y, m, d), DATETIME(y, m, d, h, m, s) */
static char *of_parts(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int64_t p[6] = {0};
	struct civil c;

	for (int i = 0; i < n && i < 6; i++)
		p[i] = sqlite3_value_int64(v[i]);
	if (p[0] < 1 || p[0] > 9999 || p[1] < 1 || p[1] > 12 || p[2] < 1 || p[2] > 31 ||
	    !clock_valid_date((int)p[0], (int)p[1], (int)p[2]) || p[3] < 0 || p[3] > 23 ||
	    p[4] < 0 || p[4] > 59 || p[5] < 0 || p[5] > 59)
		return sqlite3_mprintf("Input calculates to invalid date or time: %lld-%lld-%lld",
		    (long long)p[0], (long long)p[1], (long long)p[2]);
	c.days = clock_days((int)p[0], (int)p[1], (int)p[2]);
	c.us = ((p[3] * 60 + p[4]) * 60 + p[5]) * CLOCK_SECOND;
	result(ctx, &c, n == 3 ? DATE : DATETIME);
	return NULL;
}

static char *last_day(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct civil c = read_civil(v[0]);
	const char *part = n > 1 ? part_of(v[1]) : "MONTH";

	if (strcmp(part, "WEEK") == 0 || strcmp(part, "ISOWEEK") == 0) {
		when_trunc(&c, part);
		c.days += 6;
	} else if (strcmp(part, "DAY") == 0 || !when_trunc(&c, part) || !when_add(&c, 1, part)) {
		return unknown(DATE, "LAST_DAY", part);
	} else {
		c.days--;
	}
	result(ctx, &c, DATE);
	return NULL;
}

static char *extract(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct civil c = read_civil(v[1]);
	const char *part = part_of(v[0]);
	int64_t zone, value;
	char *error = zone_of(n, v, 2, &zone), text[CIVIL_TEXT];

	if (error)
		return error;
	if (zone)
		c = civil_of_us(civil_to_us(&c) + zone);
	if (strcmp(part, "DATE") == 0) {
		result(ctx, &c, DATE);
	} else if (strcmp(part, "DATETIME") == 0) {
		result(ctx, &c, DATETIME);
	} else if (strcmp(part, "TIME") == 0) {
		civil_time(text, c.us);
		fn_result_text(ctx, span_of(text));
	} else if (when_extract(&c, part, &value)) {
		sqlite3_result_int64(ctx, value);
	} else {
		return sqlite3_mprintf("A valid date part name is required but found %s", part);
	}
	return NULL;
}

const struct sql_fn sql_fn_time[] = {{"bq_date_add", date_add, 0}, {"bq_date_sub", date_sub, 0},
    {"bq_date_diff", date_diff, 0}, {"bq_date_trunc", date_trunc, 0},
    {"bq_datetime_add", datetime_add, 0}, {"bq_datetime_sub", datetime_sub, 0},
    {"bq_datetime_diff", datetime_diff, 0}, {"bq_datetime_trunc", datetime_trunc, 0},
    {"bq_timestamp_add", timestamp_add, 0}, {"bq_timestamp_sub", timestamp_sub, 0},
    {"bq_timestamp_diff", timestamp_diff, 0}, {"bq_timestamp_trunc", timestamp_trunc, 0},
    {"bq_date", date, 0}, {"bq_datetime", datetime, 0}, {"bq_time", time_of, 0},
    {"bq_datetime_time", time_of, 0}, {"bq_timestamp", timestamp, 0},
    {"bq_date_datetime", date_datetime, 0}, {"bq_date_of", of_parts, 0},
    {"bq_datetime_of", of_parts, 0}, {"bq_last_day", last_day, 0}, {"bq_extract", extract, 0}, {0}};
