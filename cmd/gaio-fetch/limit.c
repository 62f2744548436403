#include "limit.h"

#include "base/clock.h"
#include "where.h"

#include <stdio.h>

int64_t limit_due(const struct limit *l)
{
	return l->due;
}

void limit_sent(struct limit *l, int64_t now)
{
	int64_t step = l->interval > l->spread ? l->interval : l->spread;

	l->due = (l->due > now ? l->due : now) + step;
}

void limit_pause(struct limit *l, int64_t until)
{
	if (until > l->due)
		l->due = until;
}

/* ---- headers ---- */

/* The whole number after `mark` ("r=", "remaining="). */
static bool number_after(struct span text, const char *mark, uint64_t *n)
{
	size_t length = strlen(mark);

	for (size_t i = 0; i + length < text.n; i++)
		if (memcmp(text.p + i, mark, length) == 0 &&
		    (i == 0 || strchr(" ;,", text.p[i - 1]))) {
			struct span rest = span_skip(text, i + length);

			return text_number((struct span){rest.p, span_digits(rest)}, n);
		}
	return false;
}

/* A reset is seconds, or a time: nobody waits for a million seconds. */
static int64_t reset_us(uint64_t n, int64_t wall)
{
	if (n < 1000000)
		return (int64_t)n * CLOCK_SECOND;
	if (n >= UINT64_C(1000000000000))
		return (int64_t)n * 1000 - wall;
	return n >= 1000000000 ? (int64_t)n * CLOCK_SECOND - wall : 0;
}

static bool read_pair(
    const struct http_reply *reply, const char *family, uint64_t *left, uint64_t *reset)
{
	char name[48];
	struct span value;

	snprintf(name, sizeof name, "%s-Remaining", family);
	value = http_header(reply, name);
	if (!value.p || !text_number((struct span){value.p, span_digits(value)}, left))
		return false;
	snprintf(name, sizeof name, "%s-Reset", family);
	value = http_header(reply, name);
	return value.p && text_number((struct span){value.p, span_digits(value)}, reset);
}

static bool read_left(const struct http_reply *reply, uint64_t *left, uint64_t *reset)
{
	static const char *const families[] = {"RateLimit", "X-RateLimit", "X-Rate-Limit"};
	struct span value = http_header(reply, "RateLimit");

	if (value.p &&
	    ((number_after(value, "r=", left) && number_after(value, "t=", reset)) ||
	        (number_after(value, "remaining=", left) && number_after(value, "reset=", reset))))
		return true;
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		if (read_pair(reply, families[i], left, reset))
			return true;
	return false;
}

void limit_learn(struct limit *l, const struct http_reply *reply, int64_t now, int64_t wall)
{
	uint64_t left, reset;
	int64_t wait;

	l->spread = 0;
	if (!read_left(reply, &left, &reset))
		return;
	wait = reset_us(reset, wall);
	if (wait <= 0)
		return;
	if (wait > l->longest)
		wait = l->longest;
	if (left == 0)
		limit_pause(l, now + wait);
	else if (left < LIMIT_FEW)
		l->spread = wait / (int64_t)left;
}
