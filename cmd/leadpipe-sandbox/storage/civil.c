#include "storage/civil.h"

#include <stdio.h>

static bool take_date(struct span *s, bool slash, int64_t *days)
{
	const char *set = slash ? "-/" : "-";
	int year, month, day;

	if (!text_take_digits(s, 4, 4, &year) || !text_take_one_of(s, set) ||
	    !text_take_digits(s, 1, 2, &month) || !text_take_one_of(s, set) ||
	    !text_take_digits(s, 1, 2, &day) || !time_valid_date(year, month, day))
		return false;
	*days = time_days(year, month, day);
	return true;
}

static bool take_time(struct span *s, int64_t *us)
{
	int hour, minute, second, fraction = 0;

	if (!text_take_digits(s, 1, 2, &hour) || !text_take_one_of(s, ":") ||
	    !text_take_digits(s, 1, 2, &minute) || !text_take_one_of(s, ":") ||
	    !text_take_digits(s, 1, 2, &second) || hour > 23 || minute > 59 || second > 59)
		return false;
	if (text_take_one_of(s, ".")) {
		size_t before = s->n;

		if (!text_take_digits(s, 1, 6, &fraction))
			return false;
		for (size_t n = before - s->n; n < 6; n++)
			fraction *= 10;
	}
	*us = (hour * INT64_C(3600) + minute * 60 + second) * CLOCK_SECOND + fraction;
	return true;
}

static bool take_datetime(struct span *s, bool slash, struct civil *c)
{
	c->us = 0;
	if (!take_date(s, slash, &c->days))
		return false;
	if (s->n > 1 && strchr(" Tt", *s->p) && text_is_digit(s->p[1]))
		return text_take_one_of(s, " Tt") && take_time(s, &c->us);
	return true;
}

/* +H, +HH, +HH:MM, +HHMM; in microseconds. */
static bool take_offset(struct span *s, int64_t *us)
{
	bool negative = s->n && *s->p == '-';
	int hours, minutes = 0;

	if (!text_take_one_of(s, "+-") || !text_take_digits(s, 1, 2, &hours))
		return false;
	if ((text_take_one_of(s, ":") || s->n) && !text_take_digits(s, 2, 2, &minutes))
		return false;
	*us = (hours * 60 + minutes) * 60 * CLOCK_SECOND * (negative ? -1 : 1);
	return hours <= 14 && minutes <= 59;
}

bool civil_parse_date(struct span text, bool slash, int64_t *days)
{
	return take_date(&text, slash, days) && text.n == 0;
}

bool civil_parse_time(struct span text, int64_t *us)
{
	return take_time(&text, us) && text.n == 0;
}

bool civil_parse_datetime(struct span text, bool slash, struct civil *c)
{
	return take_datetime(&text, slash, c) && text.n == 0;
}

bool civil_parse_timestamp(struct span text, int64_t *us)
{
	struct civil c;
	int64_t offset = 0;

	if (!take_datetime(&text, true, &c))
		return false;
	if (!text_take_one_of(&text, "Zz")) {
		text_take_one_of(&text, " ");
		if (span_eq(text, SPAN("UTC")))
			text.n = 0;
		else if (text.n && !take_offset(&text, &offset))
			return false;
	}
	*us = civil_to_us(&c) - offset;
	return text.n == 0 && *us >= TIME_MIN && *us <= TIME_MAX;
}

int64_t civil_to_us(const struct civil *c)
{
	return c->days * TIME_DAY + c->us;
}

struct civil civil_of_us(int64_t us)
{
	struct civil c = {us / TIME_DAY, us % TIME_DAY};

	if (c.us < 0) {
		c.us += TIME_DAY;
		c.days--;
	}
	return c;
}

static size_t end(const char *text, char *end)
{
	*end = '\0';
	return (size_t)(end - text);
}

size_t civil_date(char text[CIVIL_TEXT], int64_t days)
{
	struct time_parts t;

	time_civil(days, &t.year, &t.month, &t.day);
	return end(text, time_put_date(text, &t));
}

size_t civil_time(char text[CIVIL_TEXT], int64_t us)
{
	struct time_parts t;
	size_t n;

	time_split(us, &t);
	n = end(text, time_put_clock(text, &t));
	while (t.micros && text[n - 1] == '0')
		text[--n] = '\0';
	return n;
}

size_t civil_datetime(char text[CIVIL_TEXT], const struct civil *c)
{
	char time[CIVIL_TEXT];
	size_t n = civil_date(text, c->days);

	civil_time(time, c->us);
	return n + (size_t)snprintf(text + n, CIVIL_TEXT - n, "T%s", time);
}
