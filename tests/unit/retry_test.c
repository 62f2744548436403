/* wire/retry: when a request is sent again, and what Retry-After means. */

#include "base/time.h"
#include "wire/backoff.h"
#include "wire/retry.h"

#include <stdio.h>

#define S       CLOCK_SECOND
#define NOW     INT64_C(784111777000000) /* 1994-11-06T08:49:37Z */
#define LOWEST  0
#define HIGHEST UINT32_MAX

static int passed, failed;

static void check(int64_t got, int64_t wanted, const char *what)
{
	if (got == wanted) {
		passed++;
		return;
	}
	failed++;
	printf("%s: got %jd, wanted %jd\n", what, (intmax_t)got, (intmax_t)wanted);
}

static const struct {
	const char *what;
	struct retry_policy policy;
	struct retry_case c;
	int64_t wait;
} waits[] = {
    {"network", {0}, {RETRY_NETWORK, 0, false, 1, -1, LOWEST}, S},
    {"network, all jitter", {0}, {RETRY_NETWORK, 0, false, 1, -1, HIGHEST}, S / 2},
    {"network, half the jitter", {0}, {RETRY_NETWORK, 0, false, 1, -1, HIGHEST / 2 + 1}, 750000},
    {"permanent", {0}, {RETRY_PERMANENT, 0, true, 1, -1, LOWEST}, RETRY_GIVE_UP},
    {"permanent with a status", {0}, {RETRY_PERMANENT, 503, true, 1, 0, LOWEST}, RETRY_GIVE_UP},
    {"408", {0}, {RETRY_NONE, 408, false, 1, -1, LOWEST}, S},
    {"429", {0}, {RETRY_NONE, 429, false, 1, -1, LOWEST}, S},
    {"500", {0}, {RETRY_NONE, 500, false, 1, -1, LOWEST}, S},
    {"502", {0}, {RETRY_NONE, 502, false, 1, -1, LOWEST}, S},
    {"503", {0}, {RETRY_NONE, 503, false, 1, -1, LOWEST}, S},
    {"504", {0}, {RETRY_NONE, 504, false, 1, -1, LOWEST}, S},
    {"501", {0}, {RETRY_NONE, 501, false, 1, -1, LOWEST}, RETRY_GIVE_UP},
    {"505", {0}, {RETRY_NONE, 505, false, 1, -1, LOWEST}, RETRY_GIVE_UP},
    {"519", {0}, {RETRY_NONE, 519, false, 1, -1, LOWEST}, RETRY_GIVE_UP},
    {"520", {0}, {RETRY_NONE, 520, false, 1, -1, LOWEST}, S},
    {"527", {0}, {RETRY_NONE, 527, false, 1, -1, LOWEST}, S},
    {"528", {0}, {RETRY_NONE, 528, false, 1, -1, LOWEST}, RETRY_GIVE_UP},
    {"200", {0}, {RETRY_NONE, 200, false, 1, -1, LOWEST}, RETRY_GIVE_UP},
    {"301", {0}, {RETRY_NONE, 301, false, 1, -1, LOWEST}, RETRY_GIVE_UP},
    {"400", {0}, {RETRY_NONE, 400, false, 1, -1, LOWEST}, RETRY_GIVE_UP},
    {"401", {0}, {RETRY_NONE, 401, false, 1, -1, LOWEST}, RETRY_GIVE_UP},
    {"403", {0}, {RETRY_NONE, 403, false, 1, -1, LOWEST}, RETRY_GIVE_UP},
    {"403 that passes", {0}, {RETRY_NONE, 403, true, 1, -1, LOWEST}, S},
    {"404 with Retry-After", {0}, {RETRY_NONE, 404, false, 1, 0, LOWEST}, RETRY_GIVE_UP},
    {"second try", {0}, {RETRY_NONE, 503, false, 2, -1, LOWEST}, 2 * S},
    {"third try", {0}, {RETRY_NONE, 503, false, 3, -1, LOWEST}, 4 * S},
    {"fifth try", {0}, {RETRY_NONE, 503, false, 5, -1, LOWEST}, 16 * S},
    {"fifth try, all jitter", {0}, {RETRY_NONE, 503, false, 5, -1, HIGHEST}, 8 * S},
    {"sixth try is the last", {0}, {RETRY_NONE, 503, false, 6, -1, LOWEST}, RETRY_GIVE_UP},
    {"Retry-After does not add tries", {0}, {RETRY_NONE, 503, false, 6, 0, LOWEST}, RETRY_GIVE_UP},
    {"one try", {.tries = 1}, {RETRY_NETWORK, 0, false, 1, -1, LOWEST}, RETRY_GIVE_UP},
    {"own cap", {.tries = 99}, {RETRY_NONE, 503, false, 7, -1, LOWEST}, 32 * S},
    {"own cap, much later", {.tries = 99}, {RETRY_NONE, 503, false, 90, -1, LOWEST}, 32 * S},
    {"own cap, all jitter", {.tries = 99}, {RETRY_NONE, 503, false, 90, -1, HIGHEST}, 16 * S},
    {"cap that is no power", {.cap_us = 3 * S}, {RETRY_NONE, 503, false, 4, -1, LOWEST}, 3 * S},
    {"cap below base", {.cap_us = S / 4}, {RETRY_NONE, 503, false, 1, -1, LOWEST}, S / 4},
    {"greatest cap", {.tries = 999, .cap_us = INT64_MAX}, {RETRY_NONE, 503, false, 500, -1, LOWEST},
        INT64_MAX},
    {"Retry-After 0", {0}, {RETRY_NONE, 429, false, 1, 0, HIGHEST}, 0},
    {"Retry-After 120", {0}, {RETRY_NONE, 429, false, 1, 120 * S, HIGHEST}, 120 * S},
    {"Retry-After at the limit", {0}, {RETRY_NONE, 429, false, 1, 600 * S, LOWEST}, 600 * S},
    {"Retry-After over it", {0}, {RETRY_NONE, 429, false, 1, 600 * S + 1, LOWEST}, RETRY_GIVE_UP},
    {"Retry-After, short patience", {.max_wait_us = S}, {RETRY_NONE, 429, false, 1, 2 * S, LOWEST},
        RETRY_GIVE_UP},
};

static const struct {
	const char *value, *date;
	int64_t wait;
} afters[] = {
    {"0", NULL, 0},
    {"120", NULL, 120 * S},
    {" 7\t", NULL, 7 * S},
    {"007", NULL, 7 * S},
    {"86400", NULL, TIME_DAY},
    {"86401", NULL, TIME_DAY},
    {"99999999999999999999999999", NULL, TIME_DAY},
    {"", NULL, -1},
    {"-1", NULL, -1},
    {"+1", NULL, -1},
    /* a fraction counts as the next second; of several the longest */
    {"2.0", NULL, 2 * S},
    {"1.5", NULL, 2 * S},
    {"0.001", NULL, S},
    {"1.", NULL, -1},
    {".5", NULL, -1},
    {"1.5.5", NULL, -1},
    {"1.5s", NULL, -1},
    {"0x10", NULL, -1},
    {"nan", NULL, -1},
    {"2814, 2", NULL, 2814 * S},
    {"2, 2814.5", NULL, 2815 * S},
    {"2,", NULL, 2 * S},
    {",2", NULL, -1},
    {"2, soon", NULL, -1},
    {"1e3", NULL, -1},
    {"soon", NULL, -1},
    {"1 2", NULL, -1},
    /* the three forms of RFC 9110 5.6.7, one minute from now */
    {"Sun, 06 Nov 1994 08:50:37 GMT", NULL, 60 * S},
    {"Sunday, 06-Nov-94 08:50:37 GMT", NULL, 60 * S},
    {"Sun Nov  6 08:50:37 1994", NULL, 60 * S},
    {"Wed Nov 16 08:50:37 1994", NULL, TIME_DAY},
    /* relative to the server's own clock, in any of the forms */
    {"Sun, 06 Nov 1994 12:00:10 GMT", "Sun, 06 Nov 1994 12:00:00 GMT", 10 * S},
    {"Sunday, 06-Nov-94 12:00:10 GMT", "Sun Nov  6 12:00:00 1994", 10 * S},
    {"Sun, 06 Nov 1994 12:00:00 GMT", "Sun, 06 Nov 1994 12:00:10 GMT", 0},
    {"Sun, 06 Nov 1994 08:50:37 GMT", "no date", 60 * S},
    {"120", "Sun, 06 Nov 1994 12:00:00 GMT", 120 * S},
    /* past, far, over the year's end, a leap day, a leap second */
    {"Sun, 06 Nov 1994 08:00:00 GMT", NULL, 0},
    {"Fri, 31 Dec 9999 23:59:59 GMT", NULL, TIME_DAY},
    {"Sun, 01 Jan 1995 00:00:05 GMT", "Sat, 31 Dec 1994 23:59:55 GMT", 10 * S},
    {"Thu, 29 Feb 1996 00:00:05 GMT", "Wed, 28 Feb 1996 23:59:55 GMT", 10 * S},
    {"Sat, 31 Dec 2016 23:59:60 GMT", "Sat, 31 Dec 2016 23:59:58 GMT", 2 * S},
    /* two digits of a year: up to 50 years ahead, else past */
    {"Sunday, 06-Nov-44 08:49:37 GMT", NULL, TIME_DAY},
    {"Sunday, 06-Nov-45 08:49:37 GMT", NULL, 0},
    /* none of the forms */
    {"Sun, 06 Nov 1994 08:50:37", NULL, -1},
    {"Sun, 06 Nov 1994 08:50:37 PST", NULL, -1},
    {"Sun, 06 Nov 1994 08:50:37 GMT x", NULL, -1},
    {"Sun, 6 Nov 1994 08:50:37 GMT", NULL, -1},
    {"Sun, 31 Nov 1994 08:50:37 GMT", NULL, -1},
    {"Tue, 29 Feb 1994 08:50:37 GMT", NULL, -1},
    {"Sun, 06 Nov 1994 24:50:37 GMT", NULL, -1},
    {"Sun, 06 Nov 1994 08:60:37 GMT", NULL, -1},
    {"Sun, 06 Nov 0000 08:50:37 GMT", NULL, -1},
    {"Sun, 06 Nob 1994 08:50:37 GMT", NULL, -1},
    {"sun, 06 nov 1994 08:50:37 gmt", NULL, -1},
    {"1994-11-06T08:50:37Z", NULL, -1},
    {"Sun", NULL, -1},
    {"Sun Nov  6 08:50:37 1994 GMT", NULL, -1},
};

/* Pauses double up to the longest; the last look comes at the limit. */
static void pauses(void)
{
	enum { MS = 1000 };
	struct backoff b;
	int64_t began = clock_mono(), at[4];
	int looks = 0;

	backoff_begin(&b, 20 * MS, 40 * MS, 150 * MS);
	check(b.due - began >= 20 * MS && b.due - began < 30 * MS, true, "the first look is due");
	while (backoff_wait(&b))
		if (looks++ < 4)
			at[looks - 1] = clock_mono() - began;
	/* after 20, 60, 100, 140 and 150 ms, or later on a busy machine */
	check(looks >= 2 && looks <= 5, true, "looks");
	check(at[0] >= 20 * MS && at[1] - at[0] >= 40 * MS, true,
	    "the second pause is twice the first");
	check(clock_mono() - began >= 150 * MS, true, "not over before the limit");
	check(backoff_wait(&b), false, "nor again after it");

	began = clock_mono();
	check(backoff_retry(&(struct retry_policy){.base_us = 40 * MS},
	          (struct retry_case){.status = 503, .attempt = 1, .after_us = -1}),
	    true, "another try");
	check(clock_mono() - began >= 20 * MS, true, "after a pause");
	check(backoff_retry(&(struct retry_policy){.tries = 1},
	          (struct retry_case){.status = 503, .attempt = 1, .after_us = -1}),
	    false, "no other try");
}

int main(void)
{
	static const struct retry_case dead = {.status = 401},
	                               tired = {.status = 503, .attempt = 9};

	for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
		check(retry_wait(&waits[i].policy, &waits[i].c), waits[i].wait, waits[i].what);
	for (size_t i = 0; i < sizeof afters / sizeof *afters; i++)
		check(retry_after(span_of(afters[i].value), span_of(afters[i].date), NOW),
		    afters[i].wait, afters[i].value);
	check(retry_worth(&dead), false, "401 is not worth a try");
	check(retry_worth(&tired), true, "503 is worth a try, however many there were");
	pauses();
	printf("%d passed, %d failed\n", passed, failed);
	return failed > 0;
}
