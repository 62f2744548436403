#include "sf_value.h"

#include "base/time.h"
#include "json/jstr.h"
#include "wire/csv.h"

#include <stdio.h>

/*
 * An instant of a row: RFC 3339; a date alone (midnight); a time without a zone, which is UTC;
 * BigQuery's "2026-11-22 10:00:00 UTC". `text` has no quotes.
 */
static bool read_instant(struct span text, int64_t *us)
{
	char zoned[48];

	if (time_read_rfc3339(text, us))
		return true;
	if (text.n > 4 && memcmp(text.p + text.n - 4, " UTC", 4) == 0)
		text.n -= 4;
	if (text.n < 10 || text.n > 30)
		return false;
	snprintf(zoned, sizeof zoned, "%.*s%sZ", SPAN_ARG(text), text.n == 10 ? "T00:00:00" : "");
	return time_read_rfc3339(span_of(zoned), us);
}

static void convert_instant(struct sf_value *value, struct span text, bool date)
{
	char shown[TIME_TEXT];
	int64_t us, milli;

	if (!read_instant(text, &us))
		return;
	milli = ((us % CLOCK_SECOND) + CLOCK_SECOND) % CLOCK_SECOND / 1000;
	time_rfc3339(shown, us);
	if (date)
		snprintf(value->text, sizeof value->text, "\"%.10s\"", shown);
	else
		snprintf(value->text, sizeof value->text, "\"%.19s.%03dZ\"", shown, (int)milli);
	value->raw = span_of(value->text);
}

static size_t digits(struct span *text)
{
	size_t n = span_digits(*text);

	*text = span_skip(*text, n);
	return n;
}

/* A number as JSON has it (RFC 8259, section 6). */
static bool is_number(struct span text)
{
	bool zero;
	size_t n;

	if (span_starts(text, SPAN("-")))
		text = span_skip(text, 1);
	zero = span_starts(text, SPAN("0"));
	n = digits(&text);
	if (n == 0 || (zero && n > 1))
		return false;
	if (span_starts(text, SPAN(".")) && (text = span_skip(text, 1), digits(&text) == 0))
		return false;
	return text.n == 0;
}

static void convert_number(struct sf_value *value, struct span text)
{
	text = span_trim(text);
	if (!is_number(text))
		return;
	value->raw = text;
	value->type = JSON_NUMBER;
}

static void convert_boolean(struct sf_value *value, struct span text)
{
	bool yes = span_eq(text, SPAN("true")) || span_eq(text, SPAN("1"));

	if (!yes && !span_eq(text, SPAN("false")) && !span_eq(text, SPAN("0")))
		return;
	value->raw = yes ? SPAN("true") : SPAN("false");
	value->type = yes ? JSON_TRUE : JSON_FALSE;
}

/* What is not understood stays as it is: Salesforce says what it thinks of it. */
void sf_value_convert(struct sf_value *value, enum sf_kind kind)
{
	bool is_text = value->type == JSON_STRING;
	struct span text = is_text ? (struct span){value->raw.p + 1, value->raw.n - 2} : value->raw;

	if (kind == SF_TEXT)
		value->quoted = !is_text;
	else if (kind == SF_NUMBER && is_text)
		convert_number(value, text);
	else if (kind == SF_BOOLEAN)
		convert_boolean(value, text);
	else if ((kind == SF_DATE || kind == SF_DATETIME) && is_text)
		convert_instant(value, text, kind == SF_DATE);
}

void sf_value_csv(const struct sf_value *value, struct buf *b, struct buf *scratch)
{
	if (value->kind == SF_CLEAR) {
		buf_adds(b, "#N/A");
	} else if (value->kind == SF_SEND && value->type == JSON_STRING) {
		buf_clear(scratch);
		csv_add(b, jstr_text(value->raw, scratch), false);
	} else if (value->kind == SF_SEND) {
		buf_addspan(b, value->raw);
	}
}
