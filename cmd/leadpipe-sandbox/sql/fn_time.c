#include "sql/fn_civil.h"

#include <string.h>

static const char *const words[] = {"DATE", "TIME", "DATETIME", "TIMESTAMP"};

/* A stored DATE, TIME, DATETIME or TIMESTAMP, told apart by its form. */
struct civil fn_civil(sqlite3_value *v)
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

void fn_result_civil(sqlite3_context *ctx, const struct civil *c, enum when_kind kind)
{
	char text[CIVIL_TEXT];

	if (kind == WHEN_TIMESTAMP) {
		sqlite3_result_int64(ctx, civil_to_us(c));
		return;
	}
	if (kind == WHEN_DATE)
		civil_date(text, c->days);
	else if (kind == WHEN_TIME)
		civil_time(text, c->us);
	else
		civil_datetime(text, c);
	fn_result_text(ctx, span_of(text));
}

static const char *part_of(sqlite3_value *v)
{
	return (const char *)sqlite3_value_text(v);
}

static char *add(sqlite3_context *ctx, sqlite3_value **v, enum when_kind kind, int sign)
{
	struct civil c = fn_civil(v[0]);
	int64_t n = sqlite3_value_int64(v[1]);
	const char *part = part_of(v[2]);

	/* a TIME goes round midnight */
	if (kind == WHEN_TIME)
		n %= CLOCK_DAY / when_length(part);
	if (n == INT64_MIN || !when_add(&c, n * sign, part))
		return sqlite3_mprintf(
		    "Adding %lld %s to %s overflows", (long long)n, part, words[kind]);
	fn_result_civil(ctx, &c, kind);
	return NULL;
}

static char *diff(sqlite3_context *ctx, sqlite3_value **v, enum when_kind kind)
{
	struct civil a = fn_civil(v[0]), b = fn_civil(v[1]);
	const char *part = part_of(v[2]);
	int64_t n = 0;

	/* TIMESTAMP_DIFF counts whole parts, the others boundaries */
	if (kind == WHEN_TIMESTAMP)
		n = (civil_to_us(&a) - civil_to_us(&b)) / when_length(part);
	else
		when_diff(&a, &b, part, &n);
	sqlite3_result_int64(ctx, n);
	return NULL;
}

char *fn_zone(int n, sqlite3_value **v, int index, struct when_zone *zone)
{
	*zone = (struct when_zone){0};
	if (n > index && !when_zone(fn_text(v[index]), zone))
		return sqlite3_mprintf("Invalid time zone: %.40s", sqlite3_value_text(v[index]));
	return NULL;
}

static char *trunc_to(sqlite3_context *ctx, int n, sqlite3_value **v, enum when_kind kind)
{
	struct civil c = fn_civil(v[0]);
	struct when_zone zone;
	char *error = fn_zone(n, v, 2, &zone);

	if (error)
		return error;
	if (n > 2)
		c = when_local(&zone, civil_to_us(&c));
	if (!when_trunc(&c, part_of(v[1])))
		return sqlite3_mprintf("%s_TRUNC leaves the years 1 to 9999", words[kind]);
	if (n > 2)
		c = civil_of_us(when_instant(&zone, &c));
	fn_result_civil(ctx, &c, kind);
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

OF_KIND(date, WHEN_DATE)
OF_KIND(time, WHEN_TIME)
OF_KIND(datetime, WHEN_DATETIME)
OF_KIND(timestamp, WHEN_TIMESTAMP)

static char *last_day(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct civil c = fn_civil(v[0]);
	const char *part = n > 1 ? part_of(v[1]) : "MONTH";
	bool ok = when_trunc(&c, part);

	if (strstr(part, "WEEK"))
		c.days += 6;
	else if (strcmp(part, "ISOYEAR") == 0)
		c.days += 374, ok = ok && when_trunc(&c, part), c.days--;
	else
		ok = ok && when_add(&c, 1, part), c.days--;
	if (!ok)
		return sqlite3_mprintf("LAST_DAY leaves the years 1 to 9999");
	fn_result_civil(ctx, &c, WHEN_DATE);
	return NULL;
}

static char *extract(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct civil c = fn_civil(v[1]);
	const char *part = part_of(v[0]);
	struct when_zone zone;
	int64_t value;
	char *error = fn_zone(n, v, 2, &zone);

	if (error)
		return error;
	if (n > 2)
		c = when_local(&zone, civil_to_us(&c));
	if (strcmp(part, "DATE") == 0)
		fn_result_civil(ctx, &c, WHEN_DATE);
	else if (strcmp(part, "DATETIME") == 0)
		fn_result_civil(ctx, &c, WHEN_DATETIME);
	else if (strcmp(part, "TIME") == 0)
		fn_result_civil(ctx, &c, WHEN_TIME);
	else if (when_extract(&c, part, &value))
		sqlite3_result_int64(ctx, value);
	return NULL;
}

const struct sql_fn sql_fn_time[] = {{"bq_date_add", date_add, 0}, {"bq_date_sub", date_sub, 0},
    {"bq_date_diff", date_diff, 0}, {"bq_date_trunc", date_trunc, 0}, {"bq_time_add", time_add, 0},
    {"bq_time_sub", time_sub, 0}, {"bq_time_diff", time_diff, 0}, {"bq_time_trunc", time_trunc, 0},
    {"bq_datetime_add", datetime_add, 0}, {"bq_datetime_sub", datetime_sub, 0},
    {"bq_datetime_diff", datetime_diff, 0}, {"bq_datetime_trunc", datetime_trunc, 0},
    {"bq_timestamp_add", timestamp_add, 0}, {"bq_timestamp_sub", timestamp_sub, 0},
    {"bq_timestamp_diff", timestamp_diff, 0}, {"bq_timestamp_trunc", timestamp_trunc, 0},
    {"bq_last_day", last_day, 0}, {"bq_extract", extract, 0}, {0}};
