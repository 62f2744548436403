#include "plan.h"

#include "base/mem.h"
#include "json/jstr.h"
#include "unknown.h"
#include "write.h"

#include <stdlib.h>

struct level *plan_level(struct plan *plan)
{
	struct level *level = mem_alloc(sizeof *level);

	level->path = (struct span){"", 0};
	level->next = plan->levels;
	plan->levels = level;
	return level;
}

_Noreturn static void refuse(
    const struct plan *plan, const struct column *c, const char *what, const char *why)
{
	die(STATUS_CONFIG, "%s:%d: field %.*s: %s%s", plan->file, c->field->line, SPAN_ARG(c->path),
	    what, why);
}

static struct span join(struct span a, struct span b, const char *end)
{
	char *text = mem_format("%.*s%.*s%s", SPAN_ARG(a), SPAN_ARG(b), end);

	return span_of(text);
}

static void free_span(struct span s)
{
	free((void *)(uintptr_t)s.p);
}

/* The level of the keys in the objects of `key`, which stands in `above`. */
static struct level *go_below(
    struct plan *plan, struct shape *shape, struct level *above, struct key *key)
{
	struct level *level = key->below;

	if (level)
		return level;
	level = key->below = plan_level(plan);
	level->path = join(above->path, key->name, ".");
	level->base = shape->keys.base;
	level->used = &shape->used;
	level->above = above;
	level->owner = key;
	key->null_count =
	    null_counts_add(&plan->nulls, (struct span){level->path.p, level->path.n - 1});
	return level;
}

/* The slot of the value that a column is made of. Levels are made along its path. */
static size_t find_slot(struct plan *plan, struct shape *shape, const struct column *c)
{
	struct texts from = c->field->from;
	struct level *level = &shape->keys;
	struct key *key = NULL;

	if (from.n == 0 || from.n > SCAN_DEPTH_MAX)
		refuse(plan, c, "from: ", from.n ? "too long" : "empty");
	for (size_t i = 0; i < from.n; i++) {
		if (i > 0)
			level = go_below(plan, shape, level, key);
		key = level_find(level, 0, from.item[i]);
		if (!key)
			key = level_add(level, from.item[i]);
	}
	if (key->slot < 0)
		key->slot = (int)shape->n_slots++;
	return (size_t)key->slot;
}

static void make_cleans(struct plan *plan, struct column *c)
{
	const char *why = cleans_init(&c->cleans, c->field);

	if (why)
		refuse(plan, c, "clean: ", why);
}

static void make_times(struct plan *plan, struct column *c)
{
	const struct contract_field *f = c->field;
	const char *why;

	if (!type_can(f->type, TYPE_CALENDAR)) {
		if (f->format_raw.p)
			refuse(plan, c, "format: ", "not for this type");
		if (f->tz.p)
			refuse(plan, c, "tz: ", "is for TIMESTAMP only");
		return;
	}
	why = times_init(&c->times, f, &plan->zones);
	if (why)
		refuse(plan, c, "", why);
}

/* What is written for a value that is absent or null. */
static void make_default(struct plan *plan, struct column *c)
{
	struct cell cell = {.raw = c->field->default_raw};
	struct bad bad = {0};
	struct buf text;

	if (!cell.raw.p) {
		if (!c->required)
			c->missing = c->field->mode == MODE_REPEATED ? SPAN("[]") : SPAN("null");
		return;
	}
	buf_init(&text, CONTRACT_MAX_BYTES * 8);
	cell.type = scan_type(cell.raw);
	plan->out = &text;
	plan->bad = &bad;
	switch (c->take(plan, c, &cell)) {
	case GOT_VALUE: break;
	case GOT_NULL: refuse(plan, c, "default: ", "is null");
	default: refuse(plan, c, "default: ", bad.reason);
	}
	c->missing = c->absent = (struct span){mem_dup(text.p, text.n), text.n};
	buf_free(&text);
}

static struct shape *make_shape(
    struct plan *plan, const struct contract_field *fields, size_t n, struct span path);

static void make_column(struct plan *plan, struct shape *shape, struct column *c, struct span path)
{
	const struct contract_field *f = c->field;
	struct span inside;

	c->path = join(path, f->name, "");
	c->key = span_of(mem_format(",\"%.*s\":", SPAN_ARG(f->name)));
	if (!unknown_take(&shape->used, f->name, &plan->path))
		refuse(plan, c, "", "a second field of that name");
	c->slot = find_slot(plan, shape, c);
	c->null_count = null_counts_add(&plan->nulls, c->path);
	c->required = f->mode == MODE_REQUIRED;
	c->reads_text = f->type != TYPE_STRING && f->type != TYPE_JSON;
	c->cast = cast_find(f->type);
	c->take = f->mode == MODE_REPEATED ? write_array : write_value;
	make_cleans(plan, c);
	make_times(plan, c);
	if (f->type == TYPE_RECORD) {
		inside = join(c->path, (struct span){"", 0}, ".");
		c->shape = make_shape(plan, f->fields, f->n, inside);
	}
	make_default(plan, c);
}

static struct shape *make_shape(
    struct plan *plan, const struct contract_field *fields, size_t n, struct span path)
{
	struct shape *shape = mem_alloc(sizeof *shape);

	shape->next = plan->shapes;
	plan->shapes = shape;
	shape->keys.path = path;
	shape->keys.base = path.n;
	shape->keys.used = &shape->used;
	shape->columns = mem_alloc((n + 1) * sizeof *shape->columns);
	for (; shape->n < n; shape->n++) {
		shape->columns[shape->n].field = &fields[shape->n];
		make_column(plan, shape, &shape->columns[shape->n], path);
	}
	shape->slots = mem_alloc((shape->n_slots + 1) * sizeof *shape->slots);
	return shape;
}

struct plan *plan_make(const struct contract *c, enum unknown unknown, size_t max_line)
{
	struct plan *plan = mem_alloc(sizeof *plan);

	plan->file = c->path;
	plan->unknown = unknown;
	buf_init(&plan->half[0], max_line * 3 + CONTRACT_MAX_BYTES);
	buf_init(&plan->half[1], max_line * 3 + CONTRACT_MAX_BYTES);
	buf_init(&plan->path, max_line * 3 + CONTRACT_MAX_BYTES);
	buf_init(&plan->items, max_line * 6 + CONTRACT_MAX_BYTES);
	plan->row = make_shape(plan, c->fields, c->n, span_of(mem_text("")));
	for (struct level *l = plan->levels; l; l = l->next)
		for (struct level *up = l; up->above; up = up->above)
			l->captured |= up->owner->slot >= 0;
	return plan;
}

static void declare(
    struct infer *in, struct infer_node *node, const struct contract_field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++)
		declare(in, infer_declare(in, node, fields[i].name), fields[i].fields, fields[i].n);
}

void plan_grow(struct plan *plan, const struct contract *c)
{
	plan->growth = mem_alloc(sizeof *plan->growth);
	infer_init(plan->growth, &(struct infer_options){.strings = INFER_TEXTS});
	declare(plan->growth, &plan->growth->root, c->fields, c->n);
}

static void free_shape(struct shape *shape)
{
	for (struct column *c = shape->columns; c < shape->columns + shape->n; c++) {
		free_span(c->path);
		free_span(c->key);
		free_span(c->absent);
		cleans_free(&c->cleans);
		times_free(&c->times);
	}
	level_clear(&shape->keys);
	level_clear(&shape->used);
	free_span(shape->keys.path);
	free(shape->columns);
	free(shape->slots);
	free(shape->extras);
	free(shape);
}

void plan_free(struct plan *plan)
{
	struct shape *shape;
	struct level *level;
	struct zone *zone;

	if (!plan)
		return;
	while ((shape = plan->shapes)) {
		plan->shapes = shape->next;
		free_shape(shape);
	}
	while ((level = plan->levels)) {
		plan->levels = level->next;
		if (level->owner)
			free_span(level->path);
		level_clear(level);
		free(level);
	}
	while ((zone = plan->zones)) {
		plan->zones = zone->next;
		zone_free(zone);
		free(zone);
	}
	buf_free(&plan->half[0]);
	buf_free(&plan->half[1]);
	null_counts_free(&plan->nulls);
	if (plan->growth)
		infer_free(plan->growth);
	free(plan->growth);
	buf_free(&plan->path);
	buf_free(&plan->items);
	free(plan);
}
