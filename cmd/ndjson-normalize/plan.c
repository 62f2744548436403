#include "plan.h"

#include "base/mem.h"

#include <stdlib.h>

struct level *plan_level(struct cast_plan *plan)
{
	struct level *level = mem_alloc(sizeof *level);

	level->path = (struct span){"", 0};
	level->next = plan->levels;
	plan->levels = level;
	return level;
}

struct cast_plan *plan_open(enum unknown unknown, size_t max_line)
{
	struct cast_plan *plan = mem_alloc(sizeof *plan);

	plan->unknown = unknown;
	plan->to.plan = plan;
	buf_init(&plan->to.half[0], max_line * 3 + CONTRACT_MAX_BYTES);
	buf_init(&plan->to.half[1], max_line * 3 + CONTRACT_MAX_BYTES);
	buf_init(&plan->path, max_line * 3 + CONTRACT_MAX_BYTES);
	buf_init(&plan->to.items, max_line * 6 + CONTRACT_MAX_BYTES);
	return plan;
}

static void declare(
    struct infer *in, struct infer_node *node, const struct contract_field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++)
		declare(in, infer_declare(in, node, fields[i].name), fields[i].fields, fields[i].n);
}

void plan_grow(struct cast_plan *plan, const struct contract *c)
{
	plan->growth = mem_alloc(sizeof *plan->growth);
	infer_init(plan->growth, &(struct infer_options){.strings = INFER_TEXTS});
	declare(plan->growth, &plan->growth->root, c->fields, c->n);
}

static void free_span(struct span s)
{
	free((void *)(uintptr_t)s.p);
}

static void free_shape(struct shape *shape)
{
	for (struct plan_column *c = shape->columns; c < shape->columns + shape->n; c++) {
		free_span(c->path);
		free_span(c->key);
		free_span(c->absent);
		clean_list_free(&c->cleans);
		when_free(&c->times);
	}
	level_clear(&shape->keys);
	level_clear(&shape->used);
	free_span(shape->keys.path);
	free(shape->columns);
	free(shape->slots);
	free(shape->extras);
	free(shape);
}

void plan_free(struct cast_plan *plan)
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
	buf_free(&plan->to.half[0]);
	buf_free(&plan->to.half[1]);
	null_counts_free(&plan->nulls);
	if (plan->growth)
		infer_free(plan->growth);
	free(plan->growth);
	buf_free(&plan->path);
	buf_free(&plan->to.items);
	free(plan);
}
