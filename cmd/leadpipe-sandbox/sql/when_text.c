#include "sql/when.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

static const char *const months[] = {"January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December"};
static const char *const days[] = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

static int64_t get(const struct civil *c, const char *part)
{
	int64_t value = 0;

	when_extract(c, part, &value);
	return value;
}

/* The fraction of a second: *: as many digits as it has, else that many. */
static void fraction(struct buf *b, int64_t us, char digits)
{
	char text[8] = ".000000";
	size_t n = digits == '*' ? 6 : (size_t)(digits - '0');

	for (size_t i = 6; i > 0; i--, us /= 10)
		text[i] = (char)('0' + us % 10);
	while (digits == '*' && n > 0 && text[n] == '0')
		n--;
	if (n)
		buf_add(b, text, n + 1);
}

static const char *composite(char letter)
{
	switch (letter) {
	case 'F': return "%Y-%m-%d";
	case 'T': return "%H:%M:%S";
	case 'X': return "%H:%M:%S";
	case 'R': return "%H:%M";
	case 'D': return "%m/%d/%y";
	case 'x': return "%m/%d/%y";
	case 'c': return "%a %b %e %H:%M:%S %Y";
	case 'r': return "%I:%M:%S %p";
	default: return NULL;
	}
}

static bool number(struct buf *b, char letter, const struct civil *c)
{
	int64_t hour = get(c, "HOUR"), year = get(c, "YEAR");

	switch (letter) {
	case 'Y': buf_addf(b, "%lld", (long long)year); break;
	case 'y': buf_addf(b, "%02d", (int)(year % 100)); break;
	case 'C': buf_addf(b, "%02d", (int)(year / 100)); break;
	case 'm': buf_addf(b, "%02d", (int)get(c, "MONTH")); break;
	case 'd': buf_addf(b, "%02d", (int)get(c, "DAY")); break;
	case 'e': buf_addf(b, "%2d", (int)get(c, "DAY")); break;
	case 'j': buf_addf(b, "%03d", (int)get(c, "DAYOFYEAR")); break;
	case 'H': buf_addf(b, "%02d", (int)hour); break;
	case 'k': buf_addf(b, "%2d", (int)hour); break;
	case 'I': buf_addf(b, "%02d", (int)((hour + 11) % 12 + 1)); break;
	case 'l': buf_addf(b, "%2d", (int)((hour + 11) % 12 + 1)); break;
	case 'M': buf_addf(b, "%02d", (int)get(c, "MINUTE")); break;
	case 'S': buf_addf(b, "%02d", (int)get(c, "SECOND")); break;
	case 'Q': buf_addf(b, "%d", (int)get(c, "QUARTER")); break;
	case 'G': buf_addf(b, "%lld", (long long)get(c, "ISOYEAR")); break;
	case 'g': buf_addf(b, "%02d", (int)(get(c, "ISOYEAR") % 100)); break;
	case 'V': buf_addf(b, "%02d", (int)get(c, "ISOWEEK")); break;
	case 'U': buf_addf(b, "%02d", (int)get(c, "WEEK")); break;
	case 'u': buf_addf(b, "%d", (int)((get(c, "DAYOFWEEK") + 5) % 7 + 1)); break;
	case 'w': buf_addf(b, "%d", (int)get(c, "DAYOFWEEK") - 1); break;
	case 's':
		buf_addf(b, "%lld",
		    (long long)((civil_to_us(c) - get(c, "MICROSECOND")) / CLOCK_SECOND));
		break;
	default: return false;
	}
	return true;
}

static bool word(struct buf *b, char letter, const struct civil *c, bool zoned)
{
	switch (letter) {
	case 'B': buf_adds(b, months[get(c, "MONTH") - 1]); break;
	case 'b':
	case 'h': buf_add(b, months[get(c, "MONTH") - 1], 3); break;
	case 'A': buf_adds(b, days[get(c, "DAYOFWEEK") - 1]); break;
	case 'a': buf_add(b, days[get(c, "DAYOFWEEK") - 1], 3); break;
	case 'p': buf_adds(b, get(c, "HOUR") < 12 ? "AM" : "PM"); break;
	case 'P': buf_adds(b, get(c, "HOUR") < 12 ? "am" : "pm"); break;
	case 'n': buf_addc(b, '\n'); break;
	case 't': buf_addc(b, '\t'); break;
	case '%': buf_addc(b, '%'); break;
	case 'Z': buf_adds(b, zoned ? "UTC" : ""); break;
	case 'z': buf_adds(b, zoned ? "+0000" : ""); break;
	default: return false;
	}
	return true;
}

/* %E4Y, %E*S, %E3S, %Ez; the letters used, or 0. */
static size_t extended(struct buf *b, struct span f, const struct civil *c, bool zoned)
{
	if (f.n >= 2 && f.p[0] == '4' && f.p[1] == 'Y') {
		buf_addf(b, "%04d", (int)get(c, "YEAR"));
		return 2;
	}
	if (f.n >= 2 && f.p[1] == 'S' && strchr("*0123456", f.p[0])) {
		buf_addf(b, "%02d", (int)get(c, "SECOND"));
		fraction(b, get(c, "MICROSECOND"), f.p[0]);
		return 2;
	}
	if (f.n >= 1 && f.p[0] == 'z') {
		buf_adds(b, zoned ? "+00:00" : "");
		return 1;
	}
	return 0;
}

bool when_format(struct buf *b, struct span f, const struct civil *c, bool zoned)
{
	for (size_t i = 0; i < f.n; i++) {
		size_t used;

		if (f.p[i] != '%') {
			buf_addc(b, f.p[i]);
			continue;
		}
		if (++i == f.n)
			return false;
		if (composite(f.p[i])) {
			when_format(b, span_of(composite(f.p[i])), c, zoned);
		} else if (f.p[i] == 'E') {
			used = extended(b, span_skip(f, i + 1), c, zoned);
			if (!used)
				return false;
			i += used;
		} else if (!number(b, f.p[i], c) && !word(b, f.p[i], c, zoned)) {
			return false;
		}
	}
	return true;
}

/* ---- parsing ---- */

struct parsed {
	int64_t year, month, day, hour, minute, second, us, zone, epoch;
	bool pm, twelve, has_epoch;
};

static bool digits(struct span *t, size_t most, int64_t *out)
{
	size_t n = 0;

	*out = 0;
	for (; n < most && n < t->n && isdigit((unsigned char)t->p[n]); n++)
		*out = *out * 10 + (t->p[n] - '0');
	*t = span_skip(*t, n);
	return n > 0;
}

static bool named(struct span *t, const char *const *names, size_t count, int64_t *out)
{
	for (size_t i = 0; i < count; i++)
		for (size_t n = strlen(names[i]); n >= 3; n = n > 3 ? 3 : 0)
			if (t->n >= n && strncasecmp(t->p, names[i], n) == 0) {
				*out = (int64_t)i + 1;
				*t = span_skip(*t, n);
				return true;
			}
	return false;
}

static void space(struct span *t)
{
	while (t->n && isspace((unsigned char)*t->p))
		*t = span_skip(*t, 1);
}

static void parse_fraction(struct span *t, int64_t *us)
{
	int64_t scale = CLOCK_SECOND / 10;

	if (!t->n || *t->p != '.')
		return;
	for (*t = span_skip(*t, 1); t->n && isdigit((unsigned char)*t->p); *t = span_skip(*t, 1)) {
		*us += (*t->p - '0') * scale;
		scale /= 10;
	}
}

static bool parse_zone(struct span *t, int64_t *us)
{
	size_t n = 0;

	while (n < t->n && n < 6 && !isspace((unsigned char)t->p[n]))
		n++;
	for (; n > 0; n--)
		if (when_zone((struct span){t->p, n}, us)) {
			*t = span_skip(*t, n);
			return true;
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

static bool two_digit_year(struct span *t, int64_t *year)
{
	if (!digits(t, 2, year))
		return false;
	*year += *year < 69 ? 2000 : 1900;
	return true;
}

static bool epoch(struct span *t, struct parsed *p)
{
	bool negative = t->n && *t->p == '-';

	*t = span_skip(*t, negative);
	p->has_epoch = true;
	if (!digits(t, 12, &p->epoch))
		return false;
	if (negative)
		p->epoch = -p->epoch;
	return true;
}

static bool element(char letter, struct span *t, struct parsed *p)
{
	int64_t ignored;

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
	case 'h': return named(t, months, 12, &p->month);
	case 'A':
	case 'a': return named(t, days, 7, &ignored);
	case 'p':
	case 'P': return half_day(t, p);
	case 'z':
	case 'Z': return parse_zone(t, &p->zone);
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
		if (composite(f.p[i])) {
			ok = parse(span_of(composite(f.p[i])), t, p);
		} else if (f.p[i] == 'E' && i + 2 < f.n && f.p[i + 2] == 'S') {
			ok = element('S', t, p);
			parse_fraction(t, &p->us);
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

bool when_parse(struct span f, struct span text, struct civil *c)
{
	struct parsed p = {.year = 1970, .month = 1, .day = 1};
	int64_t us;

	text = span_trim(text);
	if (!parse(f, &text, &p) || text.n)
		return false;
	if (p.has_epoch) {
		us = p.epoch * CLOCK_SECOND;
		if (us < CLOCK_MIN || us > CLOCK_MAX)
			return false;
		*c = civil_of_us(us);
		return true;
	}
	if (p.twelve && (p.hour < 1 || p.hour > 12))
		return false;
	if (p.twelve)
		p.hour = p.hour % 12 + (p.pm ? 12 : 0);
	if (!clock_valid_date((int)p.year, (int)p.month, (int)p.day) || p.hour > 23 ||
	    p.minute > 59 || p.second > 59)
		return false;
	c->days = clock_days((int)p.year, (int)p.month, (int)p.day);
	c->us = ((p.hour * 60 + p.minute) * 60 + p.second) * CLOCK_SECOND + p.us;
	us = civil_to_us(c) - p.zone;
	if (us < CLOCK_MIN || us > CLOCK_MAX)
		return false;
	*c = civil_of_us(us);
	return true;
}
