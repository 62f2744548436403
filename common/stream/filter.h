#ifndef STREAM_FILTER_H
#define STREAM_FILTER_H

/*
 * The one loop of every program that turns rows into rows: read a row, let the program
 * change it, write it; reject what does not fit; end the stream as leadpipe(7) says. It
 * owns the seal, the rejects, the counts, the guards of files, signals, the summary and
 * the end record. The program brings the step.
 *
 *	static struct filter f;
 *	filter_guard(&f);
 *	... options ...
 *	return prog_end(filter_run(&f, &(struct filter_options){.paths = argv + optind, ...},
 *	    step, &plan));
 */

#include "base/args.h"
#include "json/row.h"
#include "stream/input.h"
#include "stream/reject.h"

struct filter {
	struct input in;
	struct out out;
	struct reject reject;
	struct row row;
	struct error error; /* why the run ends early */
	const char *detail; /* more words for the summary, or NULL; `last` sets it */
	bool found;         /* `last` found what makes the exit status 1 */
	bool (*personal)(struct span text); /* private: of the options */
};

/*
 * All rows were read and nothing ended the run: may write more rows to f->out, and set
 * f->detail and f->found. False: f->error says why the run fails.
 */
typedef bool filter_last(void *ctx, struct filter *f);

struct filter_options;

/* All files are open and no row has been read: the last chance to give up rights. */
typedef void filter_ready(void *ctx, const struct filter_options *options);

struct filter_options {
	const struct args *args; /* --seal and -o */
	char *const *paths;      /* input files; none: stdin */
	size_t max_line;         /* bytes */
	const char *rejects;     /* --rejects, or NULL */
	const char *max_rejects; /* --max-rejects, or NULL */
	bool demand;             /* rows from a pipe must be complete, as for a sink */
	bool document; /* what it writes is not a stream: no end record, not even a failing one */
	/*
	 * Does a text look personal? Then no message, reject or end record shows it, be it the
	 * name of a field or the words of the stage before. Or NULL.
	 */
	bool (*personal)(struct span text);
	const char *masked;  /* for the end record; "": takes it out; NULL: as it came */
	filter_last *last;   /* or NULL */
	filter_ready *ready; /* or NULL */
};

enum step {
	STEP_WRITE, /* the row was added to `out` (without its line end) */
	STEP_SKIP,  /* the row is not wanted: nothing is written, nothing is rejected */
	STEP_BAD,   /* the row does not fit: *bad says why; what was added is taken back */
	STEP_FAIL,  /* the run must end: *bad says why (bad->error, or 65 with the place) */
};

/* One row. `line` is its raw line, `row` its fields; both live until the step returns. */
typedef enum step filter_step(
    void *ctx, const struct row *row, struct span line, struct buf *out, struct bad *bad);

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
