#ifndef SANDBOX_INTERVAL_H
#define SANDBOX_INTERVAL_H

/*
 * INTERVAL: months, days and microseconds, each with a sign of its own, and its
 * canonical text "Y-M D H:M:S[.ffffff]". RANGE: two bounds of a DATE, DATETIME or
 * TIMESTAMP, and its stored text "[START, END)", the bounds as value.h stores them or
 * UNBOUNDED. (BigQuery docs: data-types, "Interval type" and "Range type".)
 */

#include "schema/contract.h"

#include <stdint.h>

struct interval {
	int64_t months, days, us;
};

enum { INTERVAL_TEXT = 80, RANGE_TEXT = 96 };

/* The canonical text, or ISO 8601 ("P1Y2M3DT4H5M6.5S"); false when it is neither, or too long. */
bool interval_parse(struct interval *i, struct span text);

/* The text of INTERVAL '...' FROM TO TO, such as '1-2 3' YEAR TO DAY; one part: from is to. */
bool interval_parse_parts(struct interval *i, struct span text, const char *from, const char *to);

/* Adds n of a part (MICROSECOND ... YEAR); false for another word, or where it gets too long. */
bool interval_add(struct interval *i, int64_t n, const char *part);

/* Up to 10,000 years. */
bool interval_fits(const struct interval *i);

/* "1-2 3 4:5:6.5" */
void interval_format(const struct interval *i, char text[INTERVAL_TEXT]);

/* A month as 30 days, a day as 24 hours: what comparisons go by. */
__int128 interval_us(const struct interval *i);

/* A RANGE's text, its bounds in any form a DATE ... is read in; out: as stored. False: none, or empty. */
bool range_parse(struct span text, enum type of, char out[RANGE_TEXT]);

/* From two bounds as stored, absent for UNBOUNDED; false when the start is not before the end. */
bool range_make(struct span start, struct span end, char out[RANGE_TEXT]);

/* The bounds of a stored text; absent for UNBOUNDED. */
void range_bounds(struct span text, struct span *start, struct span *end);

/* -1, 0, 1 of two stored bounds. */
int range_compare(struct span a, struct span b);

#endif
