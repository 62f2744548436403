#include "write.h"

#include "layout_bind.h"
#include "json/jstr.h"
#include "unknown.h"

/* Strings, and numbers and Booleans that a step is for: after its clean list, and trimmed. */
static enum got read_text(
    struct plan_target *to, const struct plan_column *c, struct plan_cell *value)
{
	enum got got = cast_clean(to, c, value, c->cleans.first, c->cleans.n, &value->text);

	if (got != GOT_VALUE)
		return got;
	value->text = span_trim(value->text);
	if (value->text.p != value->raw.p)
		value->type = JSON_STRING;
	return value->text.n > 0 ? GOT_VALUE : GOT_NULL;
}

enum got write_value(
    struct plan_target *to, const struct plan_column *c, const struct plan_cell *cell)
{
	struct plan_cell value = *cell;
	enum got got;

	if (cell->type == JSON_NULL)
		return GOT_NULL;
	value.text = cell->raw;
	if (c->reads_text &&
	    (cell->type == JSON_STRING || (c->cleans.all && cell->type < JSON_STRING))) {
		got = read_text(to, c, &value);
		if (got != GOT_VALUE)
			return got;
	}
	return c->cast(to, c, &value);
}

/* `lenient`: what counts as null is left out, not refused. */
static enum got write_items(
    struct plan_target *to, const struct plan_column *c, struct span array, bool lenient)
{
	struct span item;
	const char *comma = "[";
	enum got got;

	while (scan_item(&array, &item)) {
		struct plan_cell one = {.raw = item, .type = scan_type(item)};
		size_t before = to->out->n;

		plan_put(to->out, comma, 1);
		got = write_value(to, c, &one);
		if (got == GOT_NULL && lenient) {
			to->out->n = before;
			continue;
		}
		if (got == GOT_NULL)
			return plan_bad(to, "null in an array");
		if (got != GOT_VALUE)
			return got;
		comma = ",";
	}
	if (*comma == '[')
		plan_put(to->out, "[", 1);
	plan_put(to->out, "]", 1);
	return GOT_VALUE;
}

/* Takes the next part off the front of *s; its end is `by`, or the end of the text. */
static struct span take_part(struct span *s, struct span by)
{
	struct span part = {s->p, 0};

	while (part.n < s->n && !span_starts(span_skip(*s, part.n), by))
		part.n++;
	*s = span_skip(*s, part.n < s->n ? part.n + by.n : s->n);
	return part;
}

/* Makes a JSON array of a text's parts, so that its items are as those of any array. */
static enum got write_split(
    struct plan_target *to, const struct plan_column *c, const struct plan_cell *cell)
{
	struct span text, part;
	enum got got = cast_clean(to, c, cell, 0, c->cleans.first, &text);

	if (got != GOT_VALUE)
		return got;
	buf_clear(&to->items);
	while (text.n > 0) {
		part = take_part(&text, c->cleans.split);
		if (part.n == 0)
			continue;
		buf_addc(&to->items, to->items.n ? ',' : '[');
		jstr_quote(&to->items, part);
	}
	if (to->items.n == 0)
		return GOT_NULL;
	buf_addc(&to->items, ']');
	return write_items(to, c, buf_span(&to->items), true);
}

static enum got write_wrapped(
    struct plan_target *to, const struct plan_column *c, const struct plan_cell *cell)
{
	enum got got;

	plan_put(to->out, "[", 1);
	got = write_value(to, c, cell);
	plan_put(to->out, "]", 1);
	return got;
}

enum got write_array(
    struct plan_target *to, const struct plan_column *c, const struct plan_cell *cell)
{
	if (cell->type == JSON_ARRAY)
		return write_items(to, c, cell->raw, false);
	if (cell->type == JSON_NULL)
		return GOT_NULL;
	if (cell->type == JSON_STRING && c->cleans.split.p)
		return write_split(to, c, cell);
	return c->cleans.wrap ? write_wrapped(to, c, cell) : plan_bad(to, "not an array");
}

static enum got walk(struct cast_plan *plan, struct shape *shape, struct level *level,
    const struct plan_cell *object);

/* The value of a key: into its slot, into the level below, or unknown. */
static inline enum got take(struct cast_plan *plan, struct shape *shape, struct level *level,
    struct level_key *key, struct span raw, const struct layout_member *known)
{
	struct plan_cell other, *value = key->slot >= 0 ? &shape->slots[key->slot] : &other;

	if (key->unknown)
		return level->captured ? GOT_VALUE
		                       : unknown_met(plan, shape, level, key, key->name, raw);
	value->raw = raw;
	value->type = scan_type(raw);
	value->known = known;
	if (!key->below)
		return GOT_VALUE;
	if (value->type == JSON_OBJECT)
		return walk(plan, shape, key->below, value);
	if (key->slot >= 0 || value->type == JSON_NULL ||
	    (value->type == JSON_STRING && raw.n == 2))
		return GOT_VALUE;
	if (plan->bad_is_null) {
		null_counts_count(&plan->nulls, key->null_count);
		return GOT_VALUE;
	}
	unknown_name(plan, level, key->name);
	return plan_bad(&plan->to, "not an object");
}

/* A member of an input object, the one `at` that place (from 0). */
static inline enum got meet(struct cast_plan *plan, struct shape *shape, struct level *level,
    size_t at, struct span name, struct span raw)
{
	struct level_key *key = level_find(level, at, name);

	if (key)
		return take(plan, shape, level, key, raw, NULL);
	if (plan->unknown == UNKNOWN_DISCARD_VALUE || level->captured)
		return GOT_VALUE;
	return unknown_met(plan, shape, level, NULL, name, raw);
}

/* The members that matter of an object that the layout knows. */
static enum got walk_bound(struct cast_plan *plan, struct shape *shape, struct level *level)
{
	enum got got = GOT_VALUE;

	for (size_t i = 0; got == GOT_VALUE && i < level->n_bound; i++) {
		const struct bound *b = &level->bound[i];

		if (layout_has(plan->layout, b->member))
			got =
			    take(plan, shape, level, b->key, layout_value(plan->layout, b->member),
			        b->member->object ? b->member : NULL);
	}
	return got;
}

static enum got walk(struct cast_plan *plan, struct shape *shape, struct level *level,
    const struct plan_cell *object)
{
	struct span rest, name, value;
	enum got got = GOT_VALUE;

	if (object->known && layout_bind_level(plan, level, object->known))
		return walk_bound(plan, shape, level);
	rest = object->raw;
	for (size_t at = 0; got == GOT_VALUE && scan_member(&rest, &name, &value); at++)
		got = meet(plan, shape, level, at, jstr_name(name, plan_scratch(&plan->to)), value);
	return got;
}

static enum got walk_row(struct cast_plan *plan, struct shape *shape, const struct row *row)
{
	struct level *level = &shape->keys;
	enum got got = GOT_VALUE;

	plan->layout = row_layout(row);
	if (plan->layout) {
		const struct layout_member *all = plan->layout->members;

		return walk(plan, shape, level,
		    &(struct plan_cell){.raw = layout_value(plan->layout, all), .known = all});
	}
	for (size_t at = 0; got == GOT_VALUE && at < row->n; at++) {
		const struct field *f = &row->fields[at];

		got = meet(plan, shape, level, at,
		    f->plain ? f->name : jstr_name(f->name, plan_scratch(&plan->to)), f->value);
	}
	return got;
}

/* A value that is absent or null. */
static enum got write_missing(
    struct cast_plan *plan, const struct plan_column *c, struct span text, bool *first)
{
	if (!text.p)
		return c->required ? plan_bad(&plan->to, "required") : GOT_VALUE;
	plan_put(plan->to.out, c->key.p + *first, c->key.n - *first);
	plan_put_span(plan->to.out, text);
	*first = false;
	return GOT_VALUE;
}

static inline enum got write_column(
    struct cast_plan *plan, const struct plan_column *c, const struct plan_cell *cell, bool *first)
{
	size_t from = plan->to.out->n;
	enum got got = GOT_NULL;

	if (!cell->raw.p)
		return write_missing(plan, c, c->absent, first);
	plan_put(plan->to.out, c->key.p + *first, c->key.n - *first);
	got = c->take(&plan->to, c, cell);
	if (got == GOT_BAD && plan->bad_is_null && !c->required) {
		plan_forgive(plan, c->null_count);
		got = GOT_NULL;
	}
	if (got != GOT_NULL) {
		*first = false;
		return got;
	}
	plan->to.out->n = from;
	return write_missing(plan, c, c->missing, first);
}

static void begin(struct shape *shape)
{
	memset(shape->slots, 0, shape->n_slots * sizeof *shape->slots);
	shape->n_extras = 0;
}

static enum got write_shape(struct cast_plan *plan, const struct shape *shape)
{
	const struct plan_column *c = shape->columns, *end = c + shape->n;
	enum got got = GOT_VALUE;
	bool first = true;

	plan_put(plan->to.out, "{", 1);
	for (; c < end; c++) {
		got = write_column(plan, c, &shape->slots[c->slot], &first);
		if (got != GOT_VALUE) {
			if (!plan->to.bad->field.p)
				plan->to.bad->field = c->path;
			return got;
		}
	}
	if (shape->n_extras > 0)
		got = unknown_write(plan, shape, first);
	plan_put(plan->to.out, "}", 1);
	return got;
}

enum got write_record(
    struct plan_target *to, const struct plan_column *c, const struct plan_cell *cell)
{
	enum got got;

	if (cell->type != JSON_OBJECT)
		return plan_bad(to, "not an object");
	begin(c->shape);
	got = walk(to->plan, c->shape, &c->shape->keys, cell);
	return got == GOT_VALUE ? write_shape(to->plan, c->shape) : got;
}

/* What the row brought, as it was written from out->p + from on. */
static bool show_growth(struct cast_plan *plan, size_t from)
{
	const struct shape *shape = plan->row;
	const struct buf *out = plan->to.out;

	if (plan->inside)
		return infer_object(plan->growth, span_skip(buf_span(out), from));
	for (size_t i = 0; i < shape->n_extras; i++) {
		const struct extra *e = &shape->extras[i];

		if (!e->key->seen)
			e->key->seen = infer_top(plan->growth, e->key->safe);
		if (!e->key->seen ||
		    !infer_value(plan->growth, e->key->seen, (struct span){out->p + e->from, e->n}))
			return false;
	}
	return true;
}

enum got write_row(struct cast_plan *plan, const struct row *row, struct buf *out, struct bad *bad)
{
	struct shape *shape = plan->row;
	size_t from = out->n;
	enum got got;

	plan->to.out = out;
	plan->to.bad = bad;
	*bad = (struct bad){0};
	null_counts_drop(&plan->nulls);
	plan->inside = false;
	begin(shape);
	got = walk_row(plan, shape, row);
	if (got == GOT_VALUE)
		got = write_shape(plan, shape);
	if (got == GOT_VALUE && plan->growth && !plan->hold && !show_growth(plan, from)) {
		*bad = (struct bad){.field = plan->growth->bad, .reason = plan->growth->why};
		got = GOT_FAILURE;
	}
	return got;
}
