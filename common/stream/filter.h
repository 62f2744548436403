#ifndef STREAM_FILTER_H
#define STREAM_FILTER_H

/*
 * The one loop of every row filter: read a row, let the program change it, write
 * it; reject what does not fit; pass the end record on with the filter's own row
 * count. The program brings the step.
 *
 *	static struct filter f;
 *	filter_guard(&f);
 *	... options ...
 *	return filter_run(&f, &(struct filter_options){.paths = argv + optind, ...}, step, &plan);
 */

#include "stream/input.h"
#include "stream/reject.h"
#include "json/row.h"

/*
 * The last word, when all rows were read and nothing ended the run: may write more
 * rows to `out`, may die. Returns words for the summary line, or NULL.
 */
typedef const char *filter_last(void *ctx, struct out *out);

struct filter_options {
	char *const *paths; /* input files; none: stdin */
	size_t max_line;    /* bytes */
	bool seal;
	const char *rejects;     /* --rejects, or NULL */
	const char *max_rejects; /* --max-rejects, or NULL */
	filter_last *last;       /* or NULL */
};

enum step {
	STEP_WRITE, /* the row was added to `out` (without its line end) */
	STEP_SKIP,  /* the row is not wanted: nothing is written, nothing is rejected */
	STEP_BAD,   /* the row does not fit: *bad says why; what was added is taken back */
	STEP_FAIL,  /* the run must end: *bad says why (status 65) */
};

/* One row. `line` is its raw line, `row` its fields; both live until the step returns. */
typedef enum step filter_step(
    void *ctx, const struct row *row, struct span line, struct buf *out, struct bad *bad);

struct filter {
	struct input in;
	struct out out;
	struct reject reject;
	struct row row;
	const char *detail; /* what `last` said */
};

/*
 * Guards stdout: from here on a program that dies ends its stream with a failing
 * end record. Call it first in main, before the options are read.
 */
void filter_guard(struct filter *f);

/*
 * Opens, runs to the end of the stream, closes everything, prints the summary.
 * Returns the program's exit status. Where that is 64 or above, it has said why
 * on stderr and ended stdout with a failing end record.
 */
enum status filter_run(
    struct filter *f, const struct filter_options *options, filter_step *step, void *ctx);

#endif
