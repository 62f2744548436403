#ifndef WIRE_BACKOFF_H
#define WIRE_BACKOFF_H

/*
 * Waiting, the one place for it outside http: between looks at work that goes on elsewhere, and
 * before a request that failed is made in another form. Each pause is twice as long as the one
 * before, up to a longest one; the whole may have an end.
 *
 *	backoff_begin(&b, CLOCK_SECOND / 20, 5 * CLOCK_SECOND, wait_us);
 *	while (!over(look()))
 *		if (!backoff_wait(&b))
 *			...                             not over yet, and the time is up
 *
 * Whoever watches several things begins one for each, and waits for the one whose `due` comes
 * first.
 */

#include "wire/retry.h"

struct backoff {
	int64_t due; /* clock_mono of the next look */
	/* private */
	int64_t pause_us, most_us, end;
};

/* From now on: the first pause, the longest, and how long all of it may take (0: no limit). */
void backoff_begin(struct backoff *b, int64_t first_us, int64_t most_us, int64_t limit_us);

/* Sleeps until the next look is due; the last one comes at the limit. False after that. */
bool backoff_wait(struct backoff *b);

/* Sleeps as long as retry_wait says, with its jitter. False where it gives up. */
bool backoff_retry(const struct retry_policy *policy, struct retry_case c);

#endif
