#ifndef NORMALIZE_UNKNOWN_H
#define NORMALIZE_UNKNOWN_H

/*
 * Input fields that the contract does not name, by --unknown. Under evolve a
 * name is made safe once, when the stream first shows it, and kept: the first
 * of two names that become one keeps it, the next ones get _2, _3 ...
 */

#include "plan.h"

enum {
	UNKNOWN_NAMES_MAX = INFER_NAMES_MAX,
	UNKNOWN_BYTES_MAX = INFER_BYTES_MAX, /* of all names together */
	UNKNOWN_NESTING_MAX = 30,            /* objects and arrays in an unknown value */
};

/* An unknown field `name` of `level` was met; `key` is what is known of it, or NULL. */
enum got unknown_met(struct cast_plan *plan, struct shape *shape, struct level *level,
    struct level_key *key, struct span name, struct span raw);

/* Adds the unknown fields that pass to plan->to.out, a comma before each but the `first`. */
enum got unknown_write(struct cast_plan *plan, const struct shape *shape, bool first);

/* A key that was met for the first time; NULL, and plan->to.bad, when there are too many. */
struct level_key *unknown_learn(struct cast_plan *plan, struct level *level, struct span name);

/* The level for the keys of objects inside the values of an unknown field. */
struct level *unknown_inside(struct cast_plan *plan, struct level_key *key);

/* Names a field of `level` in plan->to.bad. */
void unknown_name(struct cast_plan *plan, const struct level *level, struct span name);

/* Takes an output name, in any case: its entry in `used`; NULL when it is taken. */
struct level_key *unknown_take(struct level *used, struct span name, struct buf *scratch);

#endif
