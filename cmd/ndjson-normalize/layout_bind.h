#ifndef NORMALIZE_LAYOUT_BIND_H
#define NORMALIZE_LAYOUT_BIND_H

/*
 * A layout's members and a plan's keys, brought together. While rows have the same
 * layout (json/layout.h) it is known which of their members a level has a use for,
 * so the others are not looked at and no name is looked up. (2026-11: 200,000 rows
 * in 137 ms of CPU time instead of 200.)
 */

#include "plan.h"

/* One member that matters. */
struct bound {
	struct level_key *key;
	const struct layout_member *member;
};

/* private */
bool layout_bind_anew(
    struct cast_plan *plan, struct level *level, const struct layout_member *object);

/*
 * Sees to it that level->bound has those members of `object` that matter to the
 * level. False when that cannot be said beforehand: a member is not known yet, or
 * it makes the row unfit.
 */
static inline bool layout_bind_level(
    struct cast_plan *plan, struct level *level, const struct layout_member *object)
{
	return (level->layout == plan->layout->id && level->object == object) ||
	       layout_bind_anew(plan, level, object);
}

#endif
