#ifndef NORMALIZE_WATCH_H
#define NORMALIZE_WATCH_H

/*
 * What the fields that no contract names hold: for --infer, and for the contract
 * that grows under --unknown evolve. Memory grows with the number of different
 * fields, never with the rows.
 */

#include "plan.h"

enum {
	WATCH_DEPTH_MAX = CONTRACT_MAX_NESTING, /* objects deeper than that are JSON */
	WATCH_KEYS_MAX = 1000 /* an object with more different keys is a map: JSON */
};

/*
 * Takes one value of an unknown field, with everything inside it. False, and
 * plan->bad, when there are too many different fields.
 */
bool watch_value(struct plan *plan, struct key *key, struct span raw);

#endif
