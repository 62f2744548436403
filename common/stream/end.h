#ifndef STREAM_END_H
#define STREAM_END_H

/*
 * The end record: at most one, the last line of a stream.
 *
 *	{"@end":{"ok":true,"tool":"gaio-fetch","rows":45211,"watermark":"2026-11-22T23:59:58Z"}}
 *	{"@end":{"ok":false,"tool":"gaio-fetch","error":"page 17: HTTP 503","status":75}}
 *
 * A program that fails writes a failing one, so that no sink commits half a stream; a
 * good one is written where the stream is sealed (--seal).
 *
 * These keys are all there is, and each has a form that cannot hold personal data. Other
 * keys are dropped, and so are names of a tool or a run in another form; any other value
 * of another form makes the record malformed.
 */

#include "base/error.h"
#include "stream/out.h"

enum { END_TEXT = 512, END_NAME = 129, END_TIME = 40, END_HASH = 65 }; /* bytes, NULs included */

#define END_UNCOUNTED UINT64_MAX

struct end {
	bool ok;
	char tool[END_NAME]; /* who wrote it first, or failed: letters, digits and ._+- */

	/* of a good one */
	uint64_t rows;            /* rows before it; END_UNCOUNTED: it does not say */
	uint64_t rejected;        /* rows that the stages rejected, all together */
	char watermark[END_TIME]; /* RFC 3339, or "" */
	char since[END_TIME];     /* the window that the rows are of: RFC 3339, or "" */
	char until[END_TIME];
	char run[END_NAME];    /* LEADPIPE_RUN_ID: letters, digits and ._:+-, or "" */
	char shard[END_TIME];  /* "3/8", or "" */
	char masked[END_HASH]; /* hash of the contract that pii-mask applied: hex digits, or "" */

	/* of a failing one */
	char error[END_TEXT]; /* one line, text_plain */
	int status;           /* of the program that failed; 0: it does not say */
};

/* A good one of this program: tool and run are set. */
void end_init(struct end *end);

/*
 * Is this line an end record: an object whose first
 * key is "@end"? Cheap: most rows fail at byte 3.
 */
bool end_is(struct span line);

/* Reads one; false when it is malformed. A long error text is cut. */
bool end_parse(struct span line, struct end *end);

/*
 * Two parts of one stream ended well (sealed files, one after the other): *end becomes the
 * end of both. Rows are summed, the least watermark counts, and what differs is dropped.
 */
void end_join(struct end *end, const struct end *other);

/* Appends one to `o` as a committed line (it is not a row: o->rows stays). */
void end_write(struct out *o, const struct end *end);

/*
 * The run failed: takes back the row that is not whole (and rows on hold), ends the
 * stream with `end`, writes it all, and lifts the guard. Nothing but whole rows is
 * written to a terminal, and a file of -o does not appear.
 */
void end_fail(struct out *o, const struct end *end);

/* The failing record of this program. */
void end_of_failure(struct end *end, enum status status, const char *text);

/* From now on, when the program dies, `o` ends as end_fail says, with the message as its error. */
void end_guard(struct out *o);

/*
 * The stream is complete: writes the good end record, with the rows that were written,
 * where `end` is given; lifts the guard and closes `o`. False: 74.
 */
bool end_close(struct out *o, struct end *end, struct error *error);

#endif
