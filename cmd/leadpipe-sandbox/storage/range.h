#ifndef SANDBOX_RANGE_H
#define SANDBOX_RANGE_H

/*
 * RANGE: two bounds of a DATE, DATETIME or TIMESTAMP, and its stored text "[START, END)", the
 * bounds as value.h stores them or UNBOUNDED. (BigQuery docs: data-types, "Range type".)
 */

#include "schema/contract.h"

enum { RANGE_TEXT = 96 };

/*
 * A RANGE's text, its bounds in any form a DATE ... is read in; out: as stored. False: none, or
 * empty.
 */
bool range_parse(struct span text, enum type of, char out[RANGE_TEXT]);

/* The bounds of a stored text; absent for UNBOUNDED. */
void range_bounds(struct span text, struct span *start, struct span *end);

#endif
