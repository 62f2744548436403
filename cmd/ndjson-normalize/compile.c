#include "compile.h"

#include "base/mem.h"
#include "cast_number.h"
#include "cast_text.h"
#include "cast_time.h"
#include "unknown.h"
#include "write.h"

/* The cast of each type that a contract may name. */
static cast_fn *const casts[TYPE_COUNT] = {[TYPE_STRING] = cast_text_string,
    [TYPE_BYTES] = cast_text_bytes,
    [TYPE_INT64] = cast_number_int64,
    [TYPE_FLOAT64] = cast_number_float64,
    [TYPE_NUMERIC] = cast_number_numeric,
    [TYPE_BIGNUMERIC] = cast_number_bignumeric,
    [TYPE_BOOL] = cast_text_bool,
    [TYPE_DATE] = cast_time_date,
    [TYPE_TIME] = cast_time_time,
    [TYPE_DATETIME] = cast_time_datetime,
    [TYPE_TIMESTAMP] = cast_time_timestamp,
    [TYPE_JSON] = cast_text_json,
    [TYPE_GEOGRAPHY] = cast_text_geography,
    [TYPE_RECORD] = write_record};

/* One compilation. */
struct compiler {
	struct cast_plan *plan;
	struct error *error;
};

static bool refuse(
    const struct compiler *r, const struct plan_column *c, const char *what, const char *why)
{
	return error_set(r->error, STATUS_CONFIG, "%s:%d: field %.*s: %s%s", r->plan->file,
	    c->field->line, SPAN_ARG(c->path), what, why);
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

/* Finds the slot of the value that a column is made of. Levels are made along its path. */
static bool find_slot(const struct compiler *r, struct shape *shape, struct plan_column *c)
{
	struct texts from = c->field->from;
	struct level *level = &shape->keys;
	struct level_key *key = NULL;

	if (from.n == 0 || from.n > SCAN_DEPTH_MAX)
		return refuse(r, c, "from: ", from.n ? "too long" : "empty");
	for (size_t i = 0; i < from.n; i++) {
		if (i > 0)
			level = go_below(r->plan, shape, level, key);
		key = level_find(level, 0, from.item[i]);
		if (!key)
			key = level_add(level, from.item[i]);
	}
	if (key->slot < 0)
		key->slot = (int)shape->n_slots++;
	c->slot = (size_t)key->slot;
	return true;
}

static bool make_cleans(const struct compiler *r, struct plan_column *c)
{
	const char *why = clean_list_init(&c->cleans, c->field);

	return !why || refuse(r, c, "clean: ", why);
}

static bool make_times(const struct compiler *r, struct plan_column *c)
{
	const struct contract_field *f = c->field;
	const char *why;

	if (!type_can(f->type, TYPE_CALENDAR)) {
		if (f->format_raw.p)
			return refuse(r, c, "format: ", "not for this type");
		return !f->tz.p || refuse(r, c, "tz: ", "is for TIMESTAMP only");
	}
	why = when_init(&c->times, f, &r->plan->zones);
	return !why || refuse(r, c, "", why);
}

/* The default, as it is written. */
static bool cast_default(const struct compiler *r, struct plan_column *c, struct buf *text)
{
	struct plan_cell cell = {
	    .raw = c->field->default_raw, .type = scan_type(c->field->default_raw)};
	struct bad bad = {0};

	r->plan->to.out = text;
	r->plan->to.bad = &bad;
	switch (c->take(&r->plan->to, c, &cell)) {
	case GOT_VALUE: return true;
	case GOT_NULL: return refuse(r, c, "default: ", "is null");
	default: return refuse(r, c, "default: ", bad.reason);
	}
}

/* What is written for a value that is absent or null. */
static bool make_default(const struct compiler *r, struct plan_column *c)
{
	struct buf text;
	bool ok;

	if (!c->field->default_raw.p) {
		if (!c->required)
			c->missing = c->field->mode == MODE_REPEATED ? SPAN("[]") : SPAN("null");
		return true;
	}
	buf_init(&text, CONTRACT_MAX_BYTES * 8);
	ok = cast_default(r, c, &text);
	if (ok)
		c->missing = c->absent = (struct span){mem_dup(text.p, text.n), text.n};
	buf_free(&text);
	return ok;
}

/* NULL where a field is refused. */
static struct shape *make_shape(
    const struct compiler *r, const struct contract_field *fields, size_t n, struct span path);

static bool make_column(
    const struct compiler *r, struct shape *shape, struct plan_column *c, struct span path)
{
	const struct contract_field *f = c->field;

	c->path = join(path, f->name, "");
	c->key = span_of(mem_format(",\"%.*s\":", SPAN_ARG(f->name)));
	if (!unknown_take(&shape->used, f->name, &r->plan->path))
		return refuse(r, c, "", "a second field of that name");
	if (!find_slot(r, shape, c))
		return false;
	c->null_count = null_counts_add(&r->plan->nulls, c->path);
	c->required = f->mode == MODE_REQUIRED;
	c->reads_text = f->type != TYPE_STRING && f->type != TYPE_JSON;
	c->cast = casts[f->type];
	c->take = f->mode == MODE_REPEATED ? write_array : write_value;
	if (!make_cleans(r, c) || !make_times(r, c))
		return false;
	if (f->type == TYPE_RECORD)
		c->shape = make_shape(r, f->fields, f->n, join(c->path, SPAN(""), "."));
	return (f->type != TYPE_RECORD || c->shape) && make_default(r, c);
}

static struct shape *make_shape(
    const struct compiler *r, const struct contract_field *fields, size_t n, struct span path)
{
	struct shape *shape = mem_alloc(sizeof *shape);

	shape->next = r->plan->shapes;
	r->plan->shapes = shape;
	shape->keys.path = path;
	shape->keys.base = path.n;
	shape->keys.used = &shape->used;
	shape->columns = mem_alloc((n + 1) * sizeof *shape->columns);
	for (size_t i = 0; i < n; i++) {
		shape->columns[i].field = &fields[i];
		shape->n++;
		if (!make_column(r, shape, &shape->columns[i], path))
			return NULL;
	}
	shape->slots = mem_alloc((shape->n_slots + 1) * sizeof *shape->slots);
	return shape;
}

struct cast_plan *compile_plan(
    const struct contract *c, enum unknown unknown, size_t max_line, struct error *error)
{
	struct cast_plan *plan = plan_open(unknown, max_line);

	plan->file = c->path;
	plan->row =
	    make_shape(&(struct compiler){plan, error}, c->fields, c->n, span_of(mem_text("")));
	if (!plan->row) {
		plan_free(plan);
		return NULL;
	}
	for (struct level *l = plan->levels; l; l = l->next)
		for (struct level *up = l; up->above; up = up->above)
			l->captured |= up->owner->slot >= 0;
	return plan;
}
