#ifndef SANDBOX_INTERVAL_H
#define SANDBOX_INTERVAL_H

/*
 * INTERVAL: months, days and microseconds, each with a sign of its own, and its
 * canonical text "Y-M D H:M:S[.ffffff]". (BigQuery docs: data-types, "Interval type".)
 */

#include "schema/contract.h"

#include <stdint.h>

struct interval {
	int64_t months, days, us;
};

enum { INTERVAL_TEXT = 80 };

/* The canonical text, or ISO 8601 ("P1Y2M3DT4H5M6.5S"); false when it is neither, or too long. */
bool interval_parse(struct interval *i, struct span text);

/* "1-2 3 4:5:6.5" */
void interval_format(const struct interval *i, char text[INTERVAL_TEXT]);

#endif
