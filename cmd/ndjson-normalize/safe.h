#ifndef NORMALIZE_SAFE_H
#define NORMALIZE_SAFE_H

/*
 * Column names that BigQuery takes: letters, digits and underscores, not
 * beginning with a digit, at most 300 bytes, none of its reserved prefixes.
 * Source: BigQuery, "Specifying a schema", column names.
 */

#include "base/buf.h"

enum { SAFE_NAME_MAX = 300 };

/* Is it such a name already? */
bool safe_is(struct span name);

/*
 * Puts such a name, made of `prefix` and `name` (valid UTF-8), into the empty
 * buffer: Latin letters lose their accents, every other run of foreign
 * characters becomes one underscore, and none is left at the end. At most
 * SAFE_NAME_MAX - 8 bytes, so that a suffix finds room.
 */
void safe_make(struct buf *b, struct span prefix, struct span name);

#endif
