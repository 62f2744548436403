#ifndef STREAM_OUT_H
#define STREAM_OUT_H

/*
 * Rows out: a buffered writer whose errors are sticky. Bytes are added in a
 * straight line; a row counts only from out_row on, and until then out_undo
 * takes it back. So a row is written whole or not at all, whatever happens.
 *
 * A closed pipe ends the program by SIGPIPE, as it ends any filter.
 */

#include "base/buf.h"

#include <stdint.h>

struct out {
	struct buf buf; /* add bytes with buf_add... */
	uint64_t rows;  /* rows committed */
	uint64_t bytes; /* bytes committed, line ends included */
	int error;      /* errno of the first write that failed, 0 while all is well */
	/* private */
	int fd;
	size_t done; /* bytes of buf that belong to committed rows */
	bool held;
	size_t held_done; /* done, rows and bytes when out_hold was called */
	uint64_t held_rows, held_bytes;
};

void out_init(struct out *o, int fd);

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

/* Flushes, closes the descriptor and looks at its error too. Safe to call once only. */
bool out_close(struct out *o);

#endif
