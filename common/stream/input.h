#ifndef STREAM_INPUT_H
#define STREAM_INPUT_H

/*
 * Rows in: lines, until the stream ends as the protocol says (leadpipe(7)). Blank lines
 * are skipped. Every program that reads rows reads them here.
 *
 * Several files are one stream. Each may have an end record of its own, which counts its
 * own rows; the stream has ended well when all of them have.
 *
 *	input_init(&in, paths, max_line, demand);
 *	while (input_next(&in, &line))
 *		...
 *	if (in.error.status)
 *		...
 *	summary.watermark = in.end.watermark;
 */

#include "base/args.h"
#include "base/error.h"
#include "stream/end.h"
#include "stream/lines.h"

struct input {
	struct lines lines;
	uint64_t rows; /* handed out */
	bool ended;    /* the stream has a good end record; `end` is it */
	bool relayed;  /* the stage before failed; `end` is its end record */
	struct end end;
	struct error error; /* why no more rows come: 65, 66, 74, 75, 77, STATUS_STOPPED */
	/* private */
	bool demand, stdin_ended, file_ended;
	size_t file, ended_files; /* the file of the last line, from 1; how many ended well */
	uint64_t rows_before;     /* in the files before this one */
};

/* `demand`: rows from stdin are not complete (66) without a good end record. */
void input_init(struct input *in, char *const *paths, size_t max_line, bool demand);

/* Are rows read from standard input? */
bool input_is_stdin(char *const *paths);

/*
 * Must a sink see the end record: rows come through a
 * pipe, and nobody said otherwise (leadpipe(7))?
 */
bool input_demands(char *const *paths, enum seal seal);

/*
 * The next row's line. False at the end of the stream, or when the stream is broken: a
 * failing end record (66, or 75 where it says that a new try may help), no end record
 * where one is demanded (66), a count in the end record that differs from the rows that
 * came (66), a line after the end record or a malformed one (65), an over-long line
 * (65), a file that cannot be read (74, or 77 when we may not), a signal.
 */
bool input_next(struct input *in, struct span *line);

/*
 * The last row was refused by its reader. True when that is because the stream was cut
 * in the middle of it (no line end): then `error` says so (65).
 */
bool input_was_cut(struct input *in);

void input_free(struct input *in);

#endif
