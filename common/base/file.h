#ifndef BASE_FILE_H
#define BASE_FILE_H

/*
 * Small whole files: contracts, keys, tokens, SQL. Not for rows.
 */

#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/* Why a file could not be had; the text names the rule and is static. NULL means it was. */
typedef const char *file_error;

/*
 * Appends the whole file to `b`; "-" is stdin. b->max is the ceiling. Follows
 * errno for a file that cannot be opened or read.
 */
file_error file_read(const char *path, struct buf *b);

/*
 * The same for a secret: a regular file that only its owner can read or write
 * (mode & 077 must be 0), looked at on the open descriptor. The caller clears
 * the bytes.
 */
file_error file_read_secret(const char *path, struct buf *b);

/* An unlinked temporary file in $TMPDIR (or /tmp), open for reading and writing; -1 and errno when not. */
int file_temp(void);
/* The same as a stream; NULL and errno when not. */
FILE *file_temp_stream(void);

/* Up to n bytes from `at` on: how many, 0 at the end, -1 and errno. The place of the descriptor does not count. */
ssize_t file_read_at(int fd, uint64_t at, void *to, size_t n);

/* Writes all n bytes, whatever the kernel takes at a time. False and errno when it cannot. */
bool file_write(int fd, const void *bytes, size_t n);

#endif
