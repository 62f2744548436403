#include "grow.h"

#include "base/mem.h"
#include "json/jstr.h"

#include <stdlib.h>

struct writer {
	struct buf *b;
	struct span indent; /* before each field; absent: all on one line */
	bool counts;        /* --infer: REQUIRED, and how many rows had it */
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

/* ---- from ---- */

/* The keys that lead to `key` from the object its RECORD is read from, at the end of `path`. */
static size_t find_path(
    const struct level *level, const struct key *key, struct span path[SCAN_DEPTH_MAX])
{
	size_t at = SCAN_DEPTH_MAX;

	path[--at] = key->name;
	for (; level->owner && at > 0; level = level->above)
		path[--at] = level->owner->name;
	return at;
}

static void write_from(struct buf *b, const struct level *level, const struct key *key)
{
	struct span path[SCAN_DEPTH_MAX];
	size_t first = find_path(level, key, path);
	struct buf dotted;
	bool list = false;

	if (first == SCAN_DEPTH_MAX - 1 && span_eq(key->name, key->safe))
		return;
	for (size_t i = first; i < SCAN_DEPTH_MAX; i++)
		list |= memchr(path[i].p, '.', path[i].n) != NULL;
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

/* A contract has no way to say that a key is empty. */
static bool is_field(const struct key *key)
{
	return key->unknown && key->seen && key->name.n > 0;
}

static size_t count_fields(const struct level *level)
{
	struct key **keys = level ? level_list(level) : NULL;
	size_t n = 0;

	for (size_t i = 0; keys && keys[i]; i++)
		n += is_field(keys[i]);
	free(keys);
	return n;
}

static void write_fields(
    struct writer *w, const struct level *level, uint64_t objects, unsigned depth);

static void write_count(struct writer *w, const struct seen *s, uint64_t objects, unsigned depth)
{
	buf_addf(w->b, ", \"description\": \"in %ju of %ju %s", (uintmax_t)s->met,
	    (uintmax_t)objects, depth == 1 ? "rows" : "objects");
	if (s->nulls > 0)
		buf_addf(w->b, ", null in %ju", (uintmax_t)s->nulls);
	if (s->blanks > 0)
		buf_addf(w->b, ", empty in %ju", (uintmax_t)s->blanks);
	buf_addc(w->b, '"');
}

/* One of the fields of `level`, whose objects were `objects`. */
static void write_field(struct writer *w, const struct level *level, const struct key *key,
    uint64_t objects, unsigned depth)
{
	const struct seen *s = key->seen;
	bool deeper = depth < CONTRACT_MAX_NESTING;
	struct verdict v = seen_verdict(s, deeper ? count_fields(key->below) : 0);

	buf_adds(w->b, "{\"name\": ");
	jstr_quote(w->b, key->safe);
	buf_addf(w->b, ", \"type\": \"%s\"", type_name(v.type));
	if (v.repeated)
		buf_adds(w->b, ", \"mode\": \"REPEATED\"");
	else if (w->counts && v.filled && s->met == objects)
		buf_adds(w->b, ", \"mode\": \"REQUIRED\"");
	write_from(w->b, level, key);
	if (v.format)
		buf_addf(w->b, ", \"format\": \"%s\"", v.format);
	if (w->counts)
		write_count(w, s, objects, depth);
	if (v.type == TYPE_RECORD) {
		struct span outer = w->indent;
		char *inner = mem_format("%.*s  ", SPAN_ARG(outer));

		buf_adds(w->b, ", \"fields\": [");
		w->indent = outer.p ? span_of(inner) : outer;
		write_fields(w, key->below, s->objects, depth + 1);
		w->indent = outer;
		free(inner);
		buf_adds(w->b, "]");
	}
	buf_addc(w->b, '}');
}

static void write_fields(
    struct writer *w, const struct level *level, uint64_t objects, unsigned depth)
{
	struct key **keys = level_list(level);
	bool first = true;

	for (size_t i = 0; keys[i]; i++) {
		if (!is_field(keys[i]))
			continue;
		if (!first)
			buf_addc(w->b, ',');
		if (!first || w->indent.p)
			new_line(w);
		write_field(w, level, keys[i], objects, depth);
		first = false;
	}
	free(keys);
}

void grow_whole(const struct plan *plan, uint64_t rows, struct buf *b)
{
	struct writer w = {.b = b, .indent = SPAN("    "), .counts = true};

	buf_adds(b, "{\"fields\": [");
	write_fields(&w, &plan->row->keys, rows, 1);
	buf_adds(b, "\n]}");
}

/* ---- a contract that grows ---- */

/* Where the next field of a list goes: behind the last one, on a line like its own. */
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

/* The unknown keys of a level, and of the objects that `from` paths lead through. */
static void add_level(struct writer *w, const struct level *level, unsigned depth)
{
	struct key **keys = level_list(level);

	for (size_t i = 0; keys[i]; i++) {
		if (is_field(keys[i])) {
			buf_addc(w->b, ',');
			new_line(w);
			write_field(w, level, keys[i], 0, depth);
		} else if (!keys[i]->unknown && keys[i]->below) {
			add_level(w, keys[i]->below, depth);
		}
	}
	free(keys);
}

struct growth {
	struct span text, rest; /* the contract's, and what is not written yet */
	struct buf *b;
};

static void add_shape(
    struct growth *g, const struct shape *shape, struct span fields, unsigned depth)
{
	struct writer w = {.b = g->b};
	struct span place;

	for (const struct column *c = shape->columns; c < shape->columns + shape->n; c++)
		if (c->shape)
			add_shape(g, c->shape, c->field->fields_raw, depth + 1);
	place = find_place(g->text, fields, &w);
	buf_add(g->b, g->rest.p, (size_t)(place.p - g->rest.p));
	g->rest = span_skip(g->rest, (size_t)(place.p - g->rest.p));
	add_level(&w, &shape->keys, depth);
}

void grow_contract(const struct plan *plan, const struct contract *c, struct buf *b)
{
	struct span text = contract_text(c);
	struct growth g = {text, text, b};

	add_shape(&g, plan->row, c->fields_raw, 1);
	buf_addspan(b, g.rest);
}
