#include "storage/value.h"
#include "base/mem.h"
#include "json/jstr.h"
#include "json/scan.h"
#include "wire/crypt.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { SCRATCH_MAX = 1 << 28 };

const char value_unknown[] = "No such field";
static const char missing[] = "Missing required field";
static const char null_value[] = "Only optional fields can be set to NULL";
static const char not_record[] = "Value encountered without start of object";

/* ---- records and arrays: written as JSON ---- */

static const char *write_value(
    struct value_in *in, const struct catalog_column *column, struct span raw, bool element);

static void write_cell(struct buf *b, const struct value_plain *cell)
{
	switch (cell->kind) {
	case CELL_INT: buf_addf(b, "%lld", (long long)cell->i); break;
	case CELL_REAL:
		if (isinf(cell->d))
			buf_adds(b, cell->d > 0 ? "9e999" : "-9e999");
		else
			buf_addf(b, "%.17g", cell->d);
		break;
	case CELL_TEXT: jstr_quote(b, cell->text); break;
	case CELL_BLOB:
		buf_addc(b, '"');
		crypt_base64(b, cell->text);
		buf_addc(b, '"');
		break;
	}
}

/* Puts `name` before the path of the failed field. */
static const char *blame(struct value_in *in, const char *name, const char *rule)
{
	char inner[VALUE_FIELD];

	memcpy(inner, in->field, sizeof inner);
	snprintf(in->field, sizeof in->field, "%.300s%s%.700s", name, *inner ? "." : "", inner);
	return rule;
}

static const char *write_record(
    struct value_in *in, const struct catalog_column *column, struct span raw)
{
	struct span *values = mem_alloc(column->n * sizeof *values);
	struct span rest = raw, name, value;
	const char *why = NULL;

	if (scan_type(raw) != JSON_OBJECT)
		why = not_record;
	while (!why && scan_member(&rest, &name, &value)) {
		struct span text = jstr_name(name, &in->scratch);
		const struct catalog_column *field = columns_find(column->fields, column->n, text);

		if (field)
			values[field - column->fields] = value;
		else if (!in->ignore_unknown) {
			snprintf(in->field, sizeof in->field, "%.*s",
			    (int)(text.n < 300 ? text.n : 300), text.p);
			why = value_unknown;
		}
	}
	buf_addc(&in->json, '[');
	for (size_t i = 0; !why && i < column->n; i++) {
		if (i)
			buf_addc(&in->json, ',');
		why = write_value(in, &column->fields[i], values[i], false);
		if (why)
			blame(in, column->fields[i].name, why);
	}
	buf_addc(&in->json, ']');
	free(values);
	return why;
}

static const char *write_array(
    struct value_in *in, const struct catalog_column *column, struct span raw)
{
	struct span rest = raw, item;
	const char *why = NULL;
	bool first = true;

	if (raw.p && scan_type(raw) != JSON_NULL && scan_type(raw) != JSON_ARRAY)
		return "Field is REPEATED but the value is no array";
	buf_addc(&in->json, '[');
	while (raw.p && scan_type(raw) == JSON_ARRAY && !why && scan_item(&rest, &item)) {
		if (!first)
			buf_addc(&in->json, ',');
		first = false;
		why =
		    scan_type(item) == JSON_NULL ? null_value : write_value(in, column, item, true);
	}
	buf_addc(&in->json, ']');
	return why;
}

static const char *write_value(
    struct value_in *in, const struct catalog_column *column, struct span raw, bool element)
{
	struct value_plain cell;
	const char *why;

	if (column->mode == MODE_REPEATED && !element)
		return write_array(in, column, raw);
	if (!raw.p || scan_type(raw) == JSON_NULL) {
		buf_adds(&in->json, "null");
		return column->mode != MODE_REQUIRED ? NULL : raw.p ? null_value : missing;
	}
	if (column->type == TYPE_RECORD)
		return write_record(in, column, raw);
	why = value_scalar(in, column, raw, &cell);
	if (!why)
		write_cell(&in->json, &cell);
	return why;
}

/* ---- the way in ---- */

static void bind_text(sqlite3_stmt *stmt, int index, struct span text)
{
	sqlite3_bind_text64(
	    stmt, index, text.n ? text.p : "", text.n, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static void bind_cell(sqlite3_stmt *stmt, int index, const struct value_plain *cell)
{
	switch (cell->kind) {
	case CELL_INT: sqlite3_bind_int64(stmt, index, cell->i); break;
	case CELL_REAL: sqlite3_bind_double(stmt, index, cell->d); break;
	case CELL_TEXT: bind_text(stmt, index, cell->text); break;
	case CELL_BLOB:
		sqlite3_bind_blob64(
		    stmt, index, cell->text.n ? cell->text.p : "", cell->text.n, SQLITE_TRANSIENT);
		break;
	}
}

const char *value_read(struct value_in *in, sqlite3_stmt *stmt, int index,
    const struct catalog_column *column, struct span raw)
{
	struct value_plain cell;
	const char *why = NULL;

	in->scratch.max = in->made.max = in->json.max = SCRATCH_MAX;
	buf_clear(&in->scratch);
	buf_clear(&in->json);
	in->field[0] = '\0';
	if (column->mode == MODE_REPEATED || (column->type == TYPE_RECORD && raw.p)) {
		why = write_value(in, column, raw, false);
		if (!why && scan_type(buf_span(&in->json)) == JSON_NULL)
			sqlite3_bind_null(stmt, index);
		else if (!why)
			bind_text(stmt, index, buf_span(&in->json));
	} else if (!raw.p || scan_type(raw) == JSON_NULL) {
		sqlite3_bind_null(stmt, index);
		if (column->mode == MODE_REQUIRED)
			why = raw.p ? null_value : missing;
	} else {
		why = value_scalar(in, column, raw, &cell);
		if (!why)
			bind_cell(stmt, index, &cell);
	}
	if (!why && (in->scratch.full || in->made.full || in->json.full))
		why = "Value is too big";
	return why ? blame(in, column->name, why) : NULL;
}

void value_in_free(struct value_in *in)
{
	buf_free(&in->scratch);
	buf_free(&in->made);
	buf_free(&in->json);
}

void value_say(struct buf *b, const char *rule, const char *field)
{
	if (rule == value_unknown || rule == missing)
		buf_addf(b, "%s: %s.", rule, field);
	else
		buf_addf(b, "%s. Field: %s.", rule, field);
}
