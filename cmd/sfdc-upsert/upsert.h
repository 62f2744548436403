#ifndef SFDC_UPSERT_H
#define SFDC_UPSERT_H

/*
 * Rows gathered into calls, and one result line for each, in input order:
 *
 *	{"line":17,"external_id":"L-17","id":"00Q...","status":"created"}
 *
 * A call is full at 200 records or 6 MB. Two rows of one external id (compared
 * without case, as Salesforce compares) never share a call, so that the later
 * one wins. What cannot be sent at all fails here and waits in the queue for its
 * turn to be reported.
 */

#include "cloud/salesforce.h"
#include "row/reject.h"
#include "row/row.h"
#include "source.h"

enum { QUEUE_MAX = 4 * SALESFORCE_BATCH };

/* One row that waits for its answer. Offsets are into `text`. */
struct waiting {
	uint64_t line;
	const char *name;
	size_t at, n;         /* the row, raw */
	size_t key_at, key_n; /* its external id, raw JSON; key_n 0: it has none */
	size_t id_at, id_n;   /* the same as text, trimmed */
	const char *code;     /* why it is not sent; NULL: it is in the call */
	const char *message;
	bool is_json;
};

struct upsert {
	struct salesforce *sf;
	const char *field; /* the external id */
	struct out *out;
	struct reject reject;
	uint64_t created, updated, failed, unprocessed, rows;
	/* private */
	bool keep_rejects;
	struct salesforce_batch batch;
	struct row row;
	struct waiting queue[QUEUE_MAX];
	size_t n;
	struct buf text, name;
};

/* Borrows all but the rejects file, which upsert_finish closes. */
void upsert_init(struct upsert *u, struct salesforce *sf, const char *object, const char *field,
    const char *rejects, struct out *out);

/*
 * Takes one row; may send a call. False when the run must end: look at
 * u->sf->status (the call), u->reject.status, s->status (the row was cut off) or
 * u->out->error. What waits then is not answered: upsert_abandon reports it.
 */
bool upsert_row(struct upsert *u, struct source *s, const struct source_row *row);

/* Sends what waits, and reports it. False as upsert_row. */
bool upsert_flush(struct upsert *u);

/* Reports what waits as unprocessed, with `code` and `message`. */
void upsert_abandon(struct upsert *u, const char *code, const char *message);

/* Reports a row that was never looked at as unprocessed. */
void upsert_pass(
    struct upsert *u, const struct source_row *row, const char *code, const char *message);

/* Closes the rejects file and frees everything. False: u->reject.status. */
bool upsert_finish(struct upsert *u);

#endif
