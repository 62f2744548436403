#include "columns.h"

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

static void convert_instant(struct cell *cell, struct span text, bool date)
{
	char shown[TIME_TEXT];
	int64_t us, milli;

	if (!read_instant(text, &us))
		return;
	milli = ((us % CLOCK_SECOND) + CLOCK_SECOND) % CLOCK_SECOND / 1000;
	time_rfc3339(shown, us);
	if (date)
		snprintf(cell->text, sizeof cell->text, "\"%.10s\"", shown);
	else
		snprintf(cell->text, sizeof cell->text, "\"%.19s.%03dZ\"", shown, (int)milli);
	cell->raw = span_of(cell->text);
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

static void convert_number(struct cell *cell, struct span text)
{
	text = span_trim(text);
	if (!is_number(text))
		return;
	cell->raw = text;
	cell->type = JSON_NUMBER;
}

static void convert_boolean(struct cell *cell, struct span text)
{
	bool yes = span_eq(text, SPAN("true")) || span_eq(text, SPAN("1"));

	if (!yes && !span_eq(text, SPAN("false")) && !span_eq(text, SPAN("0")))
		return;
	cell->raw = yes ? SPAN("true") : SPAN("false");
	cell->type = yes ? JSON_TRUE : JSON_FALSE;
}

/* What is not understood stays as it is: Salesforce says what it thinks of it. */
void cell_convert(struct cell *cell, enum column_kind kind)
{
	bool is_text = cell->type == JSON_STRING;
	struct span text = is_text ? (struct span){cell->raw.p + 1, cell->raw.n - 2} : cell->raw;

	if (kind == COLUMN_TEXT)
		cell->quoted = !is_text;
	else if (kind == COLUMN_NUMBER && is_text)
		convert_number(cell, text);
	else if (kind == COLUMN_BOOLEAN)
		convert_boolean(cell, text);
	else if ((kind == COLUMN_DATE || kind == COLUMN_DATETIME) && is_text)
		convert_instant(cell, text, kind == COLUMN_DATE);
}

void cell_write_csv(const struct cell *cell, struct buf *b, struct buf *scratch)
{
	if (cell->kind == CELL_NULL) {
		buf_adds(b, "#N/A");
	} else if (cell->kind == CELL_VALUE && cell->type == JSON_STRING) {
		buf_clear(scratch);
		csv_add(b, jstr_text(cell->raw, scratch), false);
	} else if (cell->kind == CELL_VALUE) {
		buf_addspan(b, cell->raw);
	}
}
