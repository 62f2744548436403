#ifndef STREAM_END_H
#define STREAM_END_H

/*
 * The end record: at most one, the last line of a stream.
 *
 *	{"@end":{"ok":true,"tool":"gaio-fetch","rows":45211,"watermark":"2026-11-22T23:59:58Z"}}
 *	{"@end":{"ok":false,"tool":"gaio-fetch","error":"page 17: HTTP 503 after 6 tries"}}
 *
 * A failing one is written whenever a program fails, so that no sink commits
 * half a stream; a good one under --seal.
 */

#include "stream/out.h"

enum { END_TEXT = 512 }; /* bytes of each text, its NUL included */

#define END_UNCOUNTED UINT64_MAX

struct end {
	bool ok;
	uint64_t rows;            /* rows that stand before it; END_UNCOUNTED: it does not say */
	char tool[END_TEXT];      /* who wrote it first, or failed */
	char watermark[END_TEXT]; /* RFC 3339, or "" */
	char error[END_TEXT];     /* why it failed, or "" */
};

/* Is this line an end record: an object whose first key is "@end"? Cheap: most rows fail at byte 3. */
bool end_is(struct span line);

/* Reads one; false when it is malformed. Unknown keys are passed over; long texts are cut. */
bool end_parse(struct span line, struct end *end);

/* Appends one to `o` as a committed line (it is no row: o->rows stays). */
void end_write(struct out *o, const struct end *end);

/*
 * The run failed: takes back the row that is not whole (and rows on hold), ends
 * the stream with a failing end record, writes it all, and lifts the guard.
 * Nothing but whole rows is written to a terminal.
 */
void end_fail(struct out *o, const char *tool, const char *error);

/* From now on, when the program dies, `o` ends as end_fail says, with the message as its error. */
void end_guard(struct out *o);

/* The stream is complete: with `seal` its good end record is written, and the guard is lifted. */
void end_seal(struct out *o, bool seal, const char *watermark);

#endif
