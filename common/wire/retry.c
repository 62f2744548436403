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
		if (!time_read_http(value, now, &wait))
			return -1;
		time_read_http(span_trim(date), now, &from);
		wait -= from;
	}
	if (wait < 0)
		return 0;
	return wait < TIME_DAY ? wait : TIME_DAY;
}
