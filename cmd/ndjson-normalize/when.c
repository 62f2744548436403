#include "when.h"

#include "base/time.h"
#include "schema/numeral.h"
#include "base/swar.h"

static bool take_number(struct span *s, size_t least, size_t most, int low, int high, int *value)
{
	size_t n = 0;

	for (*value = 0; n < most && n < s->n && s->p[n] >= '0' && s->p[n] <= '9'; n++)
		*value = *value * 10 + (s->p[n] - '0');
	*s = span_skip(*s, n);
	return n >= least && *value >= low && *value <= high;
}

static bool take_byte(struct span *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = span_skip(*s, 1);
	return true;
}

/* The first n bytes of `name`, which is in lower case, whatever the case in *s. */
static bool take_word(struct span *s, const char *name, size_t n)
{
	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if ((s->p[i] | 0x20) != name[i])
			return false;
	*s = span_skip(*s, n);
	return true;
}

static bool take_name(struct span *s, const char *const *names, int n, int *value)
{
	for (int i = 0; i < n; i++)
		if (take_word(s, names[i], strlen(names[i])) || take_word(s, names[i], 3)) {
			*value = i + 1;
			return true;
		}
	return false;
}

static bool take_month(struct span *s, int *value)
{
	static const char *const names[] = {"january", "february", "march", "april", "may", "june",
	    "july", "august", "september", "october", "november", "december"};

	return take_name(s, names, 12, value);
}

static bool take_weekday(struct span *s)
{
	static const char *const names[] = {
	    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
	int ignored;

	return take_name(s, names, 7, &ignored);
}

static bool take_micros(struct span *s, int *micros)
{
	int scale = 100000;
	size_t n = 0;

	for (*micros = 0; n < 9 && n < s->n && s->p[n] >= '0' && s->p[n] <= '9'; n++, scale /= 10)
		*micros += (s->p[n] - '0') * scale;
	*s = span_skip(*s, n);
	return n > 0;
}

bool when_zone(struct span *s, int *offset)
{
	int sign = s->n > 0 && s->p[0] == '-' ? -1 : 1, hours, minutes = 0;

	*offset = 0;
	if (take_word(s, "utc", 3) || take_word(s, "gmt", 3) || take_word(s, "z", 1))
		return true;
	if (!take_byte(s, '+') && !take_byte(s, '-'))
		return false;
	if (!take_number(s, 2, 2, 0, 23, &hours))
		return false;
	if ((take_byte(s, ':') || (s->n > 0 && s->p[0] >= '0' && s->p[0] <= '9')) &&
	    !take_number(s, 2, 2, 0, 59, &minutes))
		return false;
	*offset = sign * (hours * 3600 + minutes * 60);
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
	*half = take_word(s, "am", 2) ? 1 : take_word(s, "pm", 2) ? 2 : 0;
	return *half > 0;
}

static bool take_day(struct span *s, int *day)
{
	take_byte(s, ' ');
	return take_number(s, 1, 2, 1, 31, day);
}

static bool take_pattern(struct when *w, const char *pattern, size_t n, struct span *s);

static bool take_directive(struct when *w, char letter, struct span *s)
{
	switch (letter) {
	case 'Y': return take_number(s, 4, 4, 1, 9999, &w->year);
	case 'y': return take_short_year(s, &w->year);
	case 'm': return take_number(s, 1, 2, 1, 12, &w->month);
	case 'b':
	case 'B': return take_month(s, &w->month);
	case 'd': return take_number(s, 1, 2, 1, 31, &w->day);
	case 'e': return take_day(s, &w->day);
	case 'j': return take_number(s, 1, 3, 1, 366, &w->year_day);
	case 'a':
	case 'A': return take_weekday(s);
	case 'H': return take_number(s, 1, 2, 0, 23, &w->hour);
	case 'I': return take_number(s, 1, 2, 1, 12, &w->hour12);
	case 'p': return take_half(s, &w->half);
	case 'M': return take_number(s, 1, 2, 0, 59, &w->minute);
	case 'S': return take_number(s, 1, 2, 0, 60, &w->second);
	case 'f': return take_micros(s, &w->micros);
	case 'z': return w->zoned = when_zone(s, &w->offset);
	case 'F': return take_pattern(w, "%Y-%m-%d", 8, s);
	case 'T': return take_pattern(w, "%H:%M:%S", 8, s);
	default: return take_byte(s, letter);
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
		                              : take_byte(s, pattern[i]);

		if (!ok)
			return false;
	}
	return true;
}

/* Puts the day of the year and the twelve-hour clock into their plain places. */
static bool settle(struct when *w)
{
	if (w->year_day) {
		time_civil(
		    time_days(w->year, 1, 1) + w->year_day - 1, &w->year, &w->month, &w->day);
		if (w->year_day == 366 && w->month == 1)
			return false;
	}
	if (w->hour12)
		w->hour = w->hour12 % 12 + (w->half == 2 ? 12 : 0);
	return time_valid_date(w->year, w->month, w->day);
}

/* ---- the plain forms ---- */

/*
 * Eight bytes against a form in which 0 stands for any digit: *pairs has, where two digits stand, the
 * number that they are, in the byte of the first one.
 */
static bool read_form(const char *p, const char form[8], const char digits[8], uint64_t *pairs)
{
	const uint64_t high = UINT64_MAX / 255 * 0x80;
	uint64_t word = swar_load(p) ^ swar_load(form);

	*pairs = word * 10 + (word >> 8);
	return (((word + swar_load(digits)) | word) & high) == 0;
}

static int pair(uint64_t pairs, int i)
{
	return (int)(pairs >> i * 8 & 0xff);
}

/* YYYY-MM-DD, T or a space, HH:MM:SS: takes it off the front of *s. */
static bool take_civil(struct span *s, struct when *w)
{
	const char *p = s->p;
	unsigned ten, one;
	uint64_t date, clock;

	if (s->n < 19 || (p[10] != 'T' && p[10] != ' ') ||
	    !read_form(p, "0000-00-", "\x76\x76\x76\x76\x7f\x76\x76\x7f", &date) ||
	    !read_form(p + 11, "00:00:00", "\x76\x76\x7f\x76\x76\x7f\x76\x76", &clock))
		return false;
	ten = (unsigned)p[8] - '0';
	one = (unsigned)p[9] - '0';
	*w = (struct when){.year = pair(date, 0) * 100 + pair(date, 2),
	    .month = pair(date, 5),
	    .day = (int)(ten * 10 + one),
	    .hour = pair(clock, 0),
	    .minute = pair(clock, 3),
	    .second = pair(clock, 6)};
	*s = span_skip(*s, 19);
	return ten <= 9 && one <= 9 && w->hour <= 23 && w->minute <= 59 && w->second <= 60 &&
	       time_valid_date(w->year, w->month, w->day);
}

static bool take_fraction(struct span *s, int *micros)
{
	return s->n == 0 || *s->p != '.' || (take_byte(s, '.') && take_micros(s, micros));
}

/* The day before or after, when it is in the same month; -1 or 1. */
static bool step_day(struct when *w, int step)
{
	if (time_valid_date(w->year, w->month, w->day + step)) {
		w->day += step;
		return true;
	}
	time_civil(time_days(w->year, w->month, w->day) + step, &w->year, &w->month, &w->day);
	return w->year >= 1 && w->year <= 9999;
}

bool when_utc(struct span text, struct when *w)
{
	int offset, minute;

	if (!take_civil(&text, w) || w->second == 60 || !take_fraction(&text, &w->micros))
		return false;
	if (text.n == 1)
		return *text.p == 'Z';
	if (text.n != 6 || text.p[3] != ':' || !when_zone(&text, &offset) || text.n > 0)
		return false;
	minute = w->hour * 60 + w->minute - offset / 60;
	if (minute < 0 || minute >= 1440) {
		if (!step_day(w, minute < 0 ? -1 : 1))
			return false;
		minute += minute < 0 ? 1440 : -1440;
	}
	w->hour = minute / 60;
	w->minute = minute % 60;
	return true;
}

static bool parse_plain(struct span text, struct when *w)
{
	return take_civil(&text, w) && take_fraction(&text, &w->micros) && text.n == 0;
}

bool times_parse(const struct times *t, struct span text, struct when *when)
{
	if (t->plain && parse_plain(text, when))
		return true;
	for (size_t i = 0; i < t->patterns.n; i++) {
		struct span rest = text, pattern = t->patterns.item[i];

		*when = (struct when){.year = 1970, .month = 1, .day = 1};
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
	int64_t at = time_days(w->year, w->month, w->day) * 86400 + w->hour * 3600 +
	             w->minute * 60 + (w->second == 60 ? 59 : w->second);

	if (!w->zoned && !t->zoned)
		return "no time zone";
	if (w->zoned || !t->zone)
		at -= w->zoned ? w->offset : t->offset;
	else if (!zone_instant(t->zone, at, &at))
		return "no such local time";
	if (w->second == 60 && ((at % 86400) + 86400) % 86400 != 86399)
		return "not a time";
	*us = at * CLOCK_SECOND + (w->second == 60 ? CLOCK_SECOND - 1 : w->micros);
	return *us < TIME_MIN || *us > TIME_MAX ? "out of range" : NULL;
}
