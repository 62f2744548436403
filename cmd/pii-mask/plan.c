#include "plan.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

struct maker {
	struct plan *plan;
	const struct contract *contract;
	char *why;
};

static bool refuse(
    const struct maker *m, const struct contract_field *f, struct span domain, const char *rule)
{
	snprintf(m->why, CONTRACT_WHY, "%s:%d: field %.*s: %s", m->contract->path, f->line,
	    SPAN_ARG(domain), rule);
	return false;
}

static bool read_action(struct maker *m, const struct contract_field *f, struct plan_field *p)
{
	if (!f->pii.p)
		return refuse(m, f, p->domain, "pii must be a string");
	if (f->pii_raw.n > 0 && *f->pii_raw.p == '{')
		return refuse(
		    m, f, p->domain, "options of a pii action are not supported in this version");
	if (span_eq(f->pii, SPAN("drop")))
		p->action = ACTION_DROP;
	else if (span_eq(f->pii, SPAN("mask")))
		p->action = ACTION_MASK;
	else if (span_eq(f->pii, SPAN("hmac")))
		p->action = ACTION_HMAC;
	else
		return refuse(m, f, p->domain,
		    "this pii action is not supported in this version (drop, mask and hmac are)");
	if (p->action != ACTION_DROP && (f->type == TYPE_RECORD || f->type == TYPE_BOOL))
		return refuse(m, f, p->domain,
		    "mask and hmac cannot be done to a RECORD or a BOOL (drop it, or give the "
		    "record's own fields a pii)");
	m->plan->needs_key |= p->action == ACTION_HMAC;
	return true;
}

static int plan_order(struct span a, struct span b)
{
	if (a.n != b.n)
		return a.n < b.n ? -1 : 1;
	return strncasecmp(a.p, b.p, a.n);
}

static int by_name(const void *a, const void *b)
{
	const struct plan_field *left = a, *right = b;

	return plan_order(left->name, right->name);
}

static char *dotted(struct span above, struct span name)
{
	if (!above.p)
		return mem_dup(name.p, name.n);
	return mem_format("%.*s.%.*s", SPAN_ARG(above), SPAN_ARG(name));
}

static void level_free(struct plan_level *level)
{
	for (size_t i = 0; i < level->n; i++) {
		level_free(&level->fields[i].level);
		free(level->fields[i].path);
	}
	free(level->fields);
	*level = (struct plan_level){0};
}

static bool level_make(struct maker *m, const struct contract_field *fields, size_t n,
    struct span above, struct plan_level *level)
{
	level->fields = mem_alloc((n ? n : 1) * sizeof *level->fields);
	for (size_t i = 0; i < n; i++) {
		const struct contract_field *f = &fields[i];
		struct plan_field *p = &level->fields[level->n++];

		p->name = f->name;
		p->path = dotted(above, f->name);
		p->domain = span_of(p->path);
		p->repeated = f->mode == MODE_REPEATED;
		if (f->pii_raw.p) {
			if (!read_action(m, f, p))
				return false;
		} else if (!level_make(m, f->fields, f->n, p->domain, &p->level)) {
			return false;
		} else if (p->level.n == 0) {
			free(p->path);
			level_free(&p->level);
			*p = (struct plan_field){0};
			level->n--;
		}
	}
	qsort(level->fields, level->n, sizeof *level->fields, by_name);
	return true;
}

bool plan_make(struct plan *plan, const struct contract *contract, char why[CONTRACT_WHY])
{
	struct maker m = {.plan = plan, .contract = contract, .why = why};

	*plan = (struct plan){0};
	if (level_make(&m, contract->fields, contract->n, (struct span){0}, &plan->top))
		return true;
	plan_free(plan);
	return false;
}

const struct plan_field *plan_find(const struct plan_level *level, struct span name)
{
	size_t low = 0, high = level->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = plan_order(name, level->fields[middle].name);

		if (order == 0)
			return &level->fields[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

void plan_free(struct plan *plan)
{
	level_free(&plan->top);
}
