#ifndef JSON_SCAN_ITEMS_H
#define JSON_SCAN_ITEMS_H

/*
 * Inside a value that was scanned before: its type, its items, its members. Nothing is checked a
 * second time, so nothing here can fail.
 */

#include "base/span.h"

enum json { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

static inline bool scan_is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* The first byte from p on that is no white space of JSON's, or end. */
static inline const char *scan_space(const char *p, const char *end)
{
	while (p < end && scan_is_space(*p))
		p++;
	return p;
}

/* The type of a value that was scanned before, from its first byte. */
extern const unsigned char scan_first[256];

static inline enum json scan_type(struct span value)
{
	return (enum json)(scan_first[(unsigned char)*value.p] ^ JSON_NUMBER);
}

/*
 * Walks the items of an array that was scanned before. *rest begins as the
 * array's span; false at its end. Of a text that is not JSON the items mean
 * nothing, but each lies inside the text, and a string has both quotes.
 *
 *	for (rest = array; scan_item(&rest, &item);)
 */
bool scan_item(struct span *rest, struct span *item);

/*
 * The same for the members of an object: *name is what stands between the
 * quotes, escapes kept.
 */
bool scan_member(struct span *rest, struct span *name, struct span *value);

#endif
