#include "storage/value.h"
#include "storage/civil.h"
#include "storage/decimal.h"
#include "storage/interval.h"
#include "storage/range.h"
#include "json/jstr.h"
#include "json/scan.h"
#include "wire/crypt.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

/* In what follows `text` is a string's text or the raw value. */

static struct value_plain cell_text(struct span text)
{
	return (struct value_plain){.kind = CELL_TEXT, .text = text};
}

static struct value_plain cell_int(int64_t i)
{
	return (struct value_plain){.kind = CELL_INT, .i = i};
}

static const char *read_int(struct span text, struct value_plain *cell)
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

static const char *read_float(struct span text, struct value_plain *cell)
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

static const char *read_bool(struct span text, struct value_plain *cell)
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
    struct span text, enum type type, struct buf *made, struct value_plain *cell)
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

static const char *read_civil(
    struct span text, enum type type, struct buf *made, struct value_plain *cell)
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
static const char *read_timestamp(struct span text, struct value_plain *cell)
{
	struct decimal seconds, million;
	int64_t us;

	if (!civil_parse_timestamp(text, &us)) {
		decimal_of_int(&million, CLOCK_SECOND);
		if (decimal_parse(&seconds, text, TYPE_NUMERIC, false) != DECIMAL_OK ||
		    !decimal_mul(&seconds, &seconds, &million, TYPE_NUMERIC) ||
		    !decimal_to_int(&seconds, &us) || us < TIME_MIN || us > TIME_MAX)
			return "Could not convert value to timestamp";
	}
	*cell = cell_int(us);
	return NULL;
}

static const char *read_bytes(struct span text, struct buf *made, struct value_plain *cell)
{
	if (!crypt_unbase64(made, text))
		return "Could not decode base64 string to bytes";
	*cell = (struct value_plain){.kind = CELL_BLOB, .text = buf_span(made)};
	return NULL;
}

struct span value_compact(struct span raw, struct buf *made)
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

static const char *read_interval(struct span text, struct buf *made, struct value_plain *cell)
{
	char canonical[INTERVAL_TEXT];
	struct interval i;

	if (!interval_parse(&i, text))
		return "Could not convert value to interval";
	interval_format(&i, canonical);
	buf_adds(made, canonical);
	*cell = cell_text(buf_span(made));
	return NULL;
}

/* "[A, B)", or {"start":A,"end":B}: NULL or none is UNBOUNDED. */
static const char *read_range(
    enum type of, struct span raw, struct span text, struct buf *made, struct value_plain *cell)
{
	struct span rest = raw, name, value, bound[2] = {{0}};
	char canonical[RANGE_TEXT], both[RANGE_TEXT];

	if (scan_type(raw) == JSON_OBJECT) {
		while (scan_member(&rest, &name, &value))
			if (scan_type(value) == JSON_STRING && value.n >= 2)
				bound[!span_eq(name, SPAN("start"))] =
				    (struct span){value.p + 1, value.n - 2};
		snprintf(both, sizeof both, "[%.*s, %.*s)", (int)(bound[0].p ? bound[0].n : 9),
		    bound[0].p ? bound[0].p : "UNBOUNDED", (int)(bound[1].p ? bound[1].n : 9),
		    bound[1].p ? bound[1].p : "UNBOUNDED");
		text = span_of(both);
	}
	if (!range_parse(text, of, canonical))
		return "Could not convert value to range";
	buf_adds(made, canonical);
	*cell = cell_text(buf_span(made));
	return NULL;
}

const char *value_scalar(struct value_in *in, const struct catalog_column *column, struct span raw,
    struct value_plain *cell)
{
	enum json json = scan_type(raw);
	struct span text = json == JSON_STRING ? jstr_text(raw, &in->scratch) : raw;
	bool textual = json == JSON_STRING;

	buf_clear(&in->made);
	if (column->type == TYPE_RANGE)
		return read_range(column->fields->type, raw, text, &in->made, cell);
	if (column->type == TYPE_JSON) {
		*cell = cell_text(value_compact(raw, &in->made));
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
	case TYPE_INTERVAL: return read_interval(text, &in->made, cell);
	case TYPE_BYTES:
		return textual ? read_bytes(text, &in->made, cell)
		               : "Could not decode base64 string to bytes";
	default: return "Unsupported type";
	}
}
