#ifndef GAIO_FETCH_WHERE_H
#define GAIO_FETCH_WHERE_H

/*
 * A place in a JSON document, as a source file writes it: steps joined by dots.
 *
 *	paging.next.after              members of objects
 *	"@odata.nextLink"              a step in quotes may hold dots
 *	0.errorCode                    a number picks an item of an array
 *	error.details.errors.code      a name is looked for in each item of an array, in order
 *	*.0.minutes                    * is any member of an object
 *
 * Documents were scanned before (json/scan.h).
 */

#include "base/buf.h"
#include "base/text.h"

#include <stdint.h>

enum { WHERE_STEPS = 12 };

/* n == 0: not given. The steps point into the text that was parsed. */
struct where {
	struct span text; /* as it was written, for messages */
	struct span step[WHERE_STEPS];
	size_t n;
};

/* NULL, or the rule that the text breaks. */
const char *where_parse(struct where *w, struct span text);

/* The raw value, or the absent span. */
struct span where_find(const struct where *w, struct span json);

/* The text of a string, the digits of a number, "true", "false"; absent for null and the rest. */
struct span where_text(const struct where *w, struct span json, struct buf *scratch);

/* A whole number that may stand in a string ("3"). False when there is none. */
bool where_count(const struct where *w, struct span json, uint64_t *n);

/*
 * Appends the document with the value at the place replaced or added; objects on the way
 * are made.
 */
void where_set(struct buf *to, const struct where *w, struct span json, struct span raw);

/* Does a member's raw name (between its quotes) mean this text? */
bool where_names(struct span raw, struct span text);

#endif
