#include "when.h"

#include "schema/numeral.h"

static bool take_number(struct span *s, size_t least, size_t most, int low, int high, int *value)
{
	return text_take_digits(s, least, most, value) && *value >= low && *value <= high;
}

/* The two letters of `word`, which is in lower case, whatever the case in *s. */
static bool take_two(struct span *s, const char *word)
{
	if (s->n < 2 || (s->p[0] | 0x20) != word[0] || (s->p[1] | 0x20) != word[1])
		return false;
	*s = span_skip(*s, 2);
	return true;
}

static bool take_short_year(struct span *s, int *year)
{
	if (!take_number(s, 2, 2, 0, 99, year))
		return false;
	*year += *year < 69 ? 2000 : 1900;
	return true;
}

static bool take_half(struct span *s, int *half)
{
	*half = take_two(s, "am") ? 1 : take_two(s, "pm") ? 2 : 0;
	return *half > 0;
}

static bool take_day(struct span *s, int *day)
{
	text_take_byte(s, ' ');
	return take_number(s, 1, 2, 1, 31, day);
}

static bool take_pattern(struct when *w, const char *pattern, size_t n, struct span *s);

static bool take_directive(struct when *w, char letter, struct span *s)
{
	struct time_parts *t = &w->at;
	int weekday;

	switch (letter) {
	case 'Y': return take_number(s, 4, 4, 1, 9999, &t->year);
	case 'y': return take_short_year(s, &t->year);
	case 'm': return take_number(s, 1, 2, 1, 12, &t->month);
	case 'b':
	case 'B': return time_take_month(s, &t->month);
	case 'd': return take_number(s, 1, 2, 1, 31, &t->day);
	case 'e': return take_day(s, &t->day);
	case 'j': return take_number(s, 1, 3, 1, 366, &w->year_day);
	case 'a':
	case 'A': return time_take_weekday(s, &weekday);
	case 'H': return take_number(s, 1, 2, 0, 23, &t->hour);
	case 'I': return take_number(s, 1, 2, 1, 12, &w->hour12);
	case 'p': return take_half(s, &w->half);
	case 'M': return take_number(s, 1, 2, 0, 59, &t->minute);
	case 'S': return take_number(s, 1, 2, 0, 60, &t->second);
	case 'f': return time_take_micros(s, &t->micros);
	case 'z': return w->zoned = time_take_zone(s, &w->offset);
	case 'F': return take_pattern(w, "%Y-%m-%d", 8, s);
	case 'T': return take_pattern(w, "%H:%M:%S", 8, s);
	default: return text_take_byte(s, letter);
	}
}

static bool take_spaces(struct span *s)
{
	size_t n = 0;

	while (n < s->n && (s->p[n] == ' ' || s->p[n] == '\t'))
		n++;
	*s = span_skip(*s, n);
	return n > 0;
}

static bool take_pattern(struct when *w, const char *pattern, size_t n, struct span *s)
{
	for (size_t i = 0; i < n; i++) {
		bool ok = pattern[i] == '%'   ? take_directive(w, pattern[++i], s)
		          : pattern[i] == ' ' ? take_spaces(s)
		                              : text_take_byte(s, pattern[i]);

		if (!ok)
			return false;
	}
	return true;
}

/* Puts the day of the year and the twelve-hour clock into their plain places. */
static bool settle(struct when *w)
{
	struct time_parts *t = &w->at;

	if (w->year_day) {
		time_civil(
		    time_days(t->year, 1, 1) + w->year_day - 1, &t->year, &t->month, &t->day);
		if (w->year_day == 366 && t->month == 1)
			return false;
	}
	if (w->hour12)
		t->hour = w->hour12 % 12 + (w->half == 2 ? 12 : 0);
	return time_valid_date(t->year, t->month, t->day);
}

/* ---- the plain forms ---- */

static bool parse_plain(struct span text, struct when *w)
{
	w->zoned = false;
	return text.n > 10 && text.p[10] != 't' && time_take_datetime(&text, &w->at) &&
	       time_take_fraction(&text, &w->at.micros) && text.n == 0;
}

bool times_parse(const struct times *t, struct span text, struct when *when)
{
	if (t->plain && parse_plain(text, when))
		return true;
	for (size_t i = 0; i < t->patterns.n; i++) {
		struct span rest = text, pattern = t->patterns.item[i];

		*when = (struct when){.at = {.year = 1970, .month = 1, .day = 1}};
		if (take_pattern(when, pattern.p, pattern.n, &rest) && rest.n == 0 && settle(when))
			return true;
	}
	return false;
}

bool times_epoch(const struct times *t, struct span text, int64_t *us)
{
	struct numeral d;
	int64_t value = 0, point;

	if (!numeral_parse(text, &d))
		return false;
	point = d.point + (int)t->epoch;
	if (point > 18)
		return false;
	for (int64_t i = 0; i < point; i++)
		value = value * 10 + (numeral_digit(&d, (size_t)i) - '0');
	if (d.negative)
		value = -value - (d.n > 0 && (int64_t)d.n > point);
	*us = value;
	return value >= TIME_MIN && value <= TIME_MAX;
}

const char *times_instant(const struct times *t, const struct when *w, int64_t *us)
{
	int64_t offset = w->zoned ? w->offset : t->offset, local, at;

	if (!w->zoned && !t->zoned)
		return "no time zone";
	if (!w->zoned && t->zone) {
		local = time_days(w->at.year, w->at.month, w->at.day) * 86400 + w->at.hour * 3600 +
		        w->at.minute * 60 + (w->at.second == 60 ? 59 : w->at.second);
		if (!zone_instant(t->zone, local, &at))
			return "no such local time";
		offset = local - at;
	}
	return time_join(&w->at, offset, us);
}
