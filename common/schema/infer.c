#include "schema/infer.h"

#include "base/mem.h"
#include "json/jstr.h"
#include "schema/column_name.h"
#include "schema/infer_bind.h"
#include "schema/reading.h"

#include <stdlib.h>

/* Positions worth remembering; further keys are looked up. */
enum { POSITIONS_MAX = 16384 };

void infer_init(struct infer *in, const struct infer_options *options)
{
	*in = (struct infer){.options = *options};
	buf_init(&in->scratch, SIZE_MAX);
}

/* ---- fields ---- */

static struct span name_of(const void *owner, size_t i)
{
	const struct infer_node *node = owner;

	return node->fields[i]->name;
}

static void free_fields(struct infer *in, struct infer_node *node)
{
	for (size_t i = 0; i < node->n; i++) {
		struct infer_node *field = node->fields[i];

		free_fields(in, field);
		if (!field->declared) {
			in->names--;
			in->bytes -= field->name.n;
			if (in->newest.p == field->name.p)
				in->newest = SPAN("");
		}
		free((void *)(uintptr_t)field->name.p);
		free(field);
	}
	free(node->fields);
	free(node->last);
	if (node->cap)
		map_free(&node->map);
	node->fields = NULL;
	node->last = NULL;
	node->n = node->cap = node->n_last = 0;
}

void infer_free(struct infer *in)
{
	free_fields(in, &in->root);
	buf_free(&in->scratch);
	free(in->bound);
	*in = (struct infer){0};
}

static void make_room(const struct infer *in, struct infer_node *above)
{
	if (above->n < above->cap)
		return;
	if (!above->cap)
		(in->options.caseless ? map_init_caseless : map_init)(&above->map, name_of, above);
	above->cap = above->cap ? above->cap * 2 : 8;
	above->fields = mem_resize(above->fields, above->cap, sizeof *above->fields);
}

static struct infer_node *add(const struct infer *in, struct infer_node *above, struct span name)
{
	struct infer_node *field = mem_alloc(sizeof *field);

	make_room(in, above);
	field->name = (struct span){mem_dup(name.p, name.n), name.n};
	above->fields[above->n] = field;
	map_enter(&above->map, field->name, above->n++);
	return field;
}

static size_t look_up(const struct infer_node *above, struct span name)
{
	return above->n > 0 ? map_find(&above->map, name) : MAP_NONE;
}

struct infer_node *infer_declare(struct infer *in, struct infer_node *above, struct span name)
{
	struct infer_node *field = infer_node_find(above, name);

	if (!field) {
		field = add(in, above, name);
		field->declared = true;
	}
	return field;
}

static void remember(struct infer_node *above, size_t position, size_t at)
{
	if (position >= above->n_last) {
		size_t n = above->n_last ? above->n_last * 2 : 16;

		if (position >= POSITIONS_MAX)
			return;
		while (n <= position)
			n *= 2;
		above->last = mem_resize(above->last, n, sizeof *above->last);
		for (size_t i = above->n_last; i < n; i++)
			above->last[i] = MAP_NONE;
		above->n_last = n;
	}
	above->last[position] = at;
}

static bool fail(struct infer *in, struct span name, const char *why)
{
	in->bad = name;
	in->why = why;
	return false;
}

/* A new field. NULL: in->why. */
static struct infer_node *learn(struct infer *in, struct infer_node *above, struct span name)
{
	const char *why = in->options.final ? column_name_check(name) : NULL;
	struct infer_node *field;

	if (!why && (in->names == INFER_NAMES_MAX || name.n > INFER_BYTES_MAX - in->bytes))
		why = "too many unknown fields";
	if (why) {
		fail(in, name, why);
		return NULL;
	}
	in->names++;
	in->bytes += name.n;
	field = add(in, above, name);
	in->newest = field->name;
	return field;
}

/* The field that stood at `position` last, if it has that name. */
static inline struct infer_node *guess(
    const struct infer_node *above, size_t position, struct span name)
{
	size_t at = position < above->n_last ? above->last[position] : MAP_NONE;

	return at != MAP_NONE && span_eq(above->fields[at]->name, name) ? above->fields[at] : NULL;
}

/* The field of that name, which stands at `position` of its object. NULL: in->why. */
static struct infer_node *field_of(
    struct infer *in, struct infer_node *above, size_t position, struct span name)
{
	struct infer_node *field = guess(above, position, name);
	size_t at;

	if (field)
		return field;
	at = look_up(above, name);
	if (at == MAP_NONE)
		return learn(in, above, name);
	remember(above, position, at);
	return above->fields[at];
}

/* ---- values ---- */

static inline bool take(struct infer *in, struct infer_node *node, struct span raw, unsigned depth);

static bool meet(struct infer *in, struct infer_node *above, uint64_t object, size_t position,
    struct span name, struct span raw, unsigned depth)
{
	struct infer_node *node = field_of(in, above, position, name);

	if (!node)
		return false;
	if (in->options.caseless && node->object == object)
		return fail(in, name, "stands twice, in upper and lower case");
	node->object = object;
	return take(in, node, raw, depth);
}

/* An object that can be no RECORD. */
static bool give_up(struct infer *in, struct infer_node *node)
{
	node->odd = true;
	in->layout = 0;
	free_fields(in, node);
	return true;
}

/* As far as this key is concerned, can the object be a RECORD? */
static bool may_be_field(const struct infer *in, const struct infer_node *node, size_t position,
    struct span name, uint64_t object)
{
	const struct infer_node *field = guess(node, position, name);

	if (!field)
		field = infer_node_find(node, name);
	if (!field)
		return node->n < INFER_KEYS_MAX && !(in->options.final && column_name_check(name));
	return !in->options.caseless || field->object != object;
}

static bool see_members(
    struct infer *in, struct infer_node *node, struct span object, unsigned depth)
{
	struct span name, value;
	uint64_t serial = ++in->object;

	for (size_t at = 0; scan_member(&object, &name, &value); at++) {
		buf_clear(&in->scratch);
		name = jstr_name(name, &in->scratch);
		if (depth > 0 && !node->declared && !may_be_field(in, node, at, name, serial))
			return give_up(in, node);
		if (!meet(in, node, serial, at, name, value, depth + 1))
			return false;
	}
	return true;
}

/* Only what a RECORD brings beyond its own fields matters. */
static bool see_declared(struct infer *in, struct infer_node *node, struct span raw, unsigned depth)
{
	enum json type = node->n > 0 ? scan_type(raw) : JSON_NULL;
	struct span item;

	if (type == JSON_OBJECT)
		return see_members(in, node, raw, depth);
	while (type == JSON_ARRAY && scan_item(&raw, &item))
		if (scan_type(item) == JSON_OBJECT && !see_members(in, node, item, depth))
			return false;
	return true;
}

static bool see_object(
    struct infer *in, struct infer_node *node, struct span object, unsigned depth)
{
	node->objects++;
	if (depth == INFER_DEPTH_MAX)
		give_up(in, node);
	return node->odd || see_members(in, node, object, depth);
}

static void see_plain(
    const struct infer *in, struct infer_node *node, struct span raw, enum json type, bool inside)
{
	unsigned bits = READING_BIT(READING_BOOL) | READING_BIT(READING_STRING);
	bool doubtful = false;
	struct span text;

	if (type == JSON_STRING && in->options.strings == INFER_TEXTS && raw.n > 2 &&
	    (unsigned char)raw.p[1] > ' ') {
		bits = READING_BIT(READING_STRING);
	} else if (type == JSON_STRING) {
		text = span_trim((struct span){raw.p + 1, raw.n - 2});
		bits = READING_BIT(READING_STRING);
		if (text.n == 0) {
			node->blanks += !inside;
			node->text = true;
			if (inside || in->options.strings == INFER_GENEROUS)
				node->closed |= READING_ALL & ~bits;
			return;
		}
		if (text.n + 2 == raw.n)
			bits = reading_text(
			    text, &in->options, READING_ALL & ~node->closed, &doubtful);
		node->doubtful |= doubtful;
	} else if (type == JSON_NUMBER) {
		node->numbers = true;
		bits = reading_number(raw, in->options.strings);
	}
	node->plain = true;
	node->closed |= READING_ALL & ~bits;
}

static bool see(
    struct infer *in, struct infer_node *node, struct span raw, bool inside, unsigned depth)
{
	enum json type = scan_type(raw);
	struct span item;

	node->single |= !inside && type != JSON_ARRAY && type != JSON_NULL;
	switch (type) {
	case JSON_NULL:
		node->nulls += !inside;
		node->odd |= inside;
		return true;
	case JSON_ARRAY:
		node->odd |= inside;
		node->array = true;
		while (!node->odd && scan_item(&raw, &item))
			if (!see(in, node, item, true, depth))
				return false;
		return true;
	case JSON_OBJECT: return see_object(in, node, raw, depth);
	default: see_plain(in, node, raw, type, inside); return true;
	}
}

static inline bool take(struct infer *in, struct infer_node *node, struct span raw, unsigned depth)
{
	node->met++;
	return node->declared ? see_declared(in, node, raw, depth)
	                      : see(in, node, raw, false, depth);
}

bool infer_object(struct infer *in, struct span object)
{
	return see_members(in, &in->root, object, 0);
}

struct infer_node *infer_top(struct infer *in, struct span name)
{
	struct infer_node *node = infer_node_find(&in->root, name);

	return node ? node : learn(in, &in->root, name);
}

bool infer_value(struct infer *in, struct infer_node *top, struct span raw)
{
	return take(in, top, raw, 1);
}

/* The row in hand, after infer_bind. */
static bool see_bound(struct infer *in, const struct layout *layout)
{
	for (size_t i = 0; i < in->n_bound; i++) {
		const struct infer_bound *b = &in->bound[i];

		if (layout_has(layout, b->member) &&
		    !take(in, b->node, layout_value(layout, b->member), b->depth))
			return false;
	}
	return true;
}

bool infer_row(struct infer *in, const struct row *row)
{
	const struct layout *layout = row_layout(row);
	uint64_t serial = ++in->object;

	if (layout)
		return infer_bind(in, layout)
		           ? see_bound(in, layout)
		           : infer_object(in, layout_value(layout, layout->members));
	for (size_t at = 0; at < row->n; at++) {
		const struct field *f = &row->fields[at];
		struct span name = f->name;

		if (!f->plain) {
			buf_clear(&in->scratch);
			name = jstr_name(f->name, &in->scratch);
		}
		if (!meet(in, &in->root, serial, at, name, f->value, 1))
			return false;
	}
	return true;
}

/* ---- judging ---- */

struct infer_verdict infer_verdict(const struct infer_node *node)
{
	struct infer_verdict v = {.type = TYPE_JSON,
	    .decided = node->plain || node->objects > 0 || node->text || node->odd};
	unsigned open = READING_ALL & ~node->closed;
	enum reading reading = READING_STRING;

	if (node->doubtful && !node->numbers)
		open &= ~READING_NUMBERS;
	if (node->plain)
		reading = reading_choose(open);
	if (!node->odd && !(node->array && (node->single || !v.decided)) &&
	    !(node->objects && (node->plain || node->n == 0)) &&
	    !(node->objects && node->array && node->text)) {
		v.type = node->objects ? TYPE_RECORD : reading_type(reading);
		if (!node->objects && reading >= READING_TIMES && reading < READING_STRING)
			v.format = reading_times[reading - READING_TIMES].format;
		v.repeated = node->array;
	}
	v.filled = v.decided && !v.repeated && node->nulls == 0 &&
	           (node->blanks == 0 || v.type == TYPE_STRING || v.type == TYPE_JSON);
	return v;
}

static void settle(struct infer *in, struct infer_node *node)
{
	for (size_t i = 0; i < node->n; i++) {
		if (!node->fields[i]->declared && infer_verdict(node->fields[i]).type == TYPE_JSON)
			give_up(in, node->fields[i]);
		settle(in, node->fields[i]);
	}
}

void infer_settle(struct infer *in)
{
	settle(in, &in->root);
}
