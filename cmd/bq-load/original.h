#ifndef BQ_LOAD_ORIGINAL_H
#define BQ_LOAD_ORIGINAL_H

/*
 * A regular file that the rows are read from can be sent itself, without a copy:
 * where it is nothing but rows, one per line (and an end record behind them).
 * It must not change meanwhile; that ends the program (65).
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
};

/* The one file that the operands (or stdin) are; false where it is none, or more. */
bool original_open(struct original *o, char *const *paths);

/* The rows have been read, and are so many bytes with the line ends that they have. Is the file just them? */
bool original_is(struct original *o, uint64_t bytes);

/* To its beginning again, for who reads it from stdin. */
void original_rewind(struct original *o);

/* An upload's `read`: ctx is the original. */
ssize_t original_read(void *ctx, uint64_t at, char *to, size_t n);
void original_close(struct original *o);

#endif
