#ifndef STREAM_SINK_H
#define STREAM_SINK_H

/*
 * The one loop of every program that sends rows somewhere: it opens input, output and
 * rejects, hands out the rows, and ends the run as leadpipe(7) says. It owns the seal, the
 * rejects, the counts, the guards of files, signals, the summary and the end record. The
 * program brings `send`, which takes rows with sink_next until there are no more, and
 * writes receipts or results to sink->out.
 *
 * A sink demands the end record of a stream that comes through a pipe. With `hold`, no row
 * is handed out before all of them have come, and with them that record: rows wait in an
 * unlinked file. A program that sends nothing before it has seen all rows does not need it.
 * Where they do not come, sink->error can be cleared to hand out those that did, once.
 *
 *	static struct sink sink;
 *	sink_guard(&sink);
 *	... options ...
 *	return prog_end(sink_run(&sink, &(struct sink_options){.args = &args, ...}, &work, ctx));
 */

#include "base/args.h"
#include "base/die.h"
#include "json/row.h"
#include "stream/input.h"
#include "stream/reject.h"

#include <stdio.h>

struct sink_row {
	struct span line; /* valid until the next call, as all of this */
	const char *name; /* of its file */
	uint64_t number;  /* of its line */
	const struct row *row;
	const char
	    *why; /* the rule that the line breaks, as row_parse says it; NULL: it is a row */
};

struct sink {
	struct input in;
	struct out out;
	struct reject reject;
	struct error error; /* why the run fails; work sets it with sink_fail */
	uint64_t rows;      /* handed out */
	/* private */
	const struct sink_options *options;
	struct row row;
	bool began, hold, demand;
	FILE *spool;
	uint64_t spooled; /* rows in it */
	struct buf line;
};

struct sink_options {
	const struct args *args; /* --seal and -o */
	char *const *paths;  /* input files; none: stdin. NULL: there are no rows to read here */
	size_t max_line;     /* bytes */
	const char *rejects; /* --rejects, or NULL */
	bool hold;
	bool receipts; /* it writes receipts: an end record of the rows is not one of theirs */
};

struct sink_work {
	/* Sends the rows. False: sink->error says why the run fails. */
	bool (*send)(void *ctx, struct sink *sink);
	/*
	 * The run fails as sink->error says: answers the rows that still wait for one. May be NULL.
	 * Not called where stdout cannot be written.
	 */
	void (*abandon)(void *ctx, struct sink *sink);
	/*
	 * The rest of the summary, and how many rows failed;
	 * also where a run failed after it wrote results.
	 */
	void (*tell)(void *ctx, struct sink *sink, struct summary *summary);
};

/*
 * From here on a program that dies ends its stream
 * with a failing end record. Call it first in main.
 */
void sink_guard(struct sink *s);

/* Sets the error, where there is none yet, and returns false. */
bool sink_fail(struct sink *s, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * The next row, a bad one (row->why) included. False at the end of the rows, or with
 * sink->error when the stream is broken (input.h; 73 or 74 for the spool).
 */
bool sink_next(struct sink *s, struct sink_row *row);

/* Reads the rows once more, from the first. Standard input must be at its beginning again. */
void sink_restart(struct sink *s);

/*
 * Rejects a row: false, and sink->error, when that ends the run. `is_json` as in
 * reject_row.
 */
bool sink_reject(struct sink *s, const struct sink_row *row, const struct bad *bad, bool is_json);

/* All that was written so far goes out now. False: sink->error. */
bool sink_flush(struct sink *s);

/*
 * Opens, sends, closes everything, prints the summary. Returns the program's exit status:
 * 1 where the summary counts rejected rows. Where it is 64 or above, it has said why on
 * stderr and ended stdout with a failing end record.
 */
enum status sink_run(
    struct sink *s, const struct sink_options *options, const struct sink_work *work, void *ctx);

#endif
