#ifndef SANDBOX_LEADS_H
#define SANDBOX_LEADS_H

/*
 * Made-up marketing data: the collections leads, touchpoints (three for each lead) and
 * campaigns. The same number of leads and seed give the same bytes on every machine.
 *
 * Messy on purpose: numbers as strings, as numbers or null; truth as true, "yes", "N",
 * 1, "false"; times with Z, with an offset, with a space for the T; keys that are missing,
 * null or unknown; ids above 2^53. One lead of every 1,000 is bad (no id, a score of
 * "n/a", a created_at on 31 February, a consent of "maybe"). About one in 50 comes a second
 * time, further down, with a later updated_at. updated_at never falls from item to item
 * and lies between 2026-09-01 and 2026-11-23, UTC.
 */

#include "base/buf.h"

#include <stdint.h>

/* One item: `updated` is its updated_at in microseconds, `row` valid during the call. */
typedef void leads_take(void *ctx, int64_t updated, struct span row);

bool leads_known(const char *collection);

/* Makes a collection that leads_known knows. */
void leads_make(const char *collection, uint64_t leads, uint64_t seed, leads_take *take, void *ctx);

#endif
