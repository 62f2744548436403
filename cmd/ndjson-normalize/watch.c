#include "watch.h"

#include "base/mem.h"
#include "json/jstr.h"
#include "unknown.h"

static bool see(struct plan *plan, struct key *key, struct span raw, bool inside, unsigned depth);

static bool meet(struct plan *plan, struct key *key, struct span raw, unsigned depth)
{
	if (!key->seen)
		key->seen = mem_alloc(sizeof *key->seen);
	key->seen->met++;
	return see(plan, key, raw, false, depth);
}

static bool see_object(struct plan *plan, struct key *owner, struct span raw, unsigned depth)
{
	struct level *level;
	struct span name, value;

	owner->seen->objects++;
	owner->seen->odd |= depth == WATCH_DEPTH_MAX;
	if (owner->seen->odd)
		return true;
	level = unknown_inside(plan, owner);
	for (size_t at = 0; scan_member(&raw, &name, &value); at++) {
		struct span text = jstr_name(name, plan_scratch(plan));
		struct key *key = level_find(level, at, text);

		if (!key)
			key = unknown_learn(plan, level, text);
		if (!key || !meet(plan, key, value, depth + 1))
			return false;
		if (level->n > WATCH_KEYS_MAX) {
			owner->seen->odd = true;
			break;
		}
	}
	return true;
}

static bool see(struct plan *plan, struct key *key, struct span raw, bool inside, unsigned depth)
{
	enum json type = scan_type(raw);
	struct seen *s = key->seen;
	struct span item;

	s->single |= !inside && type != JSON_ARRAY && type != JSON_NULL;
	switch (type) {
	case JSON_NULL:
		s->nulls += !inside;
		s->odd |= inside;
		return true;
	case JSON_ARRAY:
		s->odd |= inside;
		s->array = true;
		while (!s->odd && scan_item(&raw, &item))
			if (!see(plan, key, item, true, depth))
				return false;
		return true;
	case JSON_OBJECT: return see_object(plan, key, raw, depth);
	default: seen_plain(s, &plan->readings, raw, type, inside); return true;
	}
}

bool watch_value(struct plan *plan, struct key *key, struct span raw)
{
	return meet(plan, key, raw, 1);
}
