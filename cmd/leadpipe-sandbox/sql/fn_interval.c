/* INTERVAL: from parts and texts, arithmetic, and with times. */

#include "sql/fn_civil.h"
#include "storage/interval.h"

static const char *text_of(sqlite3_value *v)
{
	return (const char *)sqlite3_value_text(v);
}

static struct interval read(sqlite3_value *v)
{
	struct interval i;

	if (!interval_parse(&i, fn_text(v)))
		i = (struct interval){0};
	return i;
}

static char *result(sqlite3_context *ctx, const struct interval *i)
{
	char text[INTERVAL_TEXT];

	if (!interval_fits(i))
		return sqlite3_mprintf("An INTERVAL exceeds 10000 years");
	interval_format(i, text);
	fn_result_text(ctx, span_of(text));
	return NULL;
}

/* bq_interval(n, part) */
static char *of_part(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct interval i = {0};

	(void)n;
	if (!interval_add(&i, sqlite3_value_int64(v[0]), text_of(v[1])))
		return sqlite3_mprintf("INTERVAL %lld %s exceeds 10000 years",
		    sqlite3_value_int64(v[0]), text_of(v[1]));
	return result(ctx, &i);
}

/* MAKE_INTERVAL(year, month, day, hour, minute, second) */
static char *make(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	static const char *const parts[] = {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"};
	struct interval i = {0};

	for (int p = 0; p < n && p < 6; p++)
		if (!interval_add(&i, sqlite3_value_int64(v[p]), parts[p]))
			return sqlite3_mprintf("MAKE_INTERVAL: it exceeds 10000 years");
	return result(ctx, &i);
}

static char *of_text(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct interval i;

	(void)n;
	if (!interval_parse(&i, fn_text(v[0])))
		return sqlite3_mprintf("Invalid INTERVAL value '%.60s'", text_of(v[0]));
	return result(ctx, &i);
}

/* bq_interval_part(part, interval): EXTRACT */
static char *part(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct interval i = read(v[1]);
	const struct {
		const char *part;
		int64_t value;
	} parts[] = {{"YEAR", i.months / 12}, {"MONTH", i.months % 12}, {"DAY", i.days},
	    {"HOUR", i.us / (3600 * CLOCK_SECOND)}, {"MINUTE", i.us / (60 * CLOCK_SECOND) % 60},
	    {"SECOND", i.us / CLOCK_SECOND % 60}, {"MILLISECOND", i.us / 1000 % 1000},
	    {"MICROSECOND", i.us % CLOCK_SECOND}};

	(void)n;
	for (size_t p = 0; p < sizeof parts / sizeof *parts; p++)
		if (strcmp(text_of(v[0]), parts[p].part) == 0)
			sqlite3_result_int64(ctx, parts[p].value);
	return NULL;
}

/* Whole `unit`s of the smaller count go over to the greater one; both then have one sign. */
static void carry(int64_t *small, int64_t *great, int64_t unit)
{
	*great += *small / unit;
	*small %= unit;
	if (*great > 0 && *small < 0)
		*small += unit, --*great;
	else if (*great < 0 && *small > 0)
		*small -= unit, ++*great;
}

/* bq_justify(what, interval): h: 24 hours are a day; d: 30 days are a month; i: both. */
static char *justify(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct interval i = read(v[1]);
	char what = *text_of(v[0]);

	(void)n;
	if (what != 'd')
		carry(&i.us, &i.days, CLOCK_DAY);
	if (what != 'h')
		carry(&i.days, &i.months, 30);
	return result(ctx, &i);
}

/* bq_plus(kind, time, interval, sign): kind m a DATE or DATETIME, t a TIMESTAMP. */
static char *plus(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	bool stamp = *text_of(v[0]) == 't';
	struct civil c = fn_civil(v[1]);
	struct interval i = read(v[2]);
	int64_t sign = sqlite3_value_int64(v[3]);

	(void)n;
	if (stamp && i.months)
		return sqlite3_mprintf("TIMESTAMP +/- INTERVAL is not supported for intervals with "
		                       "non-zero MONTH part.");
	if (!when_add(&c, i.months * sign, "MONTH") || !when_add(&c, i.days * sign, "DAY") ||
	    !when_add(&c, i.us * sign, "MICROSECOND"))
		return sqlite3_mprintf("Adding an INTERVAL leaves the years 1 to 9999");
	fn_result_civil(ctx, &c, stamp ? WHEN_TIMESTAMP : WHEN_DATETIME);
	return NULL;
}

/* bq_between(kind, a, b): a - b; of DATEs (d) in days, of others in hours to microseconds. */
static char *between(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct civil a = fn_civil(v[1]), b = fn_civil(v[2]);
	struct interval i = {0};

	(void)n;
	if (*text_of(v[0]) == 'd')
		i.days = a.days - b.days;
	else
		i.us = civil_to_us(&a) - civil_to_us(&b);
	return result(ctx, &i);
}

/* bq_interval_add(a, b, sign) */
static char *add(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct interval a = read(v[0]), b = read(v[1]);
	int64_t sign = sqlite3_value_int64(v[2]);

	(void)n;
	a.months += b.months * sign;
	a.days += b.days * sign;
	a.us += b.us * sign;
	return result(ctx, &a);
}

static char *times(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct interval i = read(v[0]);
	int64_t by = sqlite3_value_int64(v[1]);

	(void)n;
	if (__builtin_mul_overflow(i.months, by, &i.months) ||
	    __builtin_mul_overflow(i.days, by, &i.days) || __builtin_mul_overflow(i.us, by, &i.us))
		return sqlite3_mprintf("An INTERVAL exceeds 10000 years");
	return result(ctx, &i);
}

/* What is left of the months goes into days of 30 to one, of the days into hours. */
static char *divide(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct interval i = read(v[0]);
	int64_t by = sqlite3_value_int64(v[1]);

	(void)n;
	if (by == 0)
		return sqlite3_mprintf("division by zero");
	i.days += i.months % by * 30;
	i.us += i.days % by * CLOCK_DAY;
	i.months /= by;
	i.days /= by;
	i.us /= by;
	return result(ctx, &i);
}

static char *compare(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct interval a = read(v[0]), b = read(v[1]);

	(void)n;
	sqlite3_result_int(
	    ctx, (interval_us(&a) > interval_us(&b)) - (interval_us(&a) < interval_us(&b)));
	return NULL;
}

const struct sql_fn sql_fn_interval[] = {{"bq_interval", of_part, 0}, {"bq_make_interval", make, 0},
    {"bq_str_interval", of_text, 0}, {"bq_interval_part", part, 0}, {"bq_justify", justify, 0},
    {"bq_plus", plus, 0}, {"bq_between", between, 0}, {"bq_interval_add", add, 0},
    {"bq_interval_mul", times, 0}, {"bq_interval_div", divide, 0}, {"bq_interval_cmp", compare, 0},
    {0}};
