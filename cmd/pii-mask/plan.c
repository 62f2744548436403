#include "plan.h"

#include "base/mem.h"
#include "rule_read.h"

#include <stdlib.h>
#include <strings.h>

struct plan_maker {
	struct plan *plan;
	struct contract *contract;
	bool reveal;
};

static int plan_order(struct span a, struct span b)
{
	if (a.n != b.n)
		return a.n < b.n ? -1 : 1;
	return memcmp(a.p, b.p, a.n) == 0 ? 0 : strncasecmp(a.p, b.p, a.n);
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

static void level_free(struct plan_level *level);

static void field_free(struct plan_field *p)
{
	level_free(&p->level);
	free(p->owned);
	free(p->seen);
	*p = (struct plan_field){0};
}

static void level_free(struct plan_level *level)
{
	for (size_t i = 0; i < level->n; i++)
		field_free(&level->fields[i]);
	free(level->fields);
	*level = (struct plan_level){0};
}

static bool level_make(struct plan_maker *m, const struct contract_field *fields, size_t n,
    struct span above, struct plan_level *level);

/* A field without a rule of its own counts only for what is in it, or when all must be known. */
static bool field_make(struct plan_maker *m, const struct contract_field *f, struct plan_field *p)
{
	if (!f->pii.p) {
		p->rule.does = f->type == TYPE_RECORD ? RULE_WALK : RULE_PASS;
		return level_make(m, f->fields, f->n, p->path, &p->level);
	}
	if (!rule_read(m->contract, f, p->path, m->reveal, &p->rule))
		return false;
	m->plan->needs_key |= p->rule.needs_key;
	m->plan->needs_siv |= p->rule.needs_siv;
	m->plan->rules += p->rule.does != RULE_PASS;
	return true;
}

static bool is_idle(const struct plan_maker *m, const struct plan_field *p)
{
	return !m->plan->strict &&
	       (p->rule.does == RULE_PASS || (p->rule.does == RULE_WALK && p->level.n == 0));
}

static bool level_make(struct plan_maker *m, const struct contract_field *fields, size_t n,
    struct span above, struct plan_level *level)
{
	level->fields = mem_alloc((n ? n : 1) * sizeof *level->fields);
	for (size_t i = 0; i < n; i++) {
		const struct contract_field *f = &fields[i];
		struct plan_field *p = &level->fields[level->n++];

		p->name = f->name;
		p->owned = dotted(above, f->name);
		p->path = span_of(p->owned);
		p->seen = mem_alloc(sizeof *p->seen);
		p->type = f->type;
		p->repeated = f->mode == MODE_REPEATED;
		if (!field_make(m, f, p))
			return false;
		if (is_idle(m, p)) {
			field_free(p);
			level->n--;
		} else {
			level->lengths |= UINT64_C(1) << p->name.n % 64;
		}
	}
	qsort(level->fields, level->n, sizeof *level->fields, by_name);
	return true;
}

bool plan_make(struct plan *plan, struct contract *contract, const struct plan_options *options,
    struct error *error)
{
	struct plan_maker m = {.plan = plan, .contract = contract, .reveal = options->reveal};

	*plan = (struct plan){.strict = options->strict, .hashed = options->hashed};
	contract->doc.error = error;
	if (level_make(&m, contract->fields, contract->n, (struct span){0}, &plan->top))
		return true;
	plan_free(plan);
	return false;
}

static void level_bind(struct plan_level *level, const struct keys *keys)
{
	for (size_t i = 0; i < level->n; i++) {
		struct plan_field *p = &level->fields[i];

		if (p->rule.bind)
			p->rule.bind(&p->rule, keys);
		level_bind(&p->level, keys);
	}
}

void plan_bind(struct plan *plan, const struct keys *keys)
{
	if (plan->needs_key)
		level_bind(&plan->top, keys);
}

void plan_unseen(const struct plan_level *level, void (*tell)(const struct plan_field *p))
{
	for (size_t i = 0; i < level->n; i++) {
		const struct plan_field *p = &level->fields[i];

		if (!*p->seen && p->rule.does >= RULE_DROP)
			tell(p);
		plan_unseen(&p->level, tell);
	}
}

const struct plan_field *plan_find(const struct plan_level *level, struct span name)
{
	size_t low = 0, high = level->n;

	if (!(level->lengths >> name.n % 64 & 1))
		return NULL;
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
