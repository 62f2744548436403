#include "compile.h"

#include "base/die.h"
#include "base/mem.h"
#include "cast.h"
#include "unknown.h"
#include "write.h"

/* The cast of each type that a contract may name. */
static cast_fn *const casts[TYPE_COUNT] = {[TYPE_STRING] = cast_string,
    [TYPE_BYTES] = cast_bytes,
    [TYPE_INT64] = cast_int64,
    [TYPE_FLOAT64] = cast_float64,
    [TYPE_NUMERIC] = cast_numeric,
    [TYPE_BIGNUMERIC] = cast_bignumeric,
    [TYPE_BOOL] = cast_bool,
    [TYPE_DATE] = cast_date,
    [TYPE_TIME] = cast_time,
    [TYPE_DATETIME] = cast_datetime,
    [TYPE_TIMESTAMP] = cast_timestamp,
    [TYPE_JSON] = cast_json,
    [TYPE_GEOGRAPHY] = cast_geography,
    [TYPE_RECORD] = write_record};

_Noreturn static void refuse(
    const struct cast_plan *plan, const struct plan_column *c, const char *what, const char *why)
{
	die(STATUS_CONFIG, "%s:%d: field %.*s: %s%s", plan->file, c->field->line, SPAN_ARG(c->path),
	    what, why);
}

static struct span join(struct span a, struct span b, const char *end)
{
	char *text = mem_format("%.*s%.*s%s", SPAN_ARG(a), SPAN_ARG(b), end);

	return span_of(text);
}

/* The level of the keys in the objects of `key`, which stands in `above`. */
static struct level *go_below(
    struct cast_plan *plan, struct shape *shape, struct level *above, struct level_key *key)
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
static size_t find_slot(struct cast_plan *plan, struct shape *shape, const struct plan_column *c)
{
	struct texts from = c->field->from;
	struct level *level = &shape->keys;
	struct level_key *key = NULL;

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

static void make_cleans(struct cast_plan *plan, struct plan_column *c)
{
	const char *why = clean_list_init(&c->cleans, c->field);

	if (why)
		refuse(plan, c, "clean: ", why);
}

static void make_times(struct cast_plan *plan, struct plan_column *c)
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
static void make_default(struct cast_plan *plan, struct plan_column *c)
{
	struct plan_cell cell = {.raw = c->field->default_raw};
	struct bad bad = {0};
	struct buf text;

	if (!cell.raw.p) {
		if (!c->required)
			c->missing = c->field->mode == MODE_REPEATED ? SPAN("[]") : SPAN("null");
		return;
	}
	buf_init(&text, CONTRACT_MAX_BYTES * 8);
	cell.type = scan_type(cell.raw);
	plan->to.out = &text;
	plan->to.bad = &bad;
	switch (c->take(&plan->to, c, &cell)) {
	case GOT_VALUE: break;
	case GOT_NULL: refuse(plan, c, "default: ", "is null");
	default: refuse(plan, c, "default: ", bad.reason);
	}
	c->missing = c->absent = (struct span){mem_dup(text.p, text.n), text.n};
	buf_free(&text);
}

static struct shape *make_shape(
    struct cast_plan *plan, const struct contract_field *fields, size_t n, struct span path);

static void make_column(
    struct cast_plan *plan, struct shape *shape, struct plan_column *c, struct span path)
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
	c->cast = casts[f->type];
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
    struct cast_plan *plan, const struct contract_field *fields, size_t n, struct span path)
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

struct cast_plan *compile_plan(const struct contract *c, enum unknown unknown, size_t max_line)
{
	struct cast_plan *plan = plan_open(unknown, max_line);

	plan->file = c->path;
	plan->row = make_shape(plan, c->fields, c->n, span_of(mem_text("")));
	for (struct level *l = plan->levels; l; l = l->next)
		for (struct level *up = l; up->above; up = up->above)
			l->captured |= up->owner->slot >= 0;
	return plan;
}
