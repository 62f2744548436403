#include "shape.h"

#include "base/mem.h"
#include "schema/column_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

/* ---- fields ------------------------------------------------------------------------------- */

const char *shape_name(const jdoc *field)
{
	return jdoc_text(field, "name", "");
}

const char *shape_type(const jdoc *field)
{
	return bqtable_type(jdoc_text(field, "type", "STRING"));
}

bool shape_is(const jdoc *field, const char *mode)
{
	return strcasecmp(jdoc_text(field, "mode", "NULLABLE"), mode) == 0;
}

static bool is_record(const jdoc *field)
{
	return bqtable_field_is(field, TYPE_RECORD);
}

bool shape_is_tree(const jdoc *field)
{
	return shape_is(field, "REPEATED") || !bqtable_field_can(field, TYPE_EQUAL);
}

/* ---- comparing ---------------------------------------------------------------------------- */

static bool same_kind(const jdoc *a, const jdoc *b)
{
	return strcmp(shape_type(a), shape_type(b)) == 0 &&
	       shape_is(a, "REPEATED") == shape_is(b, "REPEATED");
}

bool shape_same(const jdoc *from, const jdoc *into)
{
	const jdoc *a = jdoc_at(from, "fields"), *b = jdoc_at(into, "fields");

	if (!same_kind(from, into) || jdoc_count(a) != jdoc_count(b))
		return false;
	for (size_t i = 0; i < jdoc_count(a); i++) {
		const jdoc *x = jdoc_item(a, i, NULL), *y = jdoc_item(b, i, NULL);

		if (!column_name_same(span_of(shape_name(x)), span_of(shape_name(y))) ||
		    !shape_same(x, y))
			return false;
	}
	return true;
}

bool shape_meets(const jdoc *from, const jdoc *into)
{
	const jdoc *fields = jdoc_at(into, "fields");

	if (!same_kind(from, into))
		return !shape_is_tree(from) && !shape_is_tree(into);
	for (size_t i = 0; i < jdoc_count(fields); i++) {
		const jdoc *field = jdoc_item(fields, i, NULL);
		const jdoc *staged = bqtable_field(jdoc_at(from, "fields"), shape_name(field));

		if (staged ? !shape_meets(staged, field) : shape_is(field, "REQUIRED"))
			return false;
	}
	return true;
}

/* ---- writing ------------------------------------------------------------------------------ */

/* STRING, ARRAY<INT64>, STRUCT<`a` STRING> ... */
static void add_type(struct buf *sql, const jdoc *field)
{
	const jdoc *fields = jdoc_at(field, "fields");
	bool repeated = shape_is(field, "REPEATED");

	if (repeated)
		buf_adds(sql, "ARRAY<");
	if (!is_record(field))
		buf_adds(sql, shape_type(field));
	for (size_t i = 0; i < jdoc_count(fields); i++) {
		const jdoc *inner = jdoc_item(fields, i, NULL);

		buf_addf(sql, "%s`%s` ", i ? ", " : "STRUCT<", shape_name(inner));
		add_type(sql, inner);
	}
	buf_adds(sql, jdoc_count(fields) ? ">" : "");
	buf_adds(sql, repeated ? ">" : "");
}

static void add_value(
    struct buf *sql, const char *path, const jdoc *from, const jdoc *into, int depth);

/* The record's fields, each under its name. */
static void add_fields(
    struct buf *sql, const char *path, const jdoc *from, const jdoc *into, int depth)
{
	const jdoc *fields = jdoc_at(into, "fields");

	for (size_t i = 0; i < jdoc_count(fields); i++) {
		const jdoc *field = jdoc_item(fields, i, NULL);
		const jdoc *staged = bqtable_field(jdoc_at(from, "fields"), shape_name(field));
		char *inner = mem_format("%s.`%s`", path, shape_name(field));

		buf_adds(sql, i ? ", " : "");
		if (staged) {
			add_value(sql, inner, staged, field, depth);
		} else {
			buf_adds(sql, "CAST(NULL AS ");
			add_type(sql, field);
			buf_addc(sql, ')');
		}
		buf_addf(sql, " AS `%s`", shape_name(field));
		free(inner);
	}
}

static void add_value(
    struct buf *sql, const char *path, const jdoc *from, const jdoc *into, int depth)
{
	char item[16];

	snprintf(item, sizeof item, "E%d", depth);
	if (shape_same(from, into)) {
		buf_adds(sql, path);
	} else if (!is_record(into)) {
		buf_addf(sql, "CAST(%s AS %s)", path, shape_type(into));
	} else if (shape_is(into, "REPEATED")) {
		buf_adds(sql, "ARRAY(SELECT AS STRUCT ");
		add_fields(sql, item, from, into, depth + 1);
		buf_addf(sql, " FROM UNNEST(%s) %s WITH OFFSET O%d ORDER BY O%d)", path, item,
		    depth, depth);
	} else {
		buf_addf(sql, "IF(%s IS NULL, NULL, STRUCT(", path);
		add_fields(sql, path, from, into, depth);
		buf_adds(sql, "))");
	}
}

void shape_value(struct buf *sql, const char *path, const jdoc *from, const jdoc *into)
{
	add_value(sql, path, from, into, 0);
}
