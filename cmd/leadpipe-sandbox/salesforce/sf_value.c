#include "salesforce/sf_value.h"

#include "base/text.h"
#include "base/time.h"
#include "storage/civil.h"
#include "json/jstr.h"
#include "json/scan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { NUMBER_TEXT = 64, TEXT_MAX = 1 << 28 };

/* One value of a record on its way into its column. */
struct value {
	const struct sf_field *field;
	enum json type; /* as sent */
	struct span text;
	struct sf_error *error;
};

static int shown(struct span text)
{
	return (int)(text.n < 100 ? text.n : 100);
}

static bool refuse_type(const struct value *v)
{
	sf_error_set(v->error, 400, "INVALID_TYPE_ON_FIELD_IN_RECORD", v->field->name,
	    "%s: value not of required type: %.*s", v->field->label, shown(v->text), v->text.p);
	return false;
}

static bool check_length(const struct value *v)
{
	if (text_characters(v->text) <= (size_t)v->field->length)
		return true;
	sf_error_set(v->error, 400, "STRING_TOO_LONG", v->field->name,
	    "%s: data value too large: %.*s (max length=%d)", v->field->label, shown(v->text),
	    v->text.p, v->field->length);
	return false;
}

static bool check_email(const struct value *v)
{
	const char *at = memchr(v->text.p, '@', v->text.n);
	const char *end = v->text.p + v->text.n;
	bool good = at && at > v->text.p && !memchr(at + 1, '@', (size_t)(end - at - 1)) &&
	            !memchr(v->text.p, ' ', v->text.n);
	const char *dot = good ? memchr(at + 1, '.', (size_t)(end - at - 1)) : NULL;

	if (dot && dot > at + 1 && end[-1] != '.')
		return true;
	sf_error_set(v->error, 400, "INVALID_EMAIL_ADDRESS", v->field->name,
	    "%s: invalid email address: %.*s", v->field->label, shown(v->text), v->text.p);
	return false;
}

static bool is_among(const char *values, struct span text)
{
	for (size_t n; values && *values; values += n + (values[n] == '\n')) {
		n = strcspn(values, "\n");
		if (n == text.n && strncasecmp(values, text.p, n) == 0)
			return true;
	}
	return false;
}

/* Of a multipicklist: each of the values that stand between semicolons. */
static bool all_among(const struct value *v)
{
	struct span rest = v->text;

	while (rest.n > 0) {
		const char *end =
		    v->field->type == SF_MULTIPICKLIST ? memchr(rest.p, ';', rest.n) : NULL;
		struct span word = {rest.p, end ? (size_t)(end - rest.p) : rest.n};

		if (!is_among(v->field->values, word))
			return false;
		rest = span_skip(rest, word.n + (end != NULL));
	}
	return true;
}

static bool check_picklist(const struct value *v)
{
	if (!(v->field->flags & SF_RESTRICTED) || all_among(v))
		return true;
	sf_error_set(v->error, 400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", v->field->name,
	    "%s: bad value for restricted picklist field: %.*s", v->field->label, shown(v->text),
	    v->text.p);
	return false;
}

static bool bind_text(const struct value *v, sqlite3_stmt *stmt, int index)
{
	if (v->type != JSON_STRING)
		return refuse_type(v);
	if (!check_length(v) || (v->field->type == SF_EMAIL && !check_email(v)) ||
	    !check_picklist(v))
		return false;
	sqlite3_bind_text(stmt, index, v->text.p, (int)v->text.n, SQLITE_TRANSIENT);
	return true;
}

static bool bind_boolean(const struct value *v, sqlite3_stmt *stmt, int index)
{
	bool text = v->type == JSON_STRING;
	bool yes = span_eq(v->text, SPAN("true")) || (text && span_eq(v->text, SPAN("1")));
	bool no = span_eq(v->text, SPAN("false")) || (text && span_eq(v->text, SPAN("0")));

	if (v->type == JSON_NUMBER || (!yes && !no))
		return refuse_type(v);
	sqlite3_bind_int(stmt, index, yes);
	return true;
}

/* Numbers may come as strings, as Salesforce takes them. */
static bool read_number(const struct value *v, double *number)
{
	char text[NUMBER_TEXT], *end;

	if ((v->type != JSON_NUMBER && v->type != JSON_STRING) || v->text.n >= sizeof text)
		return false;
	snprintf(text, sizeof text, "%.*s", SPAN_ARG(v->text));
	*number = strtod(text, &end);
	return !*end && end != text && !text[strspn(text, "+-.0123456789eE")] && isfinite(*number);
}

static bool bind_number(const struct value *v, sqlite3_stmt *stmt, int index)
{
	double number;

	if (!read_number(v, &number))
		return refuse_type(v);
	if (v->field->type == SF_INT && (number != floor(number) || fabs(number) > 2147483647))
		return refuse_type(v);
	if (v->field->type == SF_INT)
		sqlite3_bind_int64(stmt, index, (int64_t)number);
	else
		sqlite3_bind_double(stmt, index, number);
	return true;
}

static bool is_date(const struct value *v)
{
	int64_t days;

	return v->type == JSON_STRING && v->text.n == 10 && civil_parse_date(v->text, false, &days);
}

static bool bind_date(const struct value *v, sqlite3_stmt *stmt, int index)
{
	if (!is_date(v))
		return refuse_type(v);
	sqlite3_bind_text(stmt, index, v->text.p, (int)v->text.n, SQLITE_TRANSIENT);
	return true;
}

/* A date alone is refused, as in Salesforce. */
static bool read_datetime(const struct value *v, int64_t *us)
{
	return v->type == JSON_STRING && v->text.n >= 16 && v->text.p[10] == 'T' &&
	       civil_parse_timestamp(v->text, us);
}

/* Kept as Salesforce shows it: 2026-11-22T23:59:58.000+0000. */
static bool bind_datetime(const struct value *v, sqlite3_stmt *stmt, int index)
{
	char text[TIME_TEXT], stored[TIME_TEXT + 16];
	int64_t us;

	if (!read_datetime(v, &us))
		return refuse_type(v);
	time_rfc3339(text, us - ((us % CLOCK_SECOND) + CLOCK_SECOND) % CLOCK_SECOND);
	snprintf(stored, sizeof stored, "%.19s.%03d+0000", text,
	    (int)(((us % CLOCK_SECOND) + CLOCK_SECOND) % CLOCK_SECOND / 1000));
	sqlite3_bind_text(stmt, index, stored, -1, SQLITE_TRANSIENT);
	return true;
}

static bool bind_null(const struct value *v, sqlite3_stmt *stmt, int index)
{
	if (v->field->type == SF_BOOLEAN)
		return refuse_type(v);
	sqlite3_bind_null(stmt, index);
	return true;
}

static bool bind(const struct value *v, sqlite3_stmt *stmt, int index)
{
	if (v->type == JSON_ARRAY || v->type == JSON_OBJECT)
		return refuse_type(v);
	if (v->type == JSON_NULL || (v->type == JSON_STRING && v->text.n == 0))
		return bind_null(v, stmt, index);
	switch (v->field->type) {
	case SF_BOOLEAN: return bind_boolean(v, stmt, index);
	case SF_INT:
	case SF_DOUBLE:
	case SF_CURRENCY:
	case SF_PERCENT: return bind_number(v, stmt, index);
	case SF_DATE: return bind_date(v, stmt, index);
	case SF_DATETIME: return bind_datetime(v, stmt, index);
	default: return bind_text(v, stmt, index);
	}
}

static struct value read_value(const struct sf_field *field, struct span raw, struct buf *scratch)
{
	struct value v = {.field = field, .type = scan_type(raw), .text = raw};

	buf_init(scratch, TEXT_MAX);
	if (v.type == JSON_STRING)
		v.text = span_trim(jstr_text(raw, scratch));
	return v;
}

bool sf_value_bind(sqlite3_stmt *stmt, int index, const struct sf_field *field, struct span raw,
    struct sf_error *e)
{
	struct buf scratch;
	struct value v = read_value(field, raw, &scratch);
	bool ok;

	v.error = e;
	ok = bind(&v, stmt, index);
	buf_free(&scratch);
	return ok;
}

static bool parses(const struct value *v)
{
	double number;
	int64_t us;

	if (v->type == JSON_NULL || (v->type == JSON_STRING && v->text.n == 0))
		return true;
	switch (v->field->type) {
	case SF_BOOLEAN:
		return v->type == JSON_TRUE || v->type == JSON_FALSE ||
		       span_eq(v->text, SPAN("true")) || span_eq(v->text, SPAN("false"));
	case SF_INT:
	case SF_DOUBLE:
	case SF_CURRENCY:
	case SF_PERCENT: return read_number(v, &number);
	case SF_DATE: return is_date(v);
	case SF_DATETIME: return read_datetime(v, &us);
	default: return v->type == JSON_STRING;
	}
}

bool sf_value_parses(const struct sf_field *field, struct span raw)
{
	struct buf scratch;
	struct value v = read_value(field, raw, &scratch);
	bool ok = parses(&v);

	buf_free(&scratch);
	return ok;
}

bool sf_value_is_empty(struct span raw)
{
	return scan_type(raw) == JSON_NULL ||
	       (scan_type(raw) == JSON_STRING &&
	           span_trim((struct span){raw.p + 1, raw.n - 2}).n == 0);
}

void sf_value_write(struct buf *b, const struct sf_field *field, sqlite3_stmt *stmt, int index)
{
	const char *text = (const char *)sqlite3_column_text(stmt, index);

	if (!text)
		buf_adds(b, "null");
	else if (field->type == SF_BOOLEAN)
		buf_adds(b, *text == '1' ? "true" : "false");
	else if (field->type >= SF_INT && field->type <= SF_PERCENT)
		buf_adds(b, text);
	else
		jstr_quote_any(b, (struct span){text, (size_t)sqlite3_column_bytes(stmt, index)});
}
