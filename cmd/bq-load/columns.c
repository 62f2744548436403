#include "columns.h"

#include "base/mem.h"
#include "json/jstr.h"
#include "schema/column_name.h"

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
enum { WHOLE_DIGITS = 15, COLUMNS_MAX = 10000, NAME_SCRATCH = 64 << 10, FIRST = 64 };

static bool is_named(const struct column *column, struct span name)
{
	return column->n == name.n && strncasecmp(column->name, name.p, name.n) == 0;
}

static struct span name_at(const void *columns, size_t i)
{
	const struct column *column = &((const struct columns *)columns)->list[i];

	return (struct span){column->name, column->n};
}

static size_t add(struct columns *c, struct span name, bool known)
{
	if (c->n == c->cap) {
		c->cap = c->cap ? c->cap * 2 : FIRST;
		c->list = mem_resize(c->list, c->cap, sizeof *c->list);
	}
	c->list[c->n] =
	    (struct column){.name = mem_dup(name.p, name.n), .n = name.n, .known = known};
	map_enter(&c->map, name, c->n);
	return c->n++;
}

void columns_init(struct columns *c, const struct contract *contract, const jdoc *have)
{
	*c = (struct columns){0};
	buf_init(&c->scratch, NAME_SCRATCH);
	map_init_caseless(&c->map, name_at, c);
	for (size_t i = 0; i < contract->n; i++)
		add(c, contract->fields[i].name, true);
	for (size_t i = 0; i < jdoc_count(have); i++) {
		struct span name = span_of(jdoc_text(jdoc_item(have, i, NULL), "name", ""));

		if (map_find(&c->map, name) == MAP_NONE)
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
	const char *why;

	if (!f->plain) {
		buf_clear(&c->scratch);
		name = jstr_name(f->name, &c->scratch);
	}
	if (i < c->n_hints && is_named(&c->list[c->hints[i]], name)) {
		*at = c->hints[i];
		return NULL;
	}
	*at = map_find(&c->map, name);
	if (*at != MAP_NONE)
		return NULL;
	why = column_name_check(name);
	if (why)
		return why;
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
	map_free(&c->map);
	free(c->hints);
	buf_free(&c->scratch);
	*c = (struct columns){0};
}
