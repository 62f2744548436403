#include "shape.h"

#include "base/mem.h"
#include "schema/column_name.h"

#include <inttypes.h>
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

/* NUMERIC(p,s) rounds, so a column of another scale is another type. */
static bool same_digits(const jdoc *from, const jdoc *into)
{
	return jdoc_int(into, "precision", 0) == 0 ||
	       (jdoc_int(from, "precision", 0) == jdoc_int(into, "precision", 0) &&
	           jdoc_int(from, "scale", 0) == jdoc_int(into, "scale", 0));
}

bool shape_same(const jdoc *from, const jdoc *into)
{
	const jdoc *a = jdoc_at(from, "fields"), *b = jdoc_at(into, "fields");

	if (!same_kind(from, into) || !same_digits(from, into) || jdoc_count(a) != jdoc_count(b))
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

void shape_null(struct buf *sql, const jdoc *field)
{
	buf_adds(sql, "CAST(NULL AS ");
	add_type(sql, field);
	buf_addc(sql, ')');
}

/* NUMERIC(10,2) rounds as the column does; no other type has digits. */
static void add_cast(struct buf *sql, const char *path, const jdoc *into)
{
	int64_t precision = jdoc_int(into, "precision", 0);

	buf_addf(sql, "SAFE_CAST(%s AS %s", path, shape_type(into));
	if (precision)
		buf_addf(sql, "(%" PRId64 ",%" PRId64 ")", precision, jdoc_int(into, "scale", 0));
	buf_addc(sql, ')');
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
			shape_null(sql, field);
		}
		buf_addf(sql, " AS `%s`", shape_name(field));
		free(inner);
	}
}

static void add_value(
    struct buf *sql, const char *path, const jdoc *from, const jdoc *into, int depth)
{
	char item[24];

	snprintf(item, sizeof item, "leadpipe_e%d", depth);
	if (shape_same(from, into)) {
		buf_adds(sql, path);
	} else if (!is_record(into)) {
		add_cast(sql, path, into);
	} else if (shape_is(into, "REPEATED")) {
		buf_adds(sql, "ARRAY(SELECT AS STRUCT ");
		add_fields(sql, item, from, into, depth + 1);
		buf_addf(sql, " FROM UNNEST(%s) %s WITH OFFSET leadpipe_o%d ORDER BY leadpipe_o%d)",
		    path, item, depth, depth);
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

/* ---- losing ------------------------------------------------------------------------------- */

/* Casts that keep every value; one of them both ways for DATETIME and TIMESTAMP (in UTC). */
static bool widens(const jdoc *from, const jdoc *into)
{
	static const struct {
		enum type from, into;
	} wide[] = {{TYPE_INT64, TYPE_NUMERIC}, {TYPE_INT64, TYPE_BIGNUMERIC},
	    {TYPE_NUMERIC, TYPE_BIGNUMERIC}, {TYPE_DATE, TYPE_DATETIME},
	    {TYPE_DATE, TYPE_TIMESTAMP}, {TYPE_DATETIME, TYPE_TIMESTAMP},
	    {TYPE_TIMESTAMP, TYPE_DATETIME}};

	for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
		if (bqtable_field_is(from, wide[i].from) && bqtable_field_is(into, wide[i].into))
			return same_digits(from, into);
	return bqtable_field_is(into, TYPE_STRING);
}

static bool add_scalar_loss(
    struct buf *sql, const char *path, const jdoc *from, const jdoc *into, bool lossy)
{
	if (widens(from, into))
		return false;
	if (lossy || bqtable_field_is(from, TYPE_STRING)) {
		buf_addf(sql, "(%s IS NOT NULL AND ", path);
		add_cast(sql, path, into);
		buf_adds(sql, " IS NULL)");
	} else if (bqtable_field_is(into, TYPE_TIME)) {
		buf_addf(sql, "%s IS NOT NULL", path); /* the date is lost */
	} else {
		buf_adds(sql, "SAFE_CAST(");
		add_cast(sql, path, into);
		buf_addf(sql, " AS %s) IS DISTINCT FROM %s", shape_type(from), path);
	}
	return true;
}

static bool add_loss(
    struct buf *sql, const char *path, const jdoc *from, const jdoc *into, bool lossy, int depth);

static bool add_field_losses(
    struct buf *sql, const char *path, const jdoc *from, const jdoc *into, bool lossy, int depth)
{
	const jdoc *fields = jdoc_at(into, "fields");
	bool any = false;

	for (size_t i = 0; i < jdoc_count(fields); i++) {
		const jdoc *field = jdoc_item(fields, i, NULL);
		const jdoc *staged = bqtable_field(jdoc_at(from, "fields"), shape_name(field));
		char *inner = mem_format("%s.`%s`", path, shape_name(field));
		size_t begin = sql->n;

		buf_adds(sql, any ? " OR " : "");
		if (staged && add_loss(sql, inner, staged, field, lossy, depth))
			any = true;
		else
			sql->n = begin;
		free(inner);
	}
	return any;
}

static bool add_loss(
    struct buf *sql, const char *path, const jdoc *from, const jdoc *into, bool lossy, int depth)
{
	char item[24];
	bool any;

	snprintf(item, sizeof item, "leadpipe_e%d", depth);
	if (shape_same(from, into))
		return false;
	if (!is_record(into))
		return add_scalar_loss(sql, path, from, into, lossy);
	if (!shape_is(into, "REPEATED"))
		return add_field_losses(sql, path, from, into, lossy, depth);
	buf_addf(sql, "EXISTS(SELECT 1 FROM UNNEST(%s) %s WHERE ", path, item);
	any = add_field_losses(sql, item, from, into, lossy, depth + 1);
	buf_addc(sql, ')');
	return any;
}

bool shape_loss(struct buf *sql, const char *path, const jdoc *from, const jdoc *into, bool lossy)
{
	return add_loss(sql, path, from, into, lossy, 0);
}
