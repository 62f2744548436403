#include "sql/when.h"

#include <stdio.h>
#include <string.h>

enum { LAST_DAY = 2932896, FIRST_DAY = -719162 }; /* 9999-12-31 and 0001-01-01 */

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

static const struct {
	const char *part;
	int64_t us;
} lengths[] = {{"MICROSECOND", 1}, {"MILLISECOND", 1000}, {"SECOND", CLOCK_SECOND},
    {"MINUTE", 60 * CLOCK_SECOND}, {"HOUR", 3600 * CLOCK_SECOND}, {"DAY", TIME_DAY}};

int64_t when_length(const char *part)
{
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++)
		if (strcmp(part, lengths[i].part) == 0)
			return lengths[i].us;
	return 0;
}

/* The weekday on which a WEEK begins (Sunday is 0), or -1 for other parts. */
static int week_start(const char *part)
{
	static const char *const days[] = {"SUN", "MON", "TUES", "WEDNES", "THURS", "FRI", "SATUR"};
	char name[32];

	if (strcmp(part, "WEEK") == 0)
		return 0;
	for (int i = 0; i < 7; i++) {
		snprintf(name, sizeof name, "WEEK(%sDAY)", days[i]);
		if (strcmp(part, name) == 0)
			return i;
	}
	return -1;
}

/* The first day of the week of a day. */
static int64_t week_of(int64_t days, int start)
{
	return floor_div(days + 4 - start, 7) * 7 - 4 + start;
}

static bool in_range(const struct civil *c)
{
	return c->days >= FIRST_DAY && c->days <= LAST_DAY;
}

static int days_in(int year, int month)
{
	return (int)(month == 12 ? 31 : time_days(year, month + 1, 1) - time_days(year, month, 1));
}

static bool add_months(struct civil *c, int64_t n)
{
	int year, month, day;
	int64_t months;

	time_civil(c->days, &year, &month, &day);
	if (n > 240000 || n < -240000)
		return false;
	months = (int64_t)year * 12 + month - 1 + n;
	if (months < 12 || months >= 120000)
		return false;
	year = (int)(months / 12);
	month = (int)(months % 12) + 1;
	c->days = time_days(year, month, day < days_in(year, month) ? day : days_in(year, month));
	return in_range(c);
}

bool when_add(struct civil *c, int64_t n, const char *part)
{
	static const struct {
		const char *part;
		int months, days;
	} parts[] = {{"WEEK", 0, 7}, {"MONTH", 1, 0}, {"QUARTER", 3, 0}, {"YEAR", 12, 0}};
	int64_t length = when_length(part);
	__int128 us = (__int128)c->days * TIME_DAY + c->us;

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (strcmp(part, parts[i].part) == 0) {
			if (n > INT32_MAX || n < INT32_MIN)
				return false;
			if (parts[i].months)
				return add_months(c, n * parts[i].months);
			c->days += n * parts[i].days;
			return in_range(c);
		}
	us += (__int128)n * length;
	if (!length || us < TIME_MIN || us > TIME_MAX)
		return false;
	*c = civil_of_us((int64_t)us);
	return true;
}

/* The Monday on which the ISO year of a day begins. */
static int64_t iso_year_start(int64_t days, int *iso_year)
{
	int64_t thursday = floor_div(days + 3, 7) * 7; /* of the same ISO week */
	int64_t fourth;
	int year, month, day;

	time_civil(thursday, &year, &month, &day);
	*iso_year = year;
	fourth = time_days(year, 1, 4);
	return floor_div(fourth + 3, 7) * 7 - 3;
}

bool when_trunc(struct civil *c, const char *part)
{
	int64_t length = when_length(part);
	int year, month, day, iso;

	if (length) {
		c->us -= c->us % length;
		return true;
	}
	time_civil(c->days, &year, &month, &day);
	c->us = 0;
	if (week_start(part) >= 0)
		c->days = week_of(c->days, week_start(part));
	else if (strcmp(part, "ISOWEEK") == 0)
		c->days = week_of(c->days, 1);
	else if (strcmp(part, "MONTH") == 0)
		c->days = time_days(year, month, 1);
	else if (strcmp(part, "QUARTER") == 0)
		c->days = time_days(year, (month - 1) / 3 * 3 + 1, 1);
	else if (strcmp(part, "YEAR") == 0)
		c->days = time_days(year, 1, 1);
	else if (strcmp(part, "ISOYEAR") == 0)
		c->days = iso_year_start(c->days, &iso);
	else
		return false;
	return in_range(c);
}

/* The number of the part that a time lies in, counted from any fixed start. */
static bool ordinal(const struct civil *c, const char *part, int64_t *out)
{
	int64_t length = when_length(part);
	int year, month, day, iso;

	time_civil(c->days, &year, &month, &day);
	if (length)
		*out = floor_div(civil_to_us(c), length);
	else if (week_start(part) >= 0)
		*out = floor_div(c->days + 4 - week_start(part), 7);
	else if (strcmp(part, "ISOWEEK") == 0)
		*out = floor_div(c->days + 3, 7);
	else if (strcmp(part, "MONTH") == 0)
		*out = year * 12 + month;
	else if (strcmp(part, "QUARTER") == 0)
		*out = year * 4 + (month - 1) / 3;
	else if (strcmp(part, "YEAR") == 0)
		*out = year;
	else if (strcmp(part, "ISOYEAR") == 0)
		iso_year_start(c->days, &iso), *out = iso;
	else
		return false;
	return true;
}

bool when_diff(const struct civil *a, const struct civil *b, const char *part, int64_t *out)
{
	int64_t x, y;

	if (!ordinal(a, part, &x) || !ordinal(b, part, &y))
		return false;
	*out = x - y;
	return true;
}

static bool extract_day(const struct civil *c, const char *part, int64_t *out)
{
	int year, month, day, iso;
	int64_t first, start;

	time_civil(c->days, &year, &month, &day);
	first = time_days(year, 1, 1);
	start = iso_year_start(c->days, &iso);
	if (strcmp(part, "DAY") == 0)
		*out = day;
	else if (strcmp(part, "DAYOFWEEK") == 0)
		*out = c->days + 4 - floor_div(c->days + 4, 7) * 7 + 1;
	else if (strcmp(part, "DAYOFYEAR") == 0)
		*out = c->days - first + 1;
	else if (strcmp(part, "ISODAYOFYEAR") == 0) /* %J */
		*out = c->days - start + 1;
	else if (week_start(part) >= 0) /* days before the first week are in week 0 */
		*out =
		    (week_of(c->days, week_start(part)) - week_of(first - 1, week_start(part))) / 7;
	else if (strcmp(part, "ISOWEEK") == 0)
		*out = (c->days - start) / 7 + 1;
	else if (strcmp(part, "MONTH") == 0)
		*out = month;
	else if (strcmp(part, "QUARTER") == 0)
		*out = (month - 1) / 3 + 1;
	else if (strcmp(part, "YEAR") == 0)
		*out = year;
	else if (strcmp(part, "ISOYEAR") == 0)
		*out = iso;
	else
		return false;
	return true;
}

bool when_extract(const struct civil *c, const char *part, int64_t *out)
{
	if (strcmp(part, "MICROSECOND") == 0)
		*out = c->us % CLOCK_SECOND;
	else if (strcmp(part, "MILLISECOND") == 0)
		*out = c->us % CLOCK_SECOND / 1000;
	else if (strcmp(part, "SECOND") == 0)
		*out = c->us / CLOCK_SECOND % 60;
	else if (strcmp(part, "MINUTE") == 0)
		*out = c->us / (60 * CLOCK_SECOND) % 60;
	else if (strcmp(part, "HOUR") == 0)
		*out = c->us / (3600 * CLOCK_SECOND);
	else
		return extract_day(c, part, out);
	return true;
}

/* Is `part` one of the words of a list, or (with WEEK in it) a WEEK(day)? */
static bool among(const char *part, const char *words)
{
	size_t n = strlen(part);

	if (week_start(part) >= 0 && strchr(part, '('))
		return strstr(words, "WEEK()") != NULL;
	for (const char *p = words; (p = strstr(p, part)); p++)
		if ((p == words || p[-1] == ' ') && (p[n] == ' ' || !p[n]))
			return true;
	return false;
}

bool when_takes(enum when_kind kind, enum when_use use, const char *part)
{
	static const char small[] = "MICROSECOND MILLISECOND SECOND MINUTE HOUR";
	static const char steps[] = "DAY WEEK MONTH QUARTER YEAR";
	static const char cuts[] = "DAY WEEK WEEK() ISOWEEK MONTH QUARTER YEAR ISOYEAR";

	if (kind != WHEN_DATE && among(part, small))
		return true;
	if (kind == WHEN_TIME)
		return false;
	if (use == WHEN_CUTS)
		return among(part, cuts);
	if (kind == WHEN_TIMESTAMP)
		return strcmp(part, "DAY") == 0;
	return among(part, use == WHEN_ADDS ? steps : cuts);
}

bool when_extracts(enum when_kind kind, const char *part)
{
	static const char of_day[] =
	    "DAY DAYOFWEEK DAYOFYEAR WEEK WEEK() ISOWEEK MONTH QUARTER YEAR "
	    "ISOYEAR";
	static const char of_time[] = "MICROSECOND MILLISECOND SECOND MINUTE HOUR";

	if (kind != WHEN_DATE && among(part, of_time))
		return true;
	if (kind != WHEN_TIME && among(part, of_day))
		return true;
	return (kind == WHEN_DATETIME || kind == WHEN_TIMESTAMP) &&
	       among(part, kind == WHEN_DATETIME ? "DATE TIME" : "DATE TIME DATETIME");
}
