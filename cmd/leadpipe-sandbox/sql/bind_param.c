#include "sql/bind.h"
#include "json/jstr.h"
#include "wire/crypt.h"

#include <stdlib.h>
#include <strings.h>

static const jdoc *find_param(struct sql *q, const struct expr *e)
{
	const jdoc *params = q->query->parameters;

	if (!e->text.p) {
		const jdoc *p = jdoc_item(params, q->next_param, NULL);
		if (!p)
			tree_fail(q, "invalidQuery", e->at, "Query parameter number %zu is not set",
			    q->next_param + 1);
		q->next_param++;
		return p;
	}
	for (size_t i = 0; i < jdoc_count(params); i++) {
		const jdoc *p = jdoc_item(params, i, NULL);
		if (tree_is(e->text, jdoc_text(p, "name", "")))
			return p;
	}
	tree_fail(q, "invalidQuery", e->at, "Query parameter '%.*s' not found", SPAN_ARG(e->text));
}

static enum type type_of(struct sql *q, const struct expr *e, const char *name)
{
	enum type type;

	if (!type_find(&type, span_of(name)) || !type_can(type, TYPE_PARAMETER))
		tree_unsupported(q, e->at, "a parameter of type %.40s", name);
	return type;
}

/* The stored text of one value; sent as a string, a number or a boolean. False: NULL. */
static bool value_of(
    struct sql *q, const struct expr *e, struct ty ty, const jdoc *value, struct span *out)
{
	const char *text = jdoc_text(value, "value", NULL), *stored;
	enum type type = ty.kind;
	struct buf bytes;
	char *raw = NULL;

	if (type == TYPE_RANGE && jdoc_at(value, "rangeValue"))
		text = tree_text(q, "[%s, %s)",
		    jdoc_text(value, "rangeValue.start.value", "UNBOUNDED"),
		    jdoc_text(value, "rangeValue.end.value", "UNBOUNDED"));
	else if (!jdoc_at(value, "value"))
		return false;
	if (!text) {
		raw = jdoc_dump(jdoc_at(value, "value"));
		text = tree_keep(q, span_of(raw));
		free(raw);
	}
	if (type == TYPE_BYTES) {
		buf_init(&bytes, SQL_TEXT_MAX * 16);
		if (!crypt_unbase64(&bytes, span_of(text))) {
			buf_free(&bytes);
			tree_fail(q, "invalid", e->at, "Invalid value for type: BYTES");
		}
		*out = (struct span){tree_keep(q, buf_span(&bytes)), bytes.n};
		buf_free(&bytes);
		return true;
	}
	stored = ty_literal(q, ty, span_of(text));
	if (!stored)
		tree_fail(q, "invalid", (struct sql_place){0}, "Invalid value for type: %s",
		    type_name(type));
	*out = span_of(stored);
	return true;
}

static bool bare(enum type type)
{
	return type == TYPE_INT64 || type == TYPE_FLOAT64 || type == TYPE_BOOL ||
	       type == TYPE_TIMESTAMP;
}

/* A value as JSON. */
static const char *json_of(struct sql *q, enum type type, struct span item)
{
	struct buf b;
	const char *kept;

	if (bare(type) && strchr("0123456789-", *item.p))
		return tree_keep(q, item);
	buf_init(&b, SQL_TEXT_MAX * 16);
	if (type == TYPE_BYTES) {
		buf_addc(&b, '"');
		crypt_base64(&b, item);
		buf_addc(&b, '"');
	} else {
		jstr_quote(&b, item);
	}
	kept = tree_keep(q, buf_span(&b));
	buf_free(&b);
	return kept;
}

/* An array as value.h stores it. */
static struct span array_of(struct sql *q, const struct expr *e, struct ty ty, const jdoc *values)
{
	struct list pieces = {0};
	struct span item;
	size_t n = 2;
	char *text, *p;

	for (size_t i = 0; i < jdoc_count(values); i++) {
		if (!value_of(q, e, ty, jdoc_item(values, i, NULL), &item))
			tree_fail(q, "invalid", (struct sql_place){0},
			    "Array cannot have a null element");
		n +=
		    strlen(tree_add(q, &pieces, tree_text(q, "%s", json_of(q, ty.kind, item)))) + 1;
	}
	p = text = tree_new(q, n + 1);
	*p++ = '[';
	for (size_t i = 0; i < pieces.n; i++) {
		size_t length = strlen(pieces.item[i]);
		if (i)
			*p++ = ',';
		memcpy(p, pieces.item[i], length);
		p += length;
	}
	*p++ = ']';
	return (struct span){text, (size_t)(p - text)};
}

/* ---- types and values of any depth ---- */

static struct ty read_type(struct sql *q, const struct expr *e, const jdoc *doc)
{
	const char *name = jdoc_text(doc, "type", "STRING");
	const jdoc *fields = jdoc_at(doc, "structTypes");
	struct ty ty = {.kind = TYPE_RECORD, .n = jdoc_count(fields)};
	struct catalog_column *columns;
	enum type type;

	tree_depth(q, e->at, 1);
	if (strcasecmp(name, "ARRAY") == 0) {
		ty = read_type(q, e, jdoc_at(doc, "arrayType"));
		if (ty.array)
			tree_fail(q, "invalid", e->at, "Nested arrays are not supported");
		ty = ty_array(ty);
	} else if (type_find(&type, span_of(name)) && type == TYPE_RECORD) {
		columns = tree_new(q, ty.n * sizeof(*columns) + 1);
		for (size_t i = 0; i < ty.n; i++) {
			const jdoc *field = jdoc_item(fields, i, NULL);

			columns[i] = ty_as_column(q, read_type(q, e, jdoc_at(field, "type")),
			    span_of(jdoc_text(field, "name", "")));
		}
		ty.fields = columns;
	} else if (type == TYPE_RANGE) {
		ty = ty_range(q, read_type(q, e, jdoc_at(doc, "rangeElementType")));
	} else {
		ty = ty_of(type_of(q, e, name));
	}
	tree_depth(q, e->at, -1);
	return ty;
}

static struct expr *read_value(
    struct sql *q, const struct expr *e, struct ty ty, const jdoc *value);

/* STRUCT(...), or [STRUCT(...), ...]: scalars alone are literals. */
static void read_parts(
    struct sql *q, const struct expr *e, struct ty ty, const jdoc *value, struct expr *to)
{
	struct ty *target = tree_new(q, sizeof(*target));
	const jdoc *values = jdoc_at(value, "arrayValues");

	*target = ty;
	to->kind = ty.array ? E_ARRAY : E_STRUCT;
	to->target = target;
	for (size_t i = 0; ty.array && i < jdoc_count(values); i++)
		tree_add(
		    q, &to->args, read_value(q, e, ty_element(ty), jdoc_item(values, i, NULL)));
	for (size_t i = 0; !ty.array && i < ty.n; i++)
		tree_add(q, &to->args,
		    read_value(q, e, ty_column(&ty.fields[i]),
		        jdoc_at(value, tree_text(q, "structValues.%s", ty.fields[i].name))));
}

static struct expr *read_value(struct sql *q, const struct expr *e, struct ty ty, const jdoc *value)
{
	struct expr *to = tree_node(q, E_LITERAL, e->at);

	to->ty = ty;
	to->literal = true;
	if (ty.kind != TYPE_RECORD && ty.array)
		to->text = array_of(q, e, ty, jdoc_at(value, "arrayValues"));
	else if (ty.kind != TYPE_RECORD)
		to->null = !value_of(q, e, ty, value, &to->text);
	else if (ty.array || jdoc_at(value, "structValues"))
		read_parts(q, e, ty, value, to);
	else
		to->null = true;
	return to;
}

void bind_param(struct sql *q, struct expr *e)
{
	const jdoc *p = find_param(q, e);
	struct ty ty = read_type(q, e, jdoc_at(p, "parameterType"));

	*e = *read_value(q, e, ty, jdoc_at(p, "parameterValue"));
	if (e->kind != E_LITERAL) {
		e->literal = false;
		bind_expr(q, NULL, e);
	}
}

/* DATE '...' becomes a literal of its own; the rest is checked. */
void bind_cast(struct sql *q, struct expr *e)
{
	struct expr *of = tree_expr(&e->args, 0);
	const char *text;

	e->ty = *e->target;
	if (e->literal) {
		text = ty_literal(q, e->ty, of->text);
		if (!text)
			tree_fail(
			    q, "invalidQuery", e->at, "Invalid %s literal", ty_name(q, e->ty));
		of->ty = e->ty;
		of->text = span_of(text);
		*e = *of;
		return;
	}
	if (of->null) {
		of->ty = e->ty;
		return;
	}
	if (ty_takes(of, e->ty) && of->kind != E_LITERAL) {
		e->args.item[0] = ty_coerce(q, of, e->ty);
		return;
	}
	if (e->ty.kind == TYPE_RANGE || e->ty.kind == TYPE_INTERVAL ||
	    (of->ty.kind == TYPE_RANGE && e->ty.kind == TYPE_STRING &&
	        ty_range_of(of->ty).kind == TYPE_TIMESTAMP))
		tree_unsupported(
		    q, e->at, "CAST from %s to %s", ty_name(q, of->ty), ty_name(q, e->ty));
	if (!ty_casts(of->ty, e->ty))
		tree_fail(q, "invalidQuery", e->at, "Invalid cast from %s to %s",
		    ty_name(q, of->ty), ty_name(q, e->ty));
}
