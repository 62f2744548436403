#ifndef DIFF_DIFF_H
#define DIFF_DIFF_H

/*
 * One run: the rows that are new or changed since the state, or unknown to it. Nothing goes
 * out before the input has ended well, its keys are known to be unique, the guards are passed
 * and STATE.pending is on the disk; until then the rows wait in an unlinked file.
 *
 * STATE itself moves by --commit only. Rows of a run before this one that was not committed
 * are unknown to this one; those that it does not send again are carried over into its own
 * STATE.pending.
 *
 *	diff_init(&diff, &options);
 *	if (!diff_open(&diff, paths, &error)) ...
 *	filter_run(&filter, &(struct filter_options){.last = diff_last, ...}, diff_step, &diff);
 *	diff_free(&diff);
 */

#include "state.h"
#include "stream/filter.h"

struct diff_options {
	const char *state;
	const char *sink; /* --for, or NULL */
	const char *key;  /* --key */
	bool deleted, all;
	double max_change, max_new, max_gone; /* per cent; below 0: no limit */
	const char *dead_letter;              /* a path, or NULL */
	unsigned after;                       /* so many refusals make a row a dead letter */
};

struct diff {
	const struct diff_options *o;
	/* private */
	struct diff_state state;
	struct diff_table last;    /* the run before, where it was not committed */
	struct diff_table folded;  /* the state with that run in it */
	struct diff_table *now;    /* the state, or that */
	struct diff_table pending; /* this run */
	struct digest digest;
	struct buf key;
	uint8_t *seen; /* a bit for each entry of `now` */
	FILE *spool, *dead;
	uint64_t rows, sent, fresh, changed, gone, again, same, dead_rows;
	struct error error;
	char detail[200];
};

void diff_init(struct diff *d, const struct diff_options *options);

/* Locks and loads the state, which must not be one of the input files. */
bool diff_open(struct diff *d, char *const *paths, struct error *error);

/* filter_step and filter_last, whose ctx is the diff. */
enum step diff_step(
    void *ctx, const struct row *row, struct span line, struct buf *out, struct bad *bad);
bool diff_last(void *ctx, struct filter *f);

void diff_free(struct diff *d);

#endif
