#ifndef STREAM_LINES_H
#define STREAM_LINES_H

/*
 * Lines of one or more files, read in blocks. A line is a span into the block,
 * valid until the next call. The end mark (\n or \r\n) and a byte order mark at
 * the start of a file are not part of a line. Memory grows with the longest
 * line, never with the file.
 */

#include "base/span.h"

#include <stdint.h>

enum { LINES_MAX_DEFAULT = 100 * 1024 * 1024 }; /* BigQuery's row limit, in bytes */

enum lines_got {
	LINES_LINE, /* *line is the next one */
	LINES_END,  /* nothing is left */
	LINES_LONG, /* a line is longer than the limit; `number` is its number */
	LINES_FAIL, /* a file cannot be opened or read: errno (EINTR: stop.h); `name` names it */
};

struct lines {
	const char *name; /* the file being read, for messages: "stdin" or its path */
	uint64_t number;  /* of the last line, counted from 1 in each file */
	size_t files;     /* opened so far */
	uint64_t bytes;   /* read so far, over all files */
	bool cut;         /* the last line had no \n at its end */
	/* private */
	char *const *paths;
	int fd;
	bool open, at_end;
	char *block;
	size_t cap, max, from, to, seen;
};

/*
 * Reads the files of the NULL-terminated list `paths` one after the other; none,
 * or "-", is stdin. A line may have `max` bytes. The list must outlive the struct.
 * Enters the files in guard.h.
 */
void lines_init(struct lines *l, char *const *paths, size_t max);
enum lines_got lines_next(struct lines *l, struct span *line);

/* Would lines_next wait? False as soon as bytes have come, though they may not end a line. */
bool lines_waiting(const struct lines *l);
void lines_free(struct lines *l);

#endif
