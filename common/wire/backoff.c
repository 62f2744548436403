#include "wire/backoff.h"

#include "base/clock.h"
#include "wire/crypt.h"

static int64_t lesser(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void backoff_begin(struct backoff *b, int64_t first_us, int64_t most_us, int64_t limit_us)
{
	int64_t now = clock_mono();

	*b = (struct backoff){.pause_us = lesser(first_us, most_us),
	    .most_us = most_us,
	    .end = limit_us ? now + limit_us : INT64_MAX};
	b->due = lesser(now + b->pause_us, b->end);
}

bool backoff_wait(struct backoff *b)
{
	int64_t now = clock_mono();

	if (now >= b->end)
		return false;
	clock_sleep(b->due - now);
	now = clock_mono();
	b->pause_us = lesser(2 * b->pause_us, b->most_us);
	b->due = lesser(now + b->pause_us, b->end);
	return true;
}

bool backoff_retry(const struct retry_policy *policy, struct retry_case c)
{
	int64_t us;

	crypt_random((uint8_t *)&c.chance, sizeof c.chance);
	us = retry_wait(policy, &c);
	if (us == RETRY_GIVE_UP)
		return false;
	clock_sleep(us);
	return true;
}
