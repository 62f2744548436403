#ifndef WIRE_RETRY_H
#define WIRE_RETRY_H

/*
 * Whether to send a request again, and when: a pure function, tested by a table.
 *
 * Sent again: faults of the network, 408, 429, 500, 502, 503, 504 (the common set
 * of curl's --retry and Google's clients), 520 to 527 (Cloudflare's), and what the
 * caller calls transient.
 * The wait is the server's Retry-After where it gives one, else exponential with
 * jitter between half and all of base * 2^(attempt-1), capped.
 */

#include "base/span.h"

#include <stdint.h>

enum retry_fault {
	RETRY_NONE,      /* a reply came */
	RETRY_NETWORK,   /* refused, reset, timed out, cut short: worth another try */
	RETRY_PERMANENT, /* bad URL, TLS trust, reply over the ceiling: will not change */
};

/* Zero means the default. Times in microseconds. */
struct retry_policy {
	int tries;           /* RETRY_TRIES in all */
	int64_t base_us;     /* 1 s */
	int64_t cap_us;      /* 32 s: the longest wait of our own */
	int64_t max_wait_us; /* 10 min: a longer Retry-After gives up at once */
};

struct retry_case {
	enum retry_fault fault;
	int status;       /* 0 without a reply */
	bool transient;   /* the caller says this reply may be tried again */
	int attempt;      /* how often it was sent so far: 1 after the first */
	int64_t after_us; /* Retry-After, or -1 */
	uint32_t chance;  /* random */
};

enum { RETRY_GIVE_UP = -1, RETRY_TRIES = 6 };

/* Could this pass by itself, whatever the number of tries? */
bool retry_worth(const struct retry_case *c);

/* Microseconds to wait before the next try, or RETRY_GIVE_UP. */
int64_t retry_wait(const struct retry_policy *policy, const struct retry_case *c);

/*
 * A Retry-After value (RFC 9110 10.2.3): seconds (a fraction, as Shopify sends it, is
 * rounded up; of several the longest) or an HTTP-date, which is taken
 * relative to the reply's own Date (`date`, may be absent: then to `now`).
 * Microseconds, at least 0; -1 when it is neither. At most a day.
 */
int64_t retry_after(struct span value, struct span date, int64_t now);

#endif
