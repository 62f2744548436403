#include "storage/value.h"
#include "base/mem.h"
#include "storage/civil.h"
#include "storage/decimal.h"
#include "row/jstr.h"
#include "row/scan.h"
#include "wire/crypt.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { SCRATCH_MAX = 1 << 28 };

const char value_unknown[] = "No such field";
static const char missing[] = "Missing required field";
static const char null_value[] = "Only optional fields can be set to NULL";
static const char not_record[] = "Value encountered without start of object";

/* A single value as SQLite takes it. */
struct cell {
	enum { CELL_INT, CELL_REAL, CELL_TEXT, CELL_BLOB } kind;
	int64_t i;
	double d;
	struct span text;
};

static struct cell cell_text(struct span text)
{
	return (struct cell){.kind = CELL_TEXT, .text = text};
}

static struct cell cell_int(int64_t i)
{
	return (struct cell){.kind = CELL_INT, .i = i};
}

/* ---- scalars: `text` is a string's text or the raw value ---- */

static const char *read_int(struct span text, struct cell *cell)
{
	bool negative = text.n && *text.p == '-';
	uint64_t value = 0, most = (uint64_t)INT64_MAX + negative;
	size_t i = text.n && (*text.p == '-' || *text.p == '+');

	if (i == text.n)
		return "Could not convert value to integer";
	for (; i < text.n; i++) {
		unsigned digit = (unsigned char)text.p[i] - (unsigned)'0';

		if (digit > 9 || value > (most - digit) / 10)
			return "Could not convert value to integer";
		value = value * 10 + digit;
	}
	*cell = cell_int(negative ? (int64_t)(0 - value) : (int64_t)value);
	return NULL;
}

static const char *read_float(struct span text, struct cell *cell)
{
	char number[400];
	char *end;

	if (!text.n || text.n >= sizeof number || !strchr("+-.0123456789NnIi", *text.p) ||
	    memchr(text.p, 'x', text.n) || memchr(text.p, 'X', text.n) ||
	    memchr(text.p, '(', text.n))
		return "Could not convert value to double";
	memcpy(number, text.p, text.n);
	number[text.n] = '\0';
	cell->kind = CELL_REAL;
	cell->d = strtod(number, &end);
	if (end != number + text.n)
		return "Could not convert value to double";
	if (isnan(cell->d))
		*cell = cell_text(SPAN("NaN"));
	return NULL;
}

static const char *read_bool(struct span text, struct cell *cell)
{
	static const char *const words[] = {
	    "false", "true", "f", "t", "no", "yes", "n", "y", "0", "1"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (text.n == strlen(words[i]) && strncasecmp(text.p, words[i], text.n) == 0) {
			*cell = cell_int((int64_t)i % 2);
			return NULL;
		}
	return "Could not convert value to boolean";
}

static const char *read_decimal(
    struct span text, enum type type, struct buf *made, struct cell *cell)
{
	struct decimal d;
	char canonical[DECIMAL_TEXT];
	size_t n;

	if (decimal_parse(&d, text, type, true) != DECIMAL_OK)
		return type == TYPE_NUMERIC ? "Invalid NUMERIC value" : "Invalid BIGNUMERIC value";
	n = decimal_format(&d, canonical);
	buf_add(made, canonical, n);
	*cell = cell_text(buf_span(made));
	return NULL;
}

static const char *read_civil(struct span text, enum type type, struct buf *made, struct cell *cell)
{
	char canonical[CIVIL_TEXT];
	struct civil c;
	size_t n;

	if (type == TYPE_DATE) {
		if (!civil_parse_date(text, false, &c.days))
			return "Could not convert value to date";
		n = civil_date(canonical, c.days);
	} else if (type == TYPE_TIME) {
		if (!civil_parse_time(text, &c.us))
			return "Could not convert value to time";
		n = civil_time(canonical, c.us);
	} else {
		if (!civil_parse_datetime(text, false, &c))
			return "Could not convert value to datetime";
		n = civil_datetime(canonical, &c);
	}
	buf_add(made, canonical, n);
	*cell = cell_text(buf_span(made));
	return NULL;
}

/* A text of section 1.2, or seconds since 1970 with a fraction. */
static const char *read_timestamp(struct span text, struct cell *cell)
{
	struct decimal seconds, million;
	int64_t us;

	if (!civil_parse_timestamp(text, &us)) {
		decimal_of_int(&million, CLOCK_SECOND);
		if (decimal_parse(&seconds, text, TYPE_NUMERIC, false) != DECIMAL_OK ||
		    !decimal_mul(&seconds, &seconds, &million, TYPE_NUMERIC) ||
		    !decimal_to_int(&seconds, &us) || us < CLOCK_MIN || us > CLOCK_MAX)
			return "Could not convert value to timestamp";
	}
	*cell = cell_int(us);
	return NULL;
}

static const char *read_bytes(struct span text, struct buf *made, struct cell *cell)
{
	if (!crypt_unbase64(made, text))
		return "Could not decode base64 string to bytes";
	*cell = (struct cell){.kind = CELL_BLOB, .text = buf_span(made)};
	return NULL;
}

/* JSON without the white space between its tokens. */
static struct span compact(struct span raw, struct buf *made)
{
	bool inside = false;

	for (size_t i = 0; i < raw.n; i++) {
		char c = raw.p[i];

		if (inside && c == '\\')
			buf_addc(made, raw.p[i++]);
		else if (c == '"')
			inside = !inside;
		else if (!inside && strchr(" \t\r\n", c))
			continue;
		buf_addc(made, raw.p[i]);
	}
	return buf_span(made);
}

static const char *read_scalar(
    struct value_in *in, const struct column *column, struct span raw, struct cell *cell)
{
	enum json json = scan_type(raw);
	struct span text = json == JSON_STRING ? jstr_text(raw, &in->scratch) : raw;
	bool textual = json == JSON_STRING;

	buf_clear(&in->made);
	if (column->type == TYPE_JSON) {
		*cell = cell_text(compact(raw, &in->made));
		return NULL;
	}
	if (json == JSON_ARRAY)
		return "Array specified for non-repeated field";
	if (json == JSON_OBJECT)
		return "JSON object specified for non-record field";
	switch (column->type) {
	case TYPE_STRING: *cell = cell_text(text); return NULL;
	case TYPE_GEOGRAPHY:
		*cell = cell_text(text);
		return textual ? NULL : "Could not convert value to geography";
	case TYPE_INT64: return read_int(text, cell);
	case TYPE_FLOAT64: return read_float(text, cell);
	case TYPE_BOOL: return read_bool(text, cell);
	case TYPE_NUMERIC:
	case TYPE_BIGNUMERIC: return read_decimal(text, column->type, &in->made, cell);
	case TYPE_DATE:
	case TYPE_TIME:
	case TYPE_DATETIME: return read_civil(text, column->type, &in->made, cell);
	case TYPE_TIMESTAMP: return read_timestamp(text, cell);
	case TYPE_BYTES:
		return textual ? read_bytes(text, &in->made, cell)
		               : "Could not decode base64 string to bytes";
	default: return "Unsupported type";
	}
}

/* ---- records and arrays: written as JSON ---- */

static const char *write_value(
    struct value_in *in, const struct column *column, struct span raw, bool element);

static void write_cell(struct buf *b, const struct cell *cell)
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

static const char *write_record(struct value_in *in, const struct column *column, struct span raw)
{
	struct span *values = mem_alloc(column->n * sizeof *values);
	struct span rest = raw, name, value;
	const char *why = NULL;

	if (scan_type(raw) != JSON_OBJECT)
		why = not_record;
	while (!why && scan_member(&rest, &name, &value)) {
		struct span text = jstr_name(name, &in->scratch);
		const struct column *field = columns_find(column->fields, column->n, text);

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

static const char *write_array(struct value_in *in, const struct column *column, struct span raw)
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
    struct value_in *in, const struct column *column, struct span raw, bool element)
{
	struct cell cell;
	const char *why;

	if (column->mode == MODE_REPEATED && !element)
		return write_array(in, column, raw);
	if (!raw.p || scan_type(raw) == JSON_NULL) {
		buf_adds(&in->json, "null");
		return column->mode != MODE_REQUIRED ? NULL : raw.p ? null_value : missing;
	}
	if (column->type == TYPE_RECORD)
		return write_record(in, column, raw);
	why = read_scalar(in, column, raw, &cell);
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

static void bind_cell(sqlite3_stmt *stmt, int index, const struct cell *cell)
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
    const struct column *column, struct span raw)
{
	struct cell cell;
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
		why = read_scalar(in, column, raw, &cell);
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

const char *value_bind(sqlite3_stmt *stmt, int index, const struct column *column, struct span raw)
{
	struct value_in in = {0};
	const char *why = value_read(&in, stmt, index, column, raw);

	value_in_free(&in);
	return why;
}
