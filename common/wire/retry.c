#include "wire/retry.h"

#include "base/time.h"

static int64_t or_default(int64_t value, int64_t otherwise)
{
	return value > 0 ? value : otherwise;
}

bool retry_worth(const struct retry_case *c)
{
	static const int statuses[] = {408, 429, 500, 502, 503, 504};

	if (c->fault != RETRY_NONE)
		return c->fault == RETRY_NETWORK;
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (c->status == statuses[i])
			return true;
	return c->transient || (c->status >= 520 && c->status <= 527);
}

static int64_t back_off(const struct retry_policy *policy, const struct retry_case *c)
{
	int64_t wait = or_default(policy->base_us, CLOCK_SECOND);
	int64_t cap = or_default(policy->cap_us, 32 * CLOCK_SECOND);

	for (int i = 1; i < c->attempt && wait < cap; i++)
		wait = wait > cap / 2 ? cap : wait * 2;
	if (wait > cap)
		wait = cap;
	return wait - (int64_t)((double)(wait / 2) * (c->chance / (double)UINT32_MAX));
}

int64_t retry_wait(const struct retry_policy *policy, const struct retry_case *c)
{
	if (!retry_worth(c) || c->attempt >= or_default(policy->tries, RETRY_TRIES))
		return RETRY_GIVE_UP;
	if (c->after_us < 0)
		return back_off(policy, c);
	if (c->after_us > or_default(policy->max_wait_us, 600 * CLOCK_SECOND))
		return RETRY_GIVE_UP;
	return c->after_us;
}

/* ---- Retry-After ---- */

struct date {
	int year, month, day, hour, minute, second;
	bool short_year;
};

static bool take_number(struct span *s, size_t digits, int *n)
{
	if (s->n < digits)
		return false;
	*n = 0;
	for (size_t i = 0; i < digits; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return false;
		*n = *n * 10 + (s->p[i] - '0');
	}
	*s = span_skip(*s, digits);
	return true;
}

/* One of the words at `words`, `length` bytes each or, with length 0, each with its own. */
static bool take_word(struct span *s, const char *const *words, int n_words, size_t length, int *at)
{
	for (int i = 0; i < n_words; i++) {
		struct span word = {words[i], length ? length : strlen(words[i])};

		if (span_starts(*s, word)) {
			*s = span_skip(*s, word.n);
			*at = i + 1;
			return true;
		}
	}
	return false;
}

static bool take_time(struct span *s, struct date *d)
{
	return s->n >= 8 && s->p[2] == ':' && s->p[5] == ':' && take_number(s, 2, &d->hour) &&
	       (*s = span_skip(*s, 1), take_number(s, 2, &d->minute)) &&
	       (*s = span_skip(*s, 1), take_number(s, 2, &d->second));
}

static bool take_part(struct span *s, char part, struct date *d)
{
	static const char *const days[] = {
	    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
	static const char *const months[] = {
	    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	int weekday;

	switch (part) {
	case 'a': return take_word(s, days, 7, 3, &weekday);
	case 'A': return take_word(s, days, 7, 0, &weekday);
	case 'b': return take_word(s, months, 12, 3, &d->month);
	case 'd': return take_number(s, 2, &d->day);
	case 'e':
		if (s->n == 0 || s->p[0] != ' ')
			return take_number(s, 2, &d->day);
		*s = span_skip(*s, 1);
		return take_number(s, 1, &d->day);
	case 'y': d->short_year = true; return take_number(s, 2, &d->year);
	case 'Y': return take_number(s, 4, &d->year);
	default: return take_time(s, d);
	}
}

static bool take_date(struct span s, const char *pattern, struct date *d)
{
	for (; *pattern; pattern++) {
		if (*pattern == '%') {
			if (!take_part(&s, *++pattern, d))
				return false;
		} else if (s.n == 0 || s.p[0] != *pattern) {
			return false;
		} else {
			s = span_skip(s, 1);
		}
	}
	return s.n == 0;
}

/* A year of two digits is at most 50 years ahead of now (RFC 9110 5.6.7). */
static int full_year(int two_digits, int64_t now)
{
	int year, month, day;

	time_civil(now / TIME_DAY, &year, &month, &day);
	two_digits += year / 100 * 100;
	if (two_digits <= year - 50)
		return two_digits + 100;
	return two_digits > year + 50 ? two_digits - 100 : two_digits;
}

bool retry_date(struct span text, int64_t now, int64_t *us)
{
	static const char *const patterns[] = {
	    "%a, %d %b %Y %T GMT", /* IMF-fixdate */
	    "%A, %d-%b-%y %T GMT", /* RFC 850 */
	    "%a %b %e %T %Y",      /* asctime */
	};

	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		struct date d = {0};

		if (!take_date(text, patterns[i], &d))
			continue;
		if (d.short_year)
			d.year = full_year(d.year, now);
		if (!time_valid_date(d.year, d.month, d.day) || d.hour > 23 || d.minute > 59 ||
		    d.second > 60)
			return false;
		*us = time_days(d.year, d.month, d.day) * TIME_DAY +
		      (d.hour * 3600 + d.minute * 60 + d.second) * CLOCK_SECOND;
		return true;
	}
	return false;
}

/* Digits, with a fraction if any: the next whole second. */
static bool parse_seconds(struct span text, int64_t *us)
{
	size_t whole = span_digits(text), part = 0;
	int64_t seconds = 0;

	for (size_t i = 0; i < whole && seconds < 86400; i++)
		seconds = seconds * 10 + (text.p[i] - '0');
	if (whole < text.n && text.p[whole] == '.')
		part = 1 + span_digits(span_skip(text, whole + 1));
	for (size_t i = whole + 1; i < whole + part; i++)
		if (text.p[i] != '0') {
			seconds++;
			break;
		}
	*us = seconds * CLOCK_SECOND;
	return whole > 0 && part != 1 && whole + part == text.n;
}

/* Two headers joined, "2814, 2": the longest wait. A date has a comma too, but not after digits. */
static bool parse_list(struct span text, int64_t *us)
{
	int64_t one;

	for (*us = -1; text.n > 0;) {
		const char *comma = memchr(text.p, ',', text.n);
		size_t n = comma ? (size_t)(comma - text.p) : text.n;

		if (!parse_seconds(span_trim((struct span){text.p, n}), &one))
			return false;
		*us = one > *us ? one : *us;
		text = span_skip(text, n + (comma != NULL));
	}
	return *us >= 0;
}

int64_t retry_after(struct span value, struct span date, int64_t now)
{
	int64_t wait, from = now;

	value = span_trim(value);
	if (!parse_list(value, &wait)) {
		if (!retry_date(value, now, &wait))
			return -1;
		retry_date(span_trim(date), now, &from);
		wait -= from;
	}
	if (wait < 0)
		return 0;
	return wait < TIME_DAY ? wait : TIME_DAY;
}
