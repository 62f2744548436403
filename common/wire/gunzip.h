#ifndef WIRE_GUNZIP_H
#define WIRE_GUNZIP_H

/* Unpacks gzip (RFC 1952), on zlib: a stream piece by piece, or a file as a whole. */

#include "base/buf.h"

#include <sys/types.h>

/* For one file that gzip_add made. */
struct gunzip *gunzip_new(void);

/*
 * Puts up to n bytes at `to` and takes what that needs off *packed. How many; 0 at the end or
 * where more is needed, -1 when it is not gzip.
 */
ssize_t gunzip_take(struct gunzip *z, struct span *packed, char *to, size_t n);

/* From the file's first byte again. */
void gunzip_again(struct gunzip *z);
void gunzip_free(struct gunzip *z);

enum gunzip_got { GUNZIP_OK, GUNZIP_CUT, GUNZIP_BAD, GUNZIP_LONG };

/*
 * Appends what a whole file holds, all its members (RFC 1952 2.2). GUNZIP_CUT: it ends too early;
 * GUNZIP_BAD: it is not gzip, or damaged; GUNZIP_LONG: more than the ceiling of `plain`.
 */
enum gunzip_got gunzip_all(struct span packed, struct buf *plain);

#endif
