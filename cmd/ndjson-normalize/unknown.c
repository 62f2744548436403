#include "unknown.h"

#include "base/mem.h"
#include "json/jstr.h"
#include "schema/column_name.h"

void unknown_name(struct cast_plan *plan, const struct level *level, struct span name)
{
	buf_clear(&plan->path);
	buf_addspan(&plan->path, level->path);
	buf_addspan(&plan->path, name);
	plan->to.bad->field = buf_span(&plan->path);
}

struct level_key *unknown_take(struct level *used, struct span name, struct buf *scratch)
{
	struct span lower;

	buf_clear(scratch);
	column_name_fold(scratch, name);
	lower = buf_span(scratch);
	return level_find(used, 0, lower) ? NULL : level_add(used, lower);
}

/* "phone" in an object that `from` paths take apart, "contact", becomes contact_phone. */
static void make_name(struct cast_plan *plan, struct level_key *key)
{
	struct level *level = key->level;
	struct span name = key->name;
	struct span prefix = span_skip(level->path, level->base);
	struct buf *b = &plan->path, lower;
	struct level_key *taken;
	size_t n;

	buf_clear(b);
	buf_init(&lower, COLUMN_NAME_MAX);
	if (prefix.n == 0 && column_name_plain(name))
		buf_addspan(b, name);
	else
		column_name_make(b, prefix, name);
	n = b->n;
	for (unsigned i = 2; !(taken = unknown_take(level->used, buf_span(b), &lower)); i++) {
		b->n = n < COLUMN_NAME_MAX - 8 ? n : COLUMN_NAME_MAX - 8;
		buf_addf(b, "_%u", i);
	}
	buf_free(&lower);
	taken->written = key;
	key->safe = (struct span){mem_dup(b->p, b->n), b->n};
}

struct level_key *unknown_learn(struct cast_plan *plan, struct level *level, struct span name)
{
	struct level_key *key;

	if (plan->learned == UNKNOWN_NAMES_MAX ||
	    name.n > UNKNOWN_BYTES_MAX - plan->learned_bytes) {
		plan->to.bad->reason = "too many unknown fields";
		return NULL;
	}
	plan->learned++;
	plan->learned_bytes += name.n;
	key = level_add(level, name);
	key->unknown = true;
	make_name(plan, key);
	return key;
}

static void keep(struct shape *shape, struct level_key *key, struct span raw)
{
	if (shape->n_extras == shape->cap_extras) {
		shape->cap_extras = shape->cap_extras ? shape->cap_extras * 2 : 16;
		shape->extras = mem_resize(shape->extras, shape->cap_extras, sizeof *shape->extras);
	}
	shape->extras[shape->n_extras++] = (struct extra){.key = key, .raw = raw};
}

enum got unknown_met(struct cast_plan *plan, struct shape *shape, struct level *level,
    struct level_key *key, struct span name, struct span raw)
{
	if (plan->unknown == UNKNOWN_EVOLVE) {
		if (!key)
			key = unknown_learn(plan, level, name);
		if (key) {
			keep(shape, key, raw);
			return GOT_VALUE;
		}
	} else {
		plan->to.bad->reason = "unknown field";
	}
	unknown_name(plan, level, name);
	return plan->unknown == UNKNOWN_FREEZE ? GOT_FAILURE : GOT_UNKNOWN;
}

struct level *unknown_inside(struct cast_plan *plan, struct level_key *key)
{
	if (!key->below) {
		key->below = plan_level(plan);
		key->below->used = plan_level(plan);
	}
	return key->below;
}

/*
 * Passes over one value; where a name inside is not safe, writes what stands
 * between *done and it, and the safe one.
 */
static bool rename_inside(struct cast_plan *plan, struct level_key *owner, struct span value,
    unsigned depth, const char **done)
{
	struct span rest = value, name, item;
	enum json type = scan_type(value);

	if (type < JSON_ARRAY)
		return true;
	if (depth == UNKNOWN_NESTING_MAX) {
		plan->to.bad->reason = "nested too deep";
		return false;
	}
	while (type == JSON_ARRAY && scan_item(&rest, &item))
		if (!rename_inside(plan, owner, item, depth + 1, done))
			return false;
	for (size_t at = 0; type == JSON_OBJECT && scan_member(&rest, &name, &item); at++) {
		struct level *level = unknown_inside(plan, owner);
		struct span text = jstr_name(name, plan_scratch(&plan->to));
		struct level_key *key = level_find(level, at, text);

		if (!key)
			key = unknown_learn(plan, level, text);
		if (!key)
			return false;
		if (!span_eq(key->safe, name)) {
			plan_put(plan->to.out, *done, (size_t)(name.p - *done));
			plan_put_span(plan->to.out, key->safe);
			*done = name.p + name.n;
		}
		if (!rename_inside(plan, key, item, depth + 1, done))
			return false;
	}
	return true;
}

static bool write_extra(struct cast_plan *plan, struct extra *e)
{
	const char *done = e->raw.p;

	plan_put_span(plan->to.out, e->key->safe);
	plan_put(plan->to.out, "\":", 2);
	e->from = plan->to.out->n;
	if (!rename_inside(plan, e->key, e->raw, 0, &done))
		return false;
	plan_put(plan->to.out, done, (size_t)(e->raw.p + e->raw.n - done));
	e->n = plan->to.out->n - e->from;
	return true;
}

enum got unknown_write(struct cast_plan *plan, const struct shape *shape, bool first)
{
	plan->inside |= shape != plan->row;
	for (size_t i = 0; i < shape->n_extras; i++) {
		struct extra *e = &shape->extras[i];

		plan_put(plan->to.out, first ? "\"" : ",\"", 2U - first);
		first = false;
		if (!write_extra(plan, e)) {
			unknown_name(plan, &shape->keys, e->key->name);
			return GOT_UNKNOWN;
		}
	}
	return GOT_VALUE;
}
