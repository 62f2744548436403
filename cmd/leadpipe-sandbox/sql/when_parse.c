#include "sql/when.h"

#include <ctype.h>

struct parsed {
	int year, century, month, day, of_year, hour, minute, second, us;
	int64_t epoch;
	bool pm, twelve, has_epoch, has_zone;
	struct when_zone zone;
};

static bool digits(struct span *t, size_t most, int *out)
{
	return text_take_digits(t, 1, most, out);
}

static void space(struct span *t)
{
	while (t->n && isspace((unsigned char)*t->p))
		*t = span_skip(*t, 1);
}

/* An offset or a zone's name: as much of the text as is one. */
static bool parse_zone(struct span *t, struct parsed *p, bool named)
{
	size_t n = 0, most = named ? 64 : 6;

	while (n < t->n && n < most && !isspace((unsigned char)t->p[n]))
		n++;
	for (; n > 0; n--) {
		struct span text = {t->p, n};

		if (named ? when_zone(text, &p->zone) : when_offset(text, &p->zone.offset)) {
			*t = span_skip(*t, n);
			return p->has_zone = true;
		}
	}
	return false;
}

static bool half_day(struct span *t, struct parsed *p)
{
	if (t->n < 2 || (t->p[1] | 0x20) != 'm' || !strchr("apAP", *t->p))
		return false;
	p->pm = (*t->p | 0x20) == 'p';
	p->twelve = true;
	*t = span_skip(*t, 2);
	return true;
}

static bool two_digit_year(struct span *t, int *year)
{
	if (!digits(t, 2, year))
		return false;
	*year += *year < 69 ? 2000 : 1900;
	return true;
}

static bool epoch(struct span *t, struct parsed *p)
{
	size_t n = t->n > 0 && *t->p == '-';

	while (n < t->n && text_is_digit(t->p[n]))
		n++;
	p->has_epoch = n < 14 && text_integer((struct span){t->p, n}, &p->epoch);
	*t = span_skip(*t, n);
	return p->has_epoch;
}

static bool element(char letter, struct span *t, struct parsed *p)
{
	int ignored;

	switch (letter) {
	case 'Y': return digits(t, 4, &p->year);
	case 'y': return two_digit_year(t, &p->year);
	case 'm': return digits(t, 2, &p->month);
	case 'e': space(t); return digits(t, 2, &p->day);
	case 'd': return digits(t, 2, &p->day);
	case 'k': space(t); return digits(t, 2, &p->hour);
	case 'H': return digits(t, 2, &p->hour);
	case 'l': space(t); return digits(t, 2, &p->hour);
	case 'I': return digits(t, 2, &p->hour);
	case 'M': return digits(t, 2, &p->minute);
	case 'S': return digits(t, 2, &p->second);
	case 'B':
	case 'b':
	case 'h': return time_take_month(t, &p->month);
	case 'A':
	case 'a': return time_take_weekday(t, &ignored);
	case 'p':
	case 'P': return half_day(t, p);
	case 'z': return parse_zone(t, p, false);
	case 'Z': return parse_zone(t, p, true);
	case 'j': return digits(t, 3, &p->of_year) && p->of_year > 0;
	case 'C': return digits(t, 2, &p->century);
	case 's': return epoch(t, p);
	case 'n':
	case 't': space(t); return true;
	case '%':
		if (!t->n || *t->p != '%')
			return false;
		*t = span_skip(*t, 1);
		return true;
	default: return false;
	}
}

static bool parse(struct span f, struct span *t, struct parsed *p)
{
	for (size_t i = 0; i < f.n; i++) {
		bool ok;

		if (isspace((unsigned char)f.p[i])) {
			space(t);
			continue;
		}
		if (f.p[i] != '%') {
			if (!t->n || *t->p != f.p[i])
				return false;
			*t = span_skip(*t, 1);
			continue;
		}
		if (++i == f.n)
			return false;
		if (when_composite(f.p[i])) {
			ok = parse(span_of(when_composite(f.p[i])), t, p);
		} else if (f.p[i] == 'E' && i + 2 < f.n && f.p[i + 2] == 'S') {
			ok = element('S', t, p);
			time_take_fraction(t, &p->us);
			i += 2;
		} else if (f.p[i] == 'E' && i + 2 < f.n && f.p[i + 2] == 'Y') {
			ok = element('Y', t, p);
			i += 2;
		} else if (f.p[i] == 'E' && i + 1 < f.n && f.p[i + 1] == 'z') {
			ok = element('z', t, p);
			i++;
		} else {
			ok = element(f.p[i], t, p);
		}
		if (!ok)
			return false;
	}
	return true;
}

/* The day that was given: by its number in the year, or by month and day. */
static bool days_of(const struct parsed *p, int64_t *days)
{
	int year = p->century ? p->century * 100 + p->year % 100 : p->year;

	if (!time_valid_date(year, p->month, p->day))
		return false;
	*days = time_days(year, p->month, p->day);
	if (p->of_year)
		*days = time_days(year, 1, 1) + p->of_year - 1;
	return !p->of_year || year == 9999 || *days < time_days(year + 1, 1, 1);
}

bool when_parse(struct span f, struct span text, const struct when_zone *zone, struct civil *c)
{
	struct parsed p = {.year = 1970, .month = 1, .day = 1};
	int64_t us;

	text = span_trim(text);
	if (!parse(f, &text, &p) || text.n)
		return false;
	if (p.twelve && (p.hour < 1 || p.hour > 12))
		return false;
	if (p.twelve)
		p.hour = p.hour % 12 + (p.pm ? 12 : 0);
	if (!days_of(&p, &c->days) || p.hour > 23 || p.minute > 59 || p.second > 59)
		return false;
	c->us = ((p.hour * 60 + p.minute) * 60 + p.second) * CLOCK_SECOND + p.us;
	us = p.has_epoch ? p.epoch * CLOCK_SECOND : when_instant(p.has_zone ? &p.zone : zone, c);
	if (us < TIME_MIN || us > TIME_MAX)
		return false;
	*c = civil_of_us(us);
	return true;
}
