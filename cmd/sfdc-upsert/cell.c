#include "columns.h"

#include "base/clock.h"
#include "row/jstr.h"
#include "wire/csv.h"

#include <stdio.h>

/*
 * An instant of a row: RFC 3339; a date alone (midnight); a time without a zone, which is UTC;
 * BigQuery's "2026-11-22 10:00:00 UTC". `text` has no quotes.
 */
static bool read_instant(struct span text, int64_t *us)
{
	char zoned[48];

	if (clock_parse_rfc3339(text, us))
		return true;
	if (text.n > 4 && memcmp(text.p + text.n - 4, " UTC", 4) == 0)
		text.n -= 4;
	if (text.n < 10 || text.n > 30)
		return false;
	snprintf(zoned, sizeof zoned, "%.*s%sZ", SPAN_ARG(text), text.n == 10 ? "T00:00:00" : "");
	return clock_parse_rfc3339(span_of(zoned), us);
}

/* Text that is no instant stays as it is: Salesforce says what it thinks of it. */
void cell_convert(struct cell *cell, enum column_kind kind)
{
	struct span text = {cell->raw.p + 1, cell->raw.n - 2};
	char shown[CLOCK_TEXT];
	int64_t us, milli;

	if (!read_instant(text, &us))
		return;
	milli = ((us % CLOCK_SECOND) + CLOCK_SECOND) % CLOCK_SECOND / 1000;
	clock_rfc3339(shown, us);
	if (kind == COLUMN_DATE)
		snprintf(cell->text, sizeof cell->text, "\"%.10s\"", shown);
	else
		snprintf(cell->text, sizeof cell->text, "\"%.19s.%03dZ\"", shown, (int)milli);
	cell->raw = span_of(cell->text);
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
