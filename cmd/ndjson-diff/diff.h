#ifndef DIFF_DIFF_H
#define DIFF_DIFF_H

/*
 * One run: the rows that are new or changed since the state. Nothing goes out
 * before the input has ended well, its keys are known to be unique, the guard of
 * --max-change is passed and STATE.pending is on the disk; until then the rows lie
 * in an unlinked file.
 */

#include "stream/input.h"
#include "stream/reject.h"
#include "json/row.h"
#include "state.h"

struct diff_options {
	const char *state;
	const char *key; /* --key */
	bool deleted;
	double max_change;   /* per cent; below 0: no limit */
	const char *rejects; /* or NULL */
	const char *max_rejects;
	char *const *paths;
	size_t max_line;
	bool seal;
};

struct diff {
	struct out out; /* stdout; made by the caller, who guards it */
	/* private */
	const struct diff_options *o;
	struct state state;
	struct table pending;
	struct digest digest;
	struct input in;
	struct reject reject;
	struct row row;
	struct buf key;
	uint8_t *seen; /* a bit for each entry of the state */
	FILE *spool;
	uint64_t fresh, changed, gone, same;
	enum status status;
	char why[1100];
};

/* Runs to the end and closes everything but the buffer of `out`. The program's exit status. */
enum status diff_run(struct diff *d, const struct diff_options *options);

#endif
