#ifndef STREAM_INPUT_H
#define STREAM_INPUT_H

/*
 * Rows in: lines, until the stream ends as the protocol says (leadpipe(7)).
 * Blank lines are passed over. Every program that reads rows reads them here.
 *
 *	input_init(&in, paths, max_line, seal);
 *	while (input_next(&in, &line))
 *		...
 *	if (in.status)
 *		die(in.status, "%s", in.why);
 *	summary.watermark = in.end.watermark;
 */

#include "base/die.h"
#include "stream/end.h"
#include "stream/lines.h"

struct input {
	struct lines lines;
	uint64_t rows;      /* rows handed out */
	bool ended;         /* a good end record came; `end` is it */
	struct end end;     /* with status 66 and a text in end.error: the failing one that came */
	enum status status; /* STATUS_OK, or why no more rows come: 65, 66, 74, 77 */
	char why[1024];     /* the message for `status`: "stdin:17: longer than 100 bytes" */
	/* private */
	bool seal;
};

/* `seal`: a stream without its good end record is not complete (66). */
void input_init(struct input *in, char *const *paths, size_t max_line, bool seal);

/*
 * The next row's line. False at the end of the stream, or when the stream is
 * broken: a failing end record or a missing seal (66), a count in the end record
 * that differs from the rows that came (66), a line after the end record or a
 * malformed one (65), an over-long line (65), a file that cannot be read (74, or
 * 77 when we may not).
 */
bool input_next(struct input *in, struct span *line);

/*
 * The last row was refused by its reader. True when that is because the stream
 * was cut in the middle of it (no line end): then status is 65 and why is set.
 */
bool input_was_cut(struct input *in);

void input_free(struct input *in);

#endif
