#include "sql/fn.h"

#include <string.h>

static const char *const words[] = {"DATE", "TIME", "DATETIME", "TIMESTAMP"};

/* A stored DATE, TIME, DATETIME or TIMESTAMP, told apart by its form. */
struct civil fn_time_of(sqlite3_value *v)
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

void fn_time_result(sqlite3_context *ctx, const struct civil *c, enum when_kind kind)
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

enum when_kind fn_time_kind(sqlite3_context *ctx)
{
	const char *how = fn_how(ctx);

	return *how == 'd' ? (how[4] == 't' ? WHEN_DATETIME : WHEN_DATE)
	                   : (how[4] == 's' ? WHEN_TIMESTAMP : WHEN_TIME);
}

static const char *part_of(sqlite3_value *v)
{
	return (const char *)sqlite3_value_text(v);
}

/* how: the kind, and - */
static char *add(sqlite3_context *ctx, int argc, sqlite3_value **v)
{
	enum when_kind kind = fn_time_kind(ctx);
	int sign = strchr(fn_how(ctx), '-') ? -1 : 1;
	struct civil c = fn_time_of(v[0]);
	int64_t n = sqlite3_value_int64(v[1]);
	const char *part = part_of(v[2]);

	(void)argc;
	if (n == INT64_MIN || !when_add(&c, n * sign, part))
		return sqlite3_mprintf(
		    "Adding %lld %s to %s overflows", (long long)n, part, words[kind]);
	fn_time_result(ctx, &c, kind);
	return NULL;
}

static char *diff(sqlite3_context *ctx, int argc, sqlite3_value **v)
{
	struct civil a = fn_time_of(v[0]), b = fn_time_of(v[1]);
	const char *part = part_of(v[2]);
	int64_t n = 0;

	(void)argc;
	/* TIMESTAMP_DIFF counts whole parts, the others boundaries */
	if (fn_time_kind(ctx) == WHEN_TIMESTAMP)
		n = (civil_to_us(&a) - civil_to_us(&b)) / when_length(part);
	else
		when_diff(&a, &b, part, &n);
	sqlite3_result_int64(ctx, n);
	return NULL;
}

char *fn_time_zone(int n, sqlite3_value **v, int index, struct when_zone *zone)
{
	*zone = (struct when_zone){0};
	if (n > index && !when_zone(fn_text(v[index]), zone))
		return sqlite3_mprintf("Invalid time zone: %.40s", sqlite3_value_text(v[index]));
	return NULL;
}

static char *trunc_to(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	enum when_kind kind = fn_time_kind(ctx);
	struct civil c = fn_time_of(v[0]);
	struct when_zone zone;
	char *error = fn_time_zone(n, v, 2, &zone);

	if (error)
		return error;
	if (n > 2)
		c = when_local(&zone, civil_to_us(&c));
	if (!when_trunc(&c, part_of(v[1])))
		return sqlite3_mprintf("%s_TRUNC leaves the years 1 to 9999", words[kind]);
	if (n > 2)
		c = civil_of_us(when_instant(&zone, &c));
	fn_time_result(ctx, &c, kind);
	return NULL;
}

static char *last_day(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct civil c = fn_time_of(v[0]);
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
	fn_time_result(ctx, &c, WHEN_DATE);
	return NULL;
}

static char *extract(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct civil c = fn_time_of(v[1]);
	const char *part = part_of(v[0]);
	struct when_zone zone;
	int64_t value;
	char *error = fn_time_zone(n, v, 2, &zone);

	if (error)
		return error;
	if (n > 2)
		c = when_local(&zone, civil_to_us(&c));
	if (strcmp(part, "DATE") == 0)
		fn_time_result(ctx, &c, WHEN_DATE);
	else if (strcmp(part, "DATETIME") == 0)
		fn_time_result(ctx, &c, WHEN_DATETIME);
	else if (strcmp(part, "TIME") == 0)
		fn_time_result(ctx, &c, WHEN_TIME);
	else if (when_extract(&c, part, &value))
		sqlite3_result_int64(ctx, value);
	return NULL;
}

const struct fn_entry fn_table_time[] = {{"bq_date_add", add, "date"},
    {"bq_date_sub", add, "date-"}, {"bq_date_diff", diff, "date"},
    {"bq_date_trunc", trunc_to, "date"}, {"bq_datetime_add", add, "datetime"},
    {"bq_datetime_sub", add, "datetime-"}, {"bq_datetime_diff", diff, "datetime"},
    {"bq_datetime_trunc", trunc_to, "datetime"}, {"bq_timestamp_add", add, "timestamp"},
    {"bq_timestamp_sub", add, "timestamp-"}, {"bq_timestamp_diff", diff, "timestamp"},
    {"bq_timestamp_trunc", trunc_to, "timestamp"}, {"bq_last_day", last_day, NULL},
    {"bq_extract", extract, NULL}, {0}};
