#ifndef SANDBOX_INFLATE_H
#define SANDBOX_INFLATE_H

/*
 * gzip (RFC 1952), the only compression that BigQuery takes NDJSON in. zlib is
 * named in inflate.c only.
 */

#include "base/span.h"

#include <stdbool.h>

/* Does it begin as a gzip file does? Uploads do not say so in any header. */
bool inflate_is_gzip(struct span bytes);

/*
 * Takes one piece of what comes out, in order; false ends the work. The bytes are valid until
 * it returns.
 */
typedef bool inflate_take(void *context, struct span piece);

/*
 * Unpacks all members of the file `gz`, piece by piece, in constant memory. NULL,
 * or the rule that is broken (static): the bytes are no whole gzip file, or `take`
 * refused.
 */
const char *inflate_gzip(struct span gz, inflate_take *take, void *context);

#endif
