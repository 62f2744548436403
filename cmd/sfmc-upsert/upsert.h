#ifndef SFMC_UPSERT_H
#define SFMC_UPSERT_H

/*
 * Rows gathered into calls, and one result line for each (stream/result.h), in input
 * order.
 *
 * Asynchronous (async.h): a call is full at 28,000 rows or 5 MB. At once (sync.h): 50
 * rows a call.
 *
 * Two rows of one key (compared without case) never share a call, so that the later
 * one wins. What cannot be sent at all fails here and waits for its turn.
 */

#include "base/map.h"
#include "cloud/marketing.h"
#include "stream/result.h"
#include "stream/sink.h"

enum { UPSERT_KEYS = 16, UPSERT_SYNC_ROWS = 50 };

enum waiting_outcome { OUTCOME_NONE, OUTCOME_DONE, OUTCOME_FAILED };

/* One row that waits for its answer. Offsets are into `text`. */
struct waiting {
	uint64_t line;
	const char *name;
	size_t at, n;         /* the row, raw */
	size_t key_at, key_n; /* its external id as JSON; key_n 0: it has none */
	size_t same_n;        /* after that: its key as it is compared */
	bool is_json;
	enum waiting_outcome outcome;
	char *code, *message, *field; /* of a failed row; owned; field may be NULL */
};

struct sfmc_upsert;

/* Sends the rows of u->list[0..n), and sets their outcomes. False: u->mc->error. */
typedef bool sfmc_send(struct sfmc_upsert *u, size_t n);

struct sfmc_options {
	const char *extension;         /* its external key */
	struct span keys[UPSERT_KEYS]; /* names of the key columns */
	size_t n_keys;
	bool sync;        /* the limits and the path of a call are those of --sync */
	sfmc_send *send;  /* async_send or sync_send */
	int64_t grace_us; /* how long a status may be missing */
	int64_t wait_us;  /* how long one call may take to complete */
};

struct sfmc_upsert {
	struct marketing *mc;
	const struct sfmc_options *o;
	struct sink *sink;
	uint64_t done, failed, unprocessed, rows, again;
	uint64_t refused; /* requests, so far */
	/* private */
	char *path; /* of the call */
	struct row part;
	struct waiting *queue;
	size_t *list; /* indices of the rows to send */
	size_t n, n_send, send_bytes;
	struct buf text, key, id, body;
	struct buf same;  /* the key of the row in hand as it is compared */
	struct map sent;  /* keys of the call, without case: places in the queue */
	struct map names; /* columns of the row in hand, without case */
	const struct row *named;
	struct http_reply reply;
};

/* Borrows all. */
void upsert_init(struct sfmc_upsert *u, struct marketing *mc, const struct sfmc_options *o);

/*
 * Takes one row of u->sink; may send a call. False when the run must end: look at
 * u->mc->error and u->sink->error. What waits then is not answered: upsert_abandon
 * reports it.
 */
bool upsert_row(struct sfmc_upsert *u, const struct sink_row *row);

/* Sends what waits, and reports it. False as upsert_row. */
bool upsert_flush(struct sfmc_upsert *u);

/*
 * Reports what waits: answered rows as answered, the others as unprocessed with `code` and
 * `message`.
 */
void upsert_abandon(struct sfmc_upsert *u, const char *code, const char *message);

/* Reports a row that was never looked at as unprocessed. */
void upsert_pass(
    struct sfmc_upsert *u, const struct sink_row *row, const char *code, const char *message);

void upsert_free(struct sfmc_upsert *u);

/* ---- inside ---- */

/* The raw row. */
struct span upsert_raw(const struct sfmc_upsert *u, const struct waiting *w);

/* This row was refused, for these reasons (copied; field may be NULL). */
void upsert_fail(struct waiting *w, const char *code, const char *message, const char *field);

/* The key column of that (raw) name? */
bool upsert_is_key(struct sfmc_upsert *u, const struct field *f);

#endif
