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

struct gzip *gzip_new(void);

/*
 * Appends what comes out so far. What does not fit under the ceiling of `packed` sets its `full`.
 */
void gzip_add(struct gzip *z, struct span plain, struct buf *packed);

/* The rest, and the end of the file; frees z. `packed` may be NULL: nothing is wanted any more. */
void gzip_end(struct gzip *z, struct buf *packed);

#endif
