#ifndef BASE_FILE_H
#define BASE_FILE_H

/*
 * Small whole files: contracts, keys, tokens, SQL. Not for rows. What is read here is
 * entered in guard.h, so that no output can overwrite it.
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
 * The same for a secret, which may come through a pipe: its writer has 5 s. A regular
 * file is refused when group or others can write it. Where others, or a group that we
 * are not in, can read it, it is refused too, unless its file system is mounted
 * read-only or its directory is ours alone (mode 0700): so Kubernetes and Cloud Run
 * mount secrets. Looked at on the open descriptor. The caller clears the bytes.
 */
file_error file_read_secret(const char *path, struct buf *b);

/* The same of a descriptor, which is closed. */
file_error file_read_secret_fd(int fd, struct buf *b);

/*
 * An unlinked temporary file in $TMPDIR (or /tmp), open
 * for reading and writing; -1 and errno when not.
 */
int file_temp(void);
/* The same as a stream; NULL and errno when not. */
FILE *file_temp_stream(void);

/*
 * Up to n bytes from `at` on: how many, 0 at the end, -1 and
 * errno. The place of the descriptor does not count.
 */
ssize_t file_read_at(int fd, uint64_t at, void *to, size_t n);

/*
 * Writes all n bytes, whatever the kernel takes at a time, also to a descriptor that does
 * not block. False and errno when it cannot; after a signal it waits one second at most.
 */
bool file_write(int fd, const void *bytes, size_t n);

#endif
