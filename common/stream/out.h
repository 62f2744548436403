#ifndef STREAM_OUT_H
#define STREAM_OUT_H

/*
 * Rows out: a buffered writer whose errors are sticky. Bytes are added in a
 * straight line; a row counts only from out_row on, and until then out_undo
 * takes it back. So a row is written whole or not at all, whatever happens.
 *
 * A closed pipe ends the program by SIGPIPE, as it ends any filter.
 */

#include "base/atomic_file.h"
#include "base/buf.h"
#include "base/error.h"

#include <stdint.h>

struct out {
	struct buf buf;   /* add bytes with buf_add... */
	uint64_t rows;    /* rows committed */
	uint64_t bytes;   /* bytes committed, line ends included */
	int error;        /* errno of the first write that failed, 0 while all is well */
	const char *name; /* for messages: "stdout" or the file of -o */
	/* private */
	int fd;
	struct atomic_file file; /* of -o; its fd is -1 where there is none */
	size_t done;             /* bytes of buf that belong to committed rows */
	bool held;
	size_t held_done; /* done, rows and bytes when out_hold was called */
	uint64_t held_rows, held_bytes;
};

void out_init(struct out *o, int fd);

/*
 * Where the rows go, once all that the program reads is entered in guard.h. `path`: the
 * file of -o, which appears only when out_close succeeds; NULL: stays on `fd`, which must
 * not be a file that the program reads. False: 64, or 73 where it cannot be made.
 * `path` must outlive the struct.
 */
bool out_to(struct out *o, const char *path, struct error *error);

/*
 * Is there a reader that an end record could tell of a
 * failure: neither a terminal nor a file of -o?
 */
bool out_is_stream(const struct out *o);

/* Ends the current row with \n and commits it; writes when 64 KiB have gathered. */
void out_row(struct out *o);

/* A whole line, copied and committed. */
void out_line(struct out *o, struct span line);

/* Takes back what was added since the last committed row. */
void out_undo(struct out *o);

/*
 * A group of rows that must appear together (a fetched page): rows committed
 * between hold and release are written only by release, and out_drop takes
 * them all back.
 */
void out_hold(struct out *o);
void out_release(struct out *o);
void out_drop(struct out *o);

/* Writes all committed rows now, those on hold excepted. False, and `error`, when that failed. */
bool out_flush(struct out *o);

/* Puts a failed write into words (74); false where none failed. */
bool out_failed(const struct out *o, struct error *error);

/*
 * Flushes and closes, and looks at the errors of both (74); a file of -o takes its place
 * only where there was none. Call it once.
 */
bool out_close(struct out *o, struct error *error);

/* The run failed: writes the rows that are whole; a file of -o does not appear. */
void out_abandon(struct out *o);

#endif
