#ifndef SANDBOX_FAULT_H
#define SANDBOX_FAULT_H

/*
 * Faults on demand: --fault SERVICE:KIND@WHEN.
 *
 * KIND: an HTTP status (429, 500, 503, 401, 403, 404, 410 ...), reset (the connection
 * closes, nothing was done), lost (the work is done, the reply never comes), cut
 * (the reply breaks off in its middle), slow (the reply comes after 3 s), or a
 * word that a service knows: short (bq-upload: only part of a chunk is stored),
 * expire (sf, sfmc, bq, bq-upload: all tokens of that cloud end before the request is
 * looked at; oauth, metadata: the token given out is worth nothing), and for sfmc:
 * blocked (429 without Retry-After), deadlock (every second row of an asynchronous
 * request fails and asks to be sent again), forget (the request is never picked up). For sf:
 * lock (every third record of a Collections call, or of the Bulk job that the call closes, is
 * locked by somebody else), halt (the Bulk job that the call closes fails half way), concurrent
 * (too many requests at a time: 403).
 * For gaio, in the shapes of other APIs (gaio/flavour.h): limit, day, error, dead, shrink, restart,
 * loop, expire.
 * The service bq-job is BigQuery's jobs, load and query, not requests; its kinds are
 * the reasons that one fails with: backendError, internalError, rateLimitExceeded; and wait
 * (a query is made and nothing is done until it has been looked for twice).
 * WHEN: a whole number N: the Nth request to that service since the fault was
 * added, once; a number with a point (0.1): each request with that probability, by
 * --seed. 429 and 503 bring a Retry-After of 0 seconds, so that no test waits.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FAULTS_MAX = 64 };

struct fault {
	char service[32];
	char kind[32];
	double rate;  /* > 0: a probability */
	uint64_t nth; /* > 0: that request */
};

struct faults {
	struct fault list[FAULTS_MAX];
	size_t n;
	uint64_t seen[FAULTS_MAX]; /* requests that fault's service has had */
	uint64_t random;           /* the state of random.h */
	uint64_t struck;           /* how many requests were */
};

/* Adds one SPEC. NULL, or what is wrong with it and what there is to choose from (static). */
const char *fault_add(struct faults *f, const char *spec);

/* Counts one request to `service`; the kind of the first fault that strikes it, or NULL. */
const char *fault_strike(struct faults *f, const char *service);

#endif
