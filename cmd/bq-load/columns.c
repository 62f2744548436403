#include "columns.h"

#include "base/mem.h"
#include "cloud/bqtable.h"
#include "json/jstr.h"

#include <stdlib.h>
#include <strings.h>

enum {
	SEEN_TEXT = 1,
	SEEN_WHOLE = 2,
	SEEN_WIDE = 4,
	SEEN_REAL = 8,
	SEEN_BOOL = 16,
	SEEN_TREE = 32
};
enum { WHOLE_DIGITS = 15, COLUMNS_MAX = 10000, NAME_SCRATCH = 64 << 10, FIRST_SLOTS = 64 };

/* FNV-1a over the name in lower case. */
static size_t hash(struct span name)
{
	size_t h = 14695981039346656037u;

	for (size_t i = 0; i < name.n; i++)
		h = (h ^ ((unsigned char)name.p[i] | 0x20)) * 1099511628211u;
	return h;
}

static bool is_named(const struct column *column, struct span name)
{
	return column->n == name.n && strncasecmp(column->name, name.p, name.n) == 0;
}

static size_t *slot_of(const struct columns *c, struct span name)
{
	size_t at = hash(name) & (c->n_slots - 1);

	while (c->slots[at] && !is_named(&c->list[c->slots[at] - 1], name))
		at = (at + 1) & (c->n_slots - 1);
	return &c->slots[at];
}

static void grow(struct columns *c)
{
	free(c->slots);
	c->n_slots = c->n_slots ? c->n_slots * 2 : FIRST_SLOTS;
	c->slots = mem_alloc(c->n_slots * sizeof *c->slots);
	for (size_t i = 0; i < c->n; i++)
		*slot_of(c, (struct span){c->list[i].name, c->list[i].n}) = i + 1;
}

static size_t add(struct columns *c, struct span name, bool known)
{
	if (c->n == c->cap) {
		c->cap = c->cap ? c->cap * 2 : FIRST_SLOTS;
		c->list = mem_resize(c->list, c->cap, sizeof *c->list);
	}
	if ((c->n + 1) * 2 > c->n_slots)
		grow(c);
	c->list[c->n] =
	    (struct column){.name = mem_dup(name.p, name.n), .n = name.n, .known = known};
	*slot_of(c, name) = c->n + 1;
	return c->n++;
}

void columns_init(struct columns *c, const struct contract *contract, const jdoc *have)
{
	*c = (struct columns){0};
	buf_init(&c->scratch, NAME_SCRATCH);
	grow(c);
	for (size_t i = 0; i < contract->n; i++)
		add(c, contract->fields[i].name, true);
	for (size_t i = 0; i < jdoc_count(have); i++) {
		struct span name = span_of(jdoc_text(jdoc_item(have, i, NULL), "name", ""));

		if (!*slot_of(c, name))
			add(c, name, true);
	}
}

static unsigned kind_of(const struct field *f)
{
	switch (f->type) {
	case JSON_NULL: return 0;
	case JSON_TRUE:
	case JSON_FALSE: return SEEN_BOOL;
	case JSON_STRING: return SEEN_TEXT;
	case JSON_NUMBER:
		for (size_t i = 0; i < f->value.n; i++)
			if (strchr(".eE", f->value.p[i]))
				return SEEN_REAL;
		return f->value.n - (*f->value.p == '-') > WHOLE_DIGITS ? SEEN_WIDE : SEEN_WHOLE;
	case JSON_ARRAY:
	case JSON_OBJECT: break;
	}
	return SEEN_TREE;
}

static const char *type_of(unsigned seen)
{
	switch (seen) {
	case 0:
	case SEEN_TEXT: return "STRING";
	case SEEN_WHOLE: return "INT64";
	case SEEN_WIDE:
	case SEEN_WIDE | SEEN_WHOLE: return "NUMERIC";
	case SEEN_REAL:
	case SEEN_REAL | SEEN_WHOLE:
	case SEEN_REAL | SEEN_WIDE:
	case SEEN_REAL | SEEN_WIDE | SEEN_WHOLE: return "FLOAT64";
	case SEEN_BOOL: return "BOOL";
	default: return "JSON";
	}
}

/* Rows mostly have the same fields in the same order: the place of the last time is looked at first. */
static const char *place(struct columns *c, const struct field *f, size_t i, size_t *at)
{
	struct span name = f->name;
	size_t slot;

	if (!f->plain) {
		buf_clear(&c->scratch);
		name = jstr_name(f->name, &c->scratch);
	}
	if (i < c->n_hints && is_named(&c->list[c->hints[i]], name)) {
		*at = c->hints[i];
		return NULL;
	}
	slot = *slot_of(c, name);
	if (slot) {
		*at = slot - 1;
		return NULL;
	}
	if (!table_is_column(name))
		return "not a name for a BigQuery column";
	if (c->n >= COLUMNS_MAX)
		return "more columns than BigQuery allows";
	*at = add(c, name, false);
	return NULL;
}

static void remember(struct columns *c, size_t i, size_t at)
{
	if (i >= c->n_hints) {
		c->hints = mem_resize(c->hints, i + 1, sizeof *c->hints);
		c->n_hints = i + 1;
	}
	c->hints[i] = at;
}

const char *columns_see(struct columns *c, const struct row *row, struct span *bad)
{
	for (size_t i = 0; i < row->n; i++) {
		const char *why;
		size_t at;

		why = place(c, &row->fields[i], i, &at);
		if (why) {
			*bad = row->fields[i].name;
			return why;
		}
		remember(c, i, at);
		if (!c->list[at].known)
			c->list[at].seen |= kind_of(&row->fields[i]);
	}
	return NULL;
}

void columns_push(const struct columns *c, jdoc *fields)
{
	for (size_t i = 0; i < c->n; i++) {
		jdoc *field;

		if (c->list[i].known)
			continue;
		field = jdoc_object();
		jdoc_set_text(field, "name", c->list[i].name);
		jdoc_set_text(field, "type", type_of(c->list[i].seen));
		jdoc_set_text(field, "mode", "NULLABLE");
		jdoc_push(fields, field);
	}
}

void columns_free(struct columns *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->list[i].name);
	free(c->list);
	free(c->slots);
	free(c->hints);
	buf_free(&c->scratch);
	*c = (struct columns){0};
}
