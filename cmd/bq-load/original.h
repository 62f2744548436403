#ifndef BQ_LOAD_ORIGINAL_H
#define BQ_LOAD_ORIGINAL_H

/*
 * A regular file that the rows are read from can be sent itself, without a copy:
 * where it is nothing but rows, one per line (and an end record after them).
 * It must not change meanwhile; that ends the upload.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

struct original {
	uint64_t size; /* of the rows in it */
	/* private */
	int fd;
	const char *path; /* NULL: stdin */
	off_t begin;
	struct stat was;
	bool changed; /* original_read found that it changed while it was sent */
};

/*
 * The one file that the operands (or stdin) are; false where it is not a regular file, or
 * there are more.
 */
bool original_open(struct original *o, char *const *paths);

/* The rows have been read: `bytes`, line ends included. Does the file hold nothing else? */
bool original_is(struct original *o, uint64_t bytes);

/* To its beginning again, for a caller that reads it from stdin. */
void original_rewind(struct original *o);

/* An upload's `read`: ctx is the original. */
ssize_t original_read(void *ctx, uint64_t at, char *to, size_t n);
void original_close(struct original *o);

#endif
