#include "storage/interval.h"
#include "base/time.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
	const char *part;
	int months, days;
	int64_t us;
	char before; /* what stands before it in a text that has the part before, too */
} parts[] = {{"YEAR", 12, 0, 0, '\0'}, {"MONTH", 1, 0, 0, '-'}, {"DAY", 0, 1, 0, ' '},
    {"HOUR", 0, 0, 3600 * CLOCK_SECOND, ' '}, {"MINUTE", 0, 0, 60 * CLOCK_SECOND, ':'},
    {"SECOND", 0, 0, CLOCK_SECOND, ':'}, {"WEEK", 0, 7, 0, '\0'}};

enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, PARTS = sizeof parts / sizeof *parts };

static size_t part_of(const char *name)
{
	size_t i = 0;

	while (i < PARTS && strcmp(parts[i].part, name) != 0)
		i++;
	return i;
}

static bool within(int64_t value, int64_t most)
{
	return value >= -most && value <= most;
}

static bool fits(const struct interval *i)
{
	const int64_t years = 10000;

	return within(i->months, years * 12) && within(i->days, years * 366) &&
	       within(i->us, years * 366 * TIME_DAY);
}

static bool add(struct interval *i, int64_t n, size_t part)
{
	int64_t months, days, us;

	return !__builtin_mul_overflow(n, parts[part].months, &months) &&
	       !__builtin_mul_overflow(n, parts[part].days, &days) &&
	       !__builtin_mul_overflow(n, parts[part].us, &us) &&
	       !__builtin_add_overflow(i->months, months, &i->months) &&
	       !__builtin_add_overflow(i->days, days, &i->days) &&
	       !__builtin_add_overflow(i->us, us, &i->us) && fits(i);
}

static bool add_part(struct interval *i, int64_t n, const char *part)
{
	size_t at = part_of(part);

	return at < PARTS && add(i, n, at);
}

/* ---- texts ---- */

static bool take(struct span *s, char c)
{
	if (!s->n || *s->p != c)
		return false;
	*s = span_skip(*s, 1);
	return true;
}

/* A number without sign, and for seconds its fraction in microseconds. */
static bool take_number(struct span *s, int64_t *n, int64_t *fraction)
{
	int64_t scale = CLOCK_SECOND / 10;
	size_t digits = 0;

	*n = *fraction = 0;
	for (; s->n && *s->p >= '0' && *s->p <= '9' && digits < 18; digits++) {
		*n = *n * 10 + (*s->p - '0');
		*s = span_skip(*s, 1);
	}
	if (s->n > 1 && (*s->p == '.' || *s->p == ',')) {
		for (*s = span_skip(*s, 1); s->n && *s->p >= '0' && *s->p <= '9'; scale /= 10) {
			*fraction += (*s->p - '0') * scale;
			*s = span_skip(*s, 1);
		}
		digits++;
	}
	return digits > 0;
}

static bool take_sign(struct span *s)
{
	return take(s, '-') || (take(s, '+'), false);
}

static bool parse_parts(struct interval *i, struct span s, size_t from, size_t to)
{
	bool negative = false;

	*i = (struct interval){0};
	for (size_t p = from; p <= to; p++) {
		int64_t n, fraction;

		if (p > from && !take(&s, parts[p].before))
			return false;
		/* years and months share a sign; so do hours, minutes and seconds */
		if (p == from || p == DAY || p == HOUR)
			negative = take_sign(&s);
		if (!take_number(&s, &n, &fraction) || (fraction && p != SECOND) ||
		    !add(i, negative ? -n : n, p))
			return false;
		i->us += negative ? -fraction : fraction;
	}
	return s.n == 0 && fits(i);
}

/* P[n]Y[n]M[n]W[n]DT[n]H[n]M[n]S; each number may have a sign. */
static bool parse_iso(struct interval *i, struct span s)
{
	static const char date[] = "YMWD", time[] = "HMS";
	static const char *const date_parts[] = {"YEAR", "MONTH", "WEEK", "DAY"};
	static const char *const time_parts[] = {"HOUR", "MINUTE", "SECOND"};
	bool late = false, any = false;

	*i = (struct interval){0};
	if (!take(&s, 'P'))
		return false;
	while (s.n) {
		int64_t n, fraction;
		const char *at;
		bool negative;

		if (!late && take(&s, 'T')) {
			late = true;
			continue;
		}
		negative = take_sign(&s);
		if (!take_number(&s, &n, &fraction) || !s.n || !*s.p ||
		    !(at = strchr(late ? time : date, *s.p)) || (fraction && !(late && *at == 'S')))
			return false;
		if (!add_part(
		        i, negative ? -n : n, late ? time_parts[at - time] : date_parts[at - date]))
			return false;
		i->us += negative ? -fraction : fraction;
		any = true;
		s = span_skip(s, 1);
	}
	return any && fits(i);
}

bool interval_parse(struct interval *i, struct span text)
{
	text = span_trim(text);
	return parse_parts(i, text, YEAR, SECOND) || parse_iso(i, text);
}

void interval_format(const struct interval *i, char text[INTERVAL_TEXT])
{
	long long months = llabs(i->months), us = llabs(i->us), fraction = us % CLOCK_SECOND;
	int n = snprintf(text, INTERVAL_TEXT, "%s%lld-%lld %lld %s%lld:%lld:%lld",
	    i->months < 0 ? "-" : "", months / 12, months % 12, (long long)i->days,
	    i->us < 0 ? "-" : "", us / (3600 * CLOCK_SECOND), us / (60 * CLOCK_SECOND) % 60,
	    us / CLOCK_SECOND % 60);

	if (!fraction)
		return;
	n += snprintf(text + n, INTERVAL_TEXT - (size_t)n, ".%06lld", fraction);
	/* to milliseconds where that says it all */
	if (fraction % 1000 == 0)
		text[n - 3] = '\0';
}
