#include "contract_write.h"

#include "base/mem.h"
#include "json/jstr.h"
#include "schema/column_name.h"
#include "unknown.h"

#include <stdlib.h>

struct writer {
	struct buf *b;
	struct span indent; /* before each field; absent: all on one line */
	bool whole;         /* --infer: the fields have the names of the rows, */
	bool required;      /* and those that all have are REQUIRED */
	struct buf lower;
};

static void new_line(const struct writer *w)
{
	if (w->indent.p) {
		buf_addc(w->b, '\n');
		buf_addspan(w->b, w->indent);
	} else {
		buf_addc(w->b, ' ');
	}
}

/* The key of the input whose values a field was inferred from; its objects are those of `level`. */
static const struct level_key *key_of(
    struct writer *w, const struct level *level, const struct infer_node *field)
{
	const struct level_key *key;

	if (w->whole)
		return level_look_up(level, field->name);
	buf_clear(&w->lower);
	column_name_fold(&w->lower, field->name);
	key = level_look_up(level->used, buf_span(&w->lower));
	return key ? key->written : NULL;
}

/* ---- from ---- */

/* The keys that lead to `key` from the object its RECORD is read from, at the end of `path`. */
static size_t find_path(const struct level_key *key, struct span path[SCAN_DEPTH_MAX])
{
	size_t at = SCAN_DEPTH_MAX;

	path[--at] = key->name;
	for (const struct level *level = key->level; level->owner && at > 0; level = level->above)
		path[--at] = level->owner->name;
	return at;
}

static void write_from(struct buf *b, const struct level_key *key)
{
	struct span path[SCAN_DEPTH_MAX];
	size_t first = find_path(key, path);
	struct buf dotted;
	bool list = false;

	if (first == SCAN_DEPTH_MAX - 1 && span_eq(key->name, key->safe))
		return;
	for (size_t i = first; i < SCAN_DEPTH_MAX; i++)
		list |= path[i].n == 0 || memchr(path[i].p, '.', path[i].n);
	buf_adds(b, list ? ", \"from\": [" : ", \"from\": ");
	buf_init(&dotted, CONTRACT_MAX_BYTES);
	for (size_t i = first; i < SCAN_DEPTH_MAX; i++) {
		buf_adds(list ? b : &dotted, i == first ? "" : list ? ", " : ".");
		if (list)
			jstr_quote(b, path[i]);
		else
			buf_addspan(&dotted, path[i]);
	}
	if (list)
		buf_addc(b, ']');
	else
		jstr_quote(b, buf_span(&dotted));
	buf_free(&dotted);
}

/* ---- fields ---- */

static void write_fields(struct writer *w, const struct level *level, const struct infer_node *node,
    uint64_t objects, unsigned depth);

static void write_count(
    struct writer *w, const struct infer_node *field, uint64_t objects, unsigned depth)
{
	buf_addf(w->b, ", \"description\": \"in %ju of %ju %s", (uintmax_t)field->met,
	    (uintmax_t)objects, depth == 1 ? "rows" : "objects");
	if (field->nulls > 0)
		buf_addf(w->b, ", null in %ju", (uintmax_t)field->nulls);
	if (field->blanks > 0)
		buf_addf(w->b, ", empty in %ju", (uintmax_t)field->blanks);
	buf_addc(w->b, '"');
}

static void write_nested(
    struct writer *w, const struct level_key *key, const struct infer_node *field, unsigned depth)
{
	struct span outer = w->indent;
	char *inner = mem_format("%.*s  ", SPAN_ARG(outer));

	buf_adds(w->b, ", \"fields\": [");
	w->indent = outer.p ? span_of(inner) : outer;
	write_fields(w, key->below, field, field->objects, depth + 1);
	w->indent = outer;
	free(inner);
	buf_adds(w->b, "]");
}

/* One of the fields of objects, which were so many. */
static void write_field(struct writer *w, const struct level_key *key,
    const struct infer_node *field, uint64_t objects, unsigned depth)
{
	struct infer_verdict v = infer_verdict(field);

	buf_adds(w->b, "{\"name\": ");
	jstr_quote(w->b, key->safe);
	buf_addf(w->b, ", \"type\": \"%s\"", type_name(v.type));
	if (v.repeated)
		buf_adds(w->b, ", \"mode\": \"REPEATED\"");
	else if (w->required && v.filled && field->met == objects)
		buf_adds(w->b, ", \"mode\": \"REQUIRED\"");
	write_from(w->b, key);
	if (v.format)
		buf_addf(w->b, ", \"format\": %s", v.format);
	if (w->whole)
		write_count(w, field, objects, depth);
	if (v.type == TYPE_RECORD)
		write_nested(w, key, field, depth);
	buf_addc(w->b, '}');
}

static void write_fields(struct writer *w, const struct level *level, const struct infer_node *node,
    uint64_t objects, unsigned depth)
{
	for (size_t i = 0; i < node->n; i++) {
		const struct level_key *key = key_of(w, level, node->fields[i]);

		if (i > 0)
			buf_addc(w->b, ',');
		if (i > 0 || w->indent.p)
			new_line(w);
		write_field(w, key, node->fields[i], objects, depth);
	}
}

/* ---- a whole contract ---- */

static bool name_fields(struct cast_plan *plan, struct level *level, const struct infer_node *node)
{
	for (size_t i = 0; i < node->n; i++) {
		const struct infer_node *field = node->fields[i];
		struct level_key *key = unknown_learn(plan, level, field->name);

		if (!key || (field->n > 0 && !name_fields(plan, unknown_inside(plan, key), field)))
			return false;
	}
	return true;
}

bool contract_write_whole(
    struct cast_plan *plan, const struct infer *in, uint64_t rows, bool required, struct buf *b)
{
	struct writer w = {.b = b, .indent = SPAN("    "), .whole = true, .required = required};

	if (!name_fields(plan, &plan->row->keys, &in->root))
		return false;
	buf_adds(b, "{\"fields\": [");
	write_fields(&w, &plan->row->keys, &in->root, rows, 1);
	buf_adds(b, "\n]}");
	return true;
}

/* ---- a contract that grows ---- */

/* Where the next field of a list goes: after the last one, on a line like its own. */
static struct span find_place(struct span text, struct span fields, struct writer *w)
{
	struct span item = {0};
	const char *line;

	while (scan_item(&fields, &item))
		continue;
	for (line = item.p; line > text.p && (line[-1] == ' ' || line[-1] == '\t'); line--)
		continue;
	if (line > text.p && line[-1] == '\n')
		w->indent = (struct span){line, (size_t)(item.p - line)};
	return (struct span){item.p + item.n, 0};
}

/* What the rows brought to the objects of a shape. */
static void add_fields(
    struct writer *w, const struct shape *shape, const struct infer_node *node, unsigned depth)
{
	for (size_t i = 0; i < node->n; i++) {
		const struct infer_node *field = node->fields[i];
		const struct level_key *key =
		    field->declared ? NULL : key_of(w, &shape->keys, field);

		if (!key)
			continue;
		buf_addc(w->b, ',');
		new_line(w);
		write_field(w, key, field, 0, depth);
	}
}

struct growth {
	struct span text, rest; /* the contract's, and what is not written yet */
	struct buf *b;
};

static void add_shape(struct growth *g, const struct shape *shape, const struct infer_node *node,
    struct span fields, unsigned depth)
{
	struct writer w = {.b = g->b};
	struct span place;

	for (const struct plan_column *c = shape->columns; c < shape->columns + shape->n; c++)
		if (c->shape)
			add_shape(g, c->shape, infer_node_find(node, c->field->name),
			    c->field->fields_raw, depth + 1);
	place = find_place(g->text, fields, &w);
	buf_add(g->b, g->rest.p, (size_t)(place.p - g->rest.p));
	g->rest = span_skip(g->rest, (size_t)(place.p - g->rest.p));
	buf_init(&w.lower, COLUMN_NAME_MAX * 4);
	add_fields(&w, shape, node, depth);
	buf_free(&w.lower);
}

void contract_write_grown(const struct cast_plan *plan, const struct contract *c, struct buf *b)
{
	struct span text = contract_text(c);
	struct growth g = {text, text, b};

	add_shape(&g, plan->row, &plan->growth->root, c->fields_raw, 1);
	buf_addspan(b, g.rest);
}
