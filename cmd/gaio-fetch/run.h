#ifndef GAIO_FETCH_RUN_H
#define GAIO_FETCH_RUN_H

/*
 * Fetching: sequences of pages (one; one for each window of time; one for each row of
 * stdin), up to `parallel` requests in flight, rows out in the order that one request after
 * the other would give.
 *
 * The first sequence writes straight to the output; those after it, which are ahead of
 * their turn, write to unlinked temporary files. So memory holds one page for each request in
 * flight, whatever the order in which they come.
 *
 *	run_open(&run, &options);
 *	if (!run_all(&run))
 *		die(run.error.status, "%s", run.error.text);
 */

#include "archive.h"
#include "ask.h"
#include "judge.h"
#include "limit.h"
#include "newest.h"
#include "stream/input.h"
#include "stream/out.h"
#include "stream/reject.h"

#include <stdio.h>

enum { RUN_PARALLEL = 64 };

struct run_options {
	const struct api *api;
	struct auth *auth;
	struct http_options http; /* retry.tries and max_wait_us are kept here, not there */
	struct ask_values values;
	size_t parallel;
	int64_t interval;   /* microseconds between two requests; 0: no limit */
	uint64_t max_pages; /* 0: any number */
	int64_t step;       /* of the windows; 0: one */
	bool bounded;       /* rows must lie in since..until: a shard or window */
	struct out *out;
	struct reject *reject;   /* NULL: a bad row ends the run */
	struct archive *archive; /* NULL: none */
	struct input *in;        /* `each`: the parents */
};

enum turn_state { TURN_FREE, TURN_LATER, TURN_SENT, TURN_READY };
enum turn_kind { TURN_PAGE, TURN_CREATE, TURN_POLL, TURN_RESULT };

/* One request, from its making to its reply. */
struct turn {
	enum turn_state state;
	enum turn_kind kind;
	struct sequence *of;
	struct http *http;
	struct ask ask;
	struct http_reply reply;
	int64_t due; /* LATER: on clock_mono */
	int tries;
	bool renewed;
	bool stale;  /* its page is not wanted any more */
	uint64_t at; /* of its page, where pages are counted */
	struct judgement verdict;
	struct fetched page;
	const char *why;  /* the rule that the page breaks, or NULL */
	struct span json; /* of a reply that is not a page */
	struct buf plain;
	struct scan scan;
};

/* One sequence of pages. */
struct sequence {
	struct sequence *next;
	struct ask_values values;
	char *id;          /* owned: the text of the key */
	struct buf prefix; /* what each row gets: "name":value */
	uint64_t line;     /* of the parent */
	struct paging paging;
	struct turn *turn[RUN_PARALLEL]; /* in the order of their pages */
	size_t n;
	bool over;
	/* Rows that wait for their turn, or until the sequence is whole. */
	FILE *spool;
	uint64_t spooled; /* rows in it */
	struct buf bad;   /* those that were left out, as in struct fetched */
	uint64_t restarts;
	/* A job: */
	enum turn_kind phase;
	char *result; /* the URL of its result */
	int64_t not_before, pause, deadline;
};

struct fetching {
	struct error error;
	uint64_t pages, rows, rejected, retries, received;
	struct newest newest;
	/* private */
	const struct run_options *o;
	const struct api_resource *r;
	struct limit limit;
	struct turn turns[RUN_PARALLEL];
	size_t in_flight;
	struct sequence *first, *last;
	size_t n_sequences;
	bool planned;   /* no more sequences follow */
	bool one;       /* the only one */
	int64_t window; /* since of the next window */
	int64_t began;
	uint64_t outside;
};

void run_open(struct fetching *run, const struct run_options *options);
bool run_all(struct fetching *run);
void run_close(struct fetching *run);

/* ---- private to run*.c ---- */

/* Prefixes the message with where it happened: "page 17: ". Returns false. */
bool run_fail(struct fetching *run, const struct sequence *s, enum status status,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Sequences (run_plan.c). */
bool run_plan(struct fetching *run);
bool run_split(struct fetching *run, struct sequence *s);
void run_drop(struct fetching *run, struct sequence *s); /* the first one */

/* Requests (run_turn.c). */
bool run_pump(struct fetching *run, bool *moved);
void run_wait(struct fetching *run);
void run_free_turn(struct turn *t);

/* Replies (run_take.c): takes the first turn of a sequence, which is ready. */
bool run_take(struct fetching *run, struct sequence *s);

/* Job calls (run_job.c). */
bool run_job_ask(struct fetching *run, struct turn *t);
bool run_job_take(struct fetching *run, struct sequence *s, struct turn *t);

/* Rows (run_rows.c). */
bool run_rows(struct fetching *run, struct sequence *s, const struct turn *t);
bool run_drain(struct fetching *run, struct sequence *s);
void run_forget(struct sequence *s); /* rows that wait are not wanted */

#endif
