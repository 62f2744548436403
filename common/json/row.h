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

#include "base/mem.h"
#include "json/scan.h"

struct field {
	struct span name;  /* between the quotes, escapes kept */
	struct span value; /* raw JSON */
	enum json type;
	bool plain; /* the name has no escapes */
};

struct row {
	struct field *fields;
	size_t n, cap;
	bool unlisted; /* the reader's to set: a row that has a layout gets no fields */
	struct scan scan;
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

/*
 * Makes room for one more field. Here, since scan lists fields as it meets them, and needs row.h
 * only.
 */
static inline void row_grow(struct row *r)
{
	r->cap = r->cap ? r->cap * 2 : 32;
	r->fields = mem_resize(r->fields, r->cap, sizeof *r->fields);
}

/* The field of that (unescaped) name, or NULL. */
const struct field *row_find(const struct row *r, struct span name);

/*
 * The layout that the parsed row has, and the places of its values (json/layout.h); NULL when it
 * has none.
 */
static inline const struct layout *row_layout(const struct row *r)
{
	return r->scan.layout.same ? &r->scan.layout : NULL;
}

void row_free(struct row *r);

#endif
