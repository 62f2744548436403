#ifndef GAIO_FETCH_LIMIT_H
#define GAIO_FETCH_LIMIT_H

/*
 * When the next request may be sent: one limit for all that are in flight. It keeps --rate
 * and the source file's `rate`, pauses for all where the API asked one to wait, and slows
 * down before the API has to: where its headers say how many requests are left, and for how
 * long (RateLimit, draft-ietf-httpapi-ratelimit-headers; RateLimit-Remaining and -Reset;
 * X-RateLimit-... and X-Rate-Limit-...).
 */

#include "wire/http.h"

enum { LIMIT_FEW = 10 }; /* fewer requests left than this are spread over the time they have */

/* Zero it first. Times on clock_mono, in microseconds. */
struct limit {
	int64_t interval; /* from one request to the next; 0: none */
	int64_t longest;  /* pause that headers can bring */
	/* private */
	int64_t due, spread;
};

/* When the next request may be sent. */
int64_t limit_due(const struct limit *l);

/* One was sent. */
void limit_sent(struct limit *l, int64_t now);

/* No request before `until`. */
void limit_pause(struct limit *l, int64_t until);

/* Reads a reply's headers. `wall`: clock_now. */
void limit_learn(struct limit *l, const struct http_reply *reply, int64_t now, int64_t wall);

#endif
