#ifndef JSON_ROW_H
#define JSON_ROW_H

/*
 * A row: one JSON object on one line, as a flat list of fields that point into
 * the line. Nothing is copied, and nothing is allocated once the list has grown
 * to the widest row. The row is valid as long as its line.
 *
 *	struct row row = {0};
 *	const char *why = row_parse(&row, line);
 *	if (why) ...                                  "not JSON", "duplicate key" ...
 *	const struct field *f = row_find(&row, SPAN("id"));
 */

#include "json/layout.h"
#include "json/scan.h"

struct row {
	const struct field *fields; /* of `scan` */
	size_t n;
	bool unlisted; /* the reader's to set: a row that has a layout gets no fields */
	struct scan scan;
	struct layout layout;
	struct span bad; /* the name of the key that a "duplicate key" is about, or absent */
};

/*
 * Scans a whole line strictly. NULL, or the rule it breaks: scan's texts, or
 * "not a JSON object".
 */
const char *row_parse(struct row *r, struct span line);

/*
 * Splits an object that was scanned before (a nested value of a row) into the
 * fields of `r`. It cannot fail.
 */
void row_split(struct row *r, struct span object);

/* The field of that (unescaped) name, or NULL. */
const struct field *row_find(const struct row *r, struct span name);

/*
 * The layout that the parsed row has, and the places of its values (json/layout.h); NULL when it
 * has none.
 */
static inline const struct layout *row_layout(const struct row *r)
{
	return r->layout.same ? &r->layout : NULL;
}

void row_free(struct row *r);

#endif
