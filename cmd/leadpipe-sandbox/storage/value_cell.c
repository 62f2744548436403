#include "storage/value_cell.h"

#include "storage/range.h"
#include "json/jstr.h"
#include "json/scan.h"
#include "wire/crypt.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { NUMBER_TEXT = 40 };

/*
 * The shortest text that reads back as the same double, with a point or an exponent: "1.5",
 * "1.0E20".
 */
static void float_text(char text[NUMBER_TEXT], double d)
{
	char digits[NUMBER_TEXT];
	char *e;
	bool point;

	if (isnan(d) || isinf(d)) {
		snprintf(text, NUMBER_TEXT, "%s",
		    isnan(d) ? "NaN"
		    : d > 0  ? "Infinity"
		             : "-Infinity");
		return;
	}
	for (int precision = 15; precision <= 17; precision++) {
		snprintf(digits, sizeof digits, "%.*g", precision, d);
		if (strtod(digits, NULL) == d)
			break;
	}
	e = strchr(digits, 'e');
	if (e)
		*e++ = '\0';
	point = strchr(digits, '.') != NULL;
	if (e)
		snprintf(text, NUMBER_TEXT, "%.25s%sE%d", digits, point ? "" : ".0", atoi(e));
	else
		snprintf(text, NUMBER_TEXT, "%.25s%s", digits, point ? "" : ".0");
}

/* Float seconds from microseconds, without a double in between: "1.609502400123456E9". */
static void seconds_text(char text[NUMBER_TEXT], int64_t us)
{
	char digits[NUMBER_TEXT];
	int n = snprintf(digits, sizeof digits, "%llu",
	    us < 0 ? 0 - (unsigned long long)us : (unsigned long long)us);
	int exponent = us ? n - 7 : 0;

	while (n > 2 && digits[n - 1] == '0')
		digits[--n] = '\0';
	snprintf(text, NUMBER_TEXT, "%s%c.%.20sE%d", us < 0 ? "-" : "", digits[0],
	    digits[1] ? digits + 1 : "0", exponent);
}

static void add_int(struct buf *b, enum type type, int64_t i, bool int64_timestamp)
{
	char text[NUMBER_TEXT];

	if (type == TYPE_BOOL)
		snprintf(text, sizeof text, "%s", i ? "true" : "false");
	else if (type == TYPE_FLOAT64)
		float_text(text, (double)i);
	else if (type == TYPE_TIMESTAMP && !int64_timestamp)
		seconds_text(text, i);
	else
		snprintf(text, sizeof text, "%lld", (long long)i);
	buf_addf(b, "\"%s\"", text);
}

static void add_real(struct buf *b, double d)
{
	char text[NUMBER_TEXT];

	float_text(text, d);
	buf_addf(b, "\"%s\"", text);
}

/* A RANGE of TIMESTAMP: its bounds as timestamps are sent. */
static void add_range(
    struct buf *b, const struct catalog_column *column, struct span text, bool int64_timestamp)
{
	struct span bound[2];
	char seconds[NUMBER_TEXT];

	range_bounds(text, &bound[0], &bound[1]);
	if (column->fields->type != TYPE_TIMESTAMP || int64_timestamp) {
		jstr_quote(b, text);
		return;
	}
	for (int i = 0; i < 2; i++) {
		strcpy(seconds, "UNBOUNDED");
		if (bound[i].p)
			seconds_text(seconds, strtoll(bound[i].p, NULL, 10));
		buf_addf(b, i ? ", %s)\"" : "\"[%s", seconds);
	}
}

static void add_cell(struct buf *b, const struct catalog_column *column, bool element,
    struct span raw, bool int64_timestamp);

static void add_record(
    struct buf *b, const struct catalog_column *column, struct span raw, bool int64_timestamp)
{
	struct span rest = raw, item;

	buf_adds(b, "{\"f\":[");
	for (size_t i = 0; i < column->n; i++) {
		if (!scan_item(&rest, &item))
			item = SPAN("null"); /* stored before the field was added */
		if (i)
			buf_addc(b, ',');
		add_cell(b, &column->fields[i], false, item, int64_timestamp);
	}
	buf_adds(b, "]}");
}

static void add_array(
    struct buf *b, const struct catalog_column *column, struct span raw, bool int64_timestamp)
{
	struct span rest = raw, item;
	bool first = true;

	buf_addc(b, '[');
	while (scan_item(&rest, &item)) {
		if (!first)
			buf_addc(b, ',');
		first = false;
		add_cell(b, column, true, item, int64_timestamp);
	}
	buf_addc(b, ']');
}

/* A number of a stored JSON array: whole, or with a fraction or an exponent. */
static void add_number(struct buf *b, enum type type, struct span raw, bool int64_timestamp)
{
	char text[NUMBER_TEXT];

	snprintf(
	    text, sizeof text, "%.*s", (int)(raw.n < NUMBER_TEXT ? raw.n : NUMBER_TEXT - 1), raw.p);
	if (strpbrk(text, ".eE"))
		add_real(b, strtod(text, NULL));
	else
		add_int(b, type, strtoll(text, NULL, 10), int64_timestamp);
}

/* The cell of a value in its stored JSON form. */
static void add_cell(struct buf *b, const struct catalog_column *column, bool element,
    struct span raw, bool int64_timestamp)
{
	enum json json = scan_type(raw);

	buf_adds(b, "{\"v\":");
	if (column->mode == MODE_REPEATED && !element)
		add_array(b, column, json == JSON_ARRAY ? raw : SPAN("[]"), int64_timestamp);
	else if (json == JSON_NULL)
		buf_adds(b, "null");
	else if (column->type == TYPE_RECORD)
		add_record(b, column, json == JSON_ARRAY ? raw : SPAN("[]"), int64_timestamp);
	else if (json == JSON_NUMBER)
		add_number(b, column->type, raw, int64_timestamp);
	else if (json == JSON_STRING && column->type == TYPE_RANGE)
		add_range(b, column, (struct span){raw.p + 1, raw.n - 2}, int64_timestamp);
	else if (json == JSON_STRING)
		buf_addspan(b, raw);
	else
		buf_addf(b, "\"%.*s\"", SPAN_ARG(raw));
	buf_addc(b, '}');
}

static void add_blob(struct buf *b, struct span bytes)
{
	buf_addc(b, '"');
	crypt_base64(b, bytes);
	buf_addc(b, '"');
}

void value_cell(struct buf *b, const struct catalog_column *column, sqlite3_stmt *stmt, int index,
    bool int64_timestamp)
{
	int type = sqlite3_column_type(stmt, index);
	struct span text;

	if (column->mode == MODE_REPEATED || (column->type == TYPE_RECORD && type != SQLITE_NULL)) {
		text.p = (const char *)sqlite3_column_text(stmt, index);
		text.n = (size_t)sqlite3_column_bytes(stmt, index);
		add_cell(b, column, false, text.p ? text : SPAN("null"), int64_timestamp);
		return;
	}
	buf_adds(b, "{\"v\":");
	switch (type) {
	case SQLITE_NULL: buf_adds(b, "null"); break;
	case SQLITE_INTEGER:
		add_int(b, column->type, sqlite3_column_int64(stmt, index), int64_timestamp);
		break;
	case SQLITE_FLOAT: add_real(b, sqlite3_column_double(stmt, index)); break;
	default:
		text.p = type == SQLITE_BLOB ? sqlite3_column_blob(stmt, index)
		                             : (const char *)sqlite3_column_text(stmt, index);
		text.n = (size_t)sqlite3_column_bytes(stmt, index);
		if (type == SQLITE_BLOB)
			add_blob(b, text);
		else if (column->type == TYPE_RANGE)
			add_range(b, column, text, int64_timestamp);
		else
			jstr_quote(b, text);
	}
	buf_addc(b, '}');
}
