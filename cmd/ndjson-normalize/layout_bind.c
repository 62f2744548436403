#include "layout_bind.h"

#include "base/mem.h"
#include "json/jstr.h"

static void add(struct level *level, struct level_key *key, const struct layout_member *m)
{
	if (level->n_bound == level->cap_bound) {
		level->cap_bound = level->cap_bound ? level->cap_bound * 2 : 8;
		level->bound = mem_resize(level->bound, level->cap_bound, sizeof *level->bound);
	}
	level->bound[level->n_bound++] = (struct bound){key, m};
}

bool layout_bind_anew(
    struct cast_plan *plan, struct level *level, const struct layout_member *object)
{
	const struct layout *layout = plan->layout;
	const struct layout_member *m = object + 1, *end = layout->members + object->next;

	level->layout = 0;
	level->n_bound = 0;
	for (size_t at = 0; m < end; m = layout->members + m->next, at++) {
		struct span name = m->plain ? m->name : jstr_name(m->name, plan_scratch(&plan->to));
		struct level_key *key = level_find(level, at, name);
		bool unknown = !key || key->unknown;

		if (unknown && (plan->unknown == UNKNOWN_DISCARD_VALUE || level->captured))
			continue;
		if (unknown && (!key || plan->unknown != UNKNOWN_EVOLVE))
			return false;
		add(level, key, m);
	}
	level->layout = layout->id;
	level->object = object;
	return true;
}
