#include "base/zone_rule.h"

#include "base/time.h"

static bool take_number(struct span *s, int low, int high, int *value)
{
	return text_take_digits(s, 1, 4, value) && *value >= low && *value <= high;
}

/* Three letters or more, or anything in < >. */
static bool take_name(struct span *s)
{
	size_t n = 0;

	if (text_take_byte(s, '<')) {
		while (s->n > 0 && s->p[0] != '>')
			*s = span_skip(*s, 1);
		return text_take_byte(s, '>');
	}
	while (n < s->n && text_is_letter(s->p[n]))
		n++;
	*s = span_skip(*s, n);
	return n >= 3;
}

/* [+-]h[:mm[:ss]], at most `most` hours. */
static bool take_hours(struct span *s, int most, int32_t *seconds)
{
	int sign = text_take_byte(s, '-') ? -1 : (text_take_byte(s, '+'), 1), h, m = 0, sec = 0;

	if (!take_number(s, 0, most, &h))
		return false;
	if (text_take_byte(s, ':')) {
		if (!take_number(s, 0, 59, &m))
			return false;
		if (text_take_byte(s, ':') && !take_number(s, 0, 59, &sec))
			return false;
	}
	*seconds = sign * (h * 3600 + m * 60 + sec);
	return true;
}

static bool take_day(struct span *s, struct zone_day *d)
{
	*d = (struct zone_day){.seconds = 2 * 3600};
	if (!text_take_byte(s, ','))
		return false;
	if (text_take_byte(s, 'M')) {
		d->form = 'M';
		if (!take_number(s, 1, 12, &d->month) || !text_take_byte(s, '.') ||
		    !take_number(s, 1, 5, &d->week) || !text_take_byte(s, '.') ||
		    !take_number(s, 0, 6, &d->weekday))
			return false;
	} else {
		d->form = text_take_byte(s, 'J') ? 'J' : '0';
		if (!take_number(s, d->form == 'J', 365, &d->number))
			return false;
	}
	return !text_take_byte(s, '/') || take_hours(s, 167, &d->seconds);
}

bool zone_rule_read(struct span s, struct zone_rule *r)
{
	int32_t west;

	*r = (struct zone_rule){0};
	if (!take_name(&s) || !take_hours(&s, 24, &west))
		return false;
	r->standard = -west;
	if (s.n == 0)
		return true;
	r->shifts = true;
	r->summer = r->standard + 3600;
	if (!take_name(&s))
		return false;
	if (s.n > 0 && s.p[0] != ',') {
		if (!take_hours(&s, 24, &west))
			return false;
		r->summer = -west;
	}
	return take_day(&s, &r->begins) && take_day(&s, &r->ends) && s.n == 0;
}

/* The local moment of that day in a year, in seconds since 1970. */
static int64_t moment(const struct zone_day *d, int year)
{
	int64_t first = time_days(year, 1, 1), days;
	bool leap = time_days(year, 3, 1) - first == 60;

	if (d->form == 'M') {
		int next_month = d->month % 12 + 1, next_year = year + (d->month == 12);

		days = time_days(year, d->month, 1);
		days += ((d->weekday - (days + 4)) % 7 + 7) % 7 + (d->week - 1) * 7;
		if (days >= time_days(next_year, next_month, 1))
			days -= 7;
	} else if (d->form == 'J') {
		days = first + d->number - 1 + (leap && d->number >= 60);
	} else {
		days = first + d->number;
	}
	return days * 86400 + d->seconds;
}

void zone_rule_year(const struct zone_rule *r, int year, struct zone_shift shifts[2])
{
	struct zone_shift begins = {moment(&r->begins, year) - r->standard, r->summer};
	struct zone_shift ends = {moment(&r->ends, year) - r->summer, r->standard};

	shifts[0] = begins.at < ends.at ? begins : ends;
	shifts[1] = begins.at < ends.at ? ends : begins;
}
