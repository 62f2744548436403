#include "columns.h"

#include "base/mem.h"
#include "json/jstr.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { NAME_MOST = 1 << 16 };

static struct span name_at(const void *columns, size_t i)
{
	return span_of(((const struct columns *)columns)->list[i].name);
}

void columns_init(struct columns *c)
{
	*c = (struct columns){0};
	map_init_caseless(&c->map, name_at, c);
	buf_init(&c->name, NAME_MOST);
}

void columns_free(struct columns *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->list[i].name);
	free(c->list);
	map_free(&c->map);
	buf_free(&c->name);
}

size_t columns_find(const struct columns *c, struct span name)
{
	return map_find(&c->map, name);
}

static struct column *add(struct columns *c, struct span name)
{
	struct column *column;
	const char *dot = memchr(name.p, '.', name.n);
	size_t at = map_enter(&c->map, name, c->n);

	if (at != MAP_NONE)
		return &c->list[at];
	if (c->n == c->cap) {
		c->cap = c->cap ? 2 * c->cap : 32;
		c->list = mem_resize(c->list, c->cap, sizeof *c->list);
	}
	column = &c->list[c->n++];
	*column = (struct column){
	    .name = mem_dup(name.p, name.n), .dot = dot ? (size_t)(dot - name.p) : 0};
	column->local =
	    strcasecmp(column->name, "Id") == 0 || strcasecmp(column->name, "attributes") == 0;
	return column;
}

/* The name of a field's column; for an object {"Ext__c":"X"}, that of its one member. */
static struct span name_of(struct columns *c, const struct field *f, struct span *value)
{
	struct span rest = f->value, inner;

	buf_clear(&c->name);
	*value = f->value;
	if (f->type != JSON_OBJECT)
		return f->plain ? f->name : jstr_name(f->name, &c->name);
	if (!scan_member(&rest, &inner, value))
		return (struct span){0};
	buf_addspan(&c->name, f->name);
	buf_addc(&c->name, '.');
	buf_addspan(&c->name, inner);
	return buf_span(&c->name);
}

static const char *check_value(const struct field *f)
{
	struct span rest = f->value, name, value;
	enum json type;

	if (f->type == JSON_ARRAY)
		return "a list is no value of a field";
	if (f->type != JSON_OBJECT)
		return NULL;
	if (!scan_member(&rest, &name, &value) || scan_member(&rest, &name, &value))
		return "an object must hold one external id and nothing else";
	type = scan_type(value);
	return type == JSON_OBJECT || type == JSON_ARRAY ? "an external id must be a single value"
	                                                 : NULL;
}

const char *columns_learn(struct columns *c, const struct row *row, struct span *bad)
{
	const char *why = NULL;

	c->rows++;
	for (size_t i = 0; !why && i < row->n; i++) {
		const struct field *f = &row->fields[i];
		struct column *column;
		struct span value;

		*bad = f->name;
		if ((why = check_value(f)))
			return why;
		column = add(c, name_of(c, f, &value));
		if (column->row == c->rows)
			why = "the row names a field twice";
		column->row = c->rows;
	}
	return why;
}

void columns_value(
    struct columns *c, const struct field *field, enum empty empty, struct sf_value *value)
{
	struct span name = name_of(c, field, &value->raw);

	value->column = columns_find(c, name);
	value->type = scan_type(value->raw);
	value->kind = SF_SEND;
	value->quoted = false;
	if (value->type == JSON_NULL || span_eq(value->raw, SPAN("\"#N/A\"")))
		value->kind = SF_CLEAR;
	else if (span_eq(value->raw, SPAN("\"\"")) && empty != EMPTY_KEEP)
		value->kind = empty == EMPTY_NULL ? SF_CLEAR : SF_LEAVE;
	else
		sf_value_convert(value, c->list[value->column].kind);
}

bool columns_write_json(const struct columns *c, const struct sf_value *value, struct buf *b)
{
	const struct column *column = &c->list[value->column];

	if (value->kind == SF_LEAVE)
		return false;
	if (column->dot) {
		jstr_quote_any(b, (struct span){column->name, column->dot});
		buf_adds(b, ":{");
		jstr_quote_any(b, span_of(column->name + column->dot + 1));
	} else {
		jstr_quote_any(b, span_of(column->name));
	}
	buf_addc(b, ':');
	buf_adds(b, value->quoted ? "\"" : "");
	buf_addspan(b, value->kind == SF_CLEAR ? SPAN("null") : value->raw);
	buf_adds(b, value->quoted ? "\"" : "");
	if (column->dot)
		buf_addc(b, '}');
	return true;
}
