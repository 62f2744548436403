#ifndef NORMALIZE_WRITE_H
#define NORMALIZE_WRITE_H

/*
 * The loop's own part: values go from an input object into the slots of a
 * shape, and from there, column by column, to the output.
 */

#include "cast.h"

/* Writes one row of the contract from the fields of `row`; the caller keeps its nulls. */
enum got write_row(struct cast_plan *plan, const struct row *row, struct buf *out, struct bad *bad);

/* One value, whatever its type: cleans a text where the column reads one, then casts. */
cast_fn write_value;

/* An array, each item as one value; null and what counts as null may not be in it. */
cast_fn write_array;

/* An object, as the columns of a RECORD. */
cast_fn write_record;

#endif
