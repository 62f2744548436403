#ifndef WIRE_GZIP_H
#define WIRE_GZIP_H

/*
 * gzip (RFC 1952) of a stream, on zlib, which only this room names. The level is
 * zlib's fastest: rows shrink to about a sixth, and the network is the slower half.
 *
 *	struct gzip *z = gzip_new();
 *	gzip_add(z, rows, &packed);          as often as wished; drain `packed` between
 *	gzip_end(z, &packed);
 */

#include "base/buf.h"

#include <sys/types.h>

struct gzip *gzip_new(void);

/* Appends what comes out so far. What does not fit under the ceiling of `packed` sets its `full`. */
void gzip_add(struct gzip *z, struct span plain, struct buf *packed);

/* The rest, and the end of the file; frees z. `packed` may be NULL: nothing is wanted any more. */
void gzip_end(struct gzip *z, struct buf *packed);

/* The way back, of one file that gzip_add made. */
struct gunzip *gunzip_new(void);

/*
 * Puts up to n bytes at `to` and takes what that needs off *packed. How many; 0 at the end or where more
 * is needed, -1 when it is no gzip.
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
