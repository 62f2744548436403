#ifndef JSON_SCAN_H
#define JSON_SCAN_H

/*
 * JSON, read as spans: strict RFC 8259 over strict UTF-8 (RFC 3629: no overlong
 * forms, no surrogates). No tree, no recursion; nesting is capped. A value's span
 * holds its raw bytes, quotes and brackets included, white space around it not.
 *
 * Accepted and kept as they are: numbers of any size (1e400, -0), \u0000, any
 * escape the grammar knows. Refused: lone surrogate escapes, raw control bytes
 * in strings, NUL outside them, and an object that names a key twice (keys
 * compared unescaped, at every depth).
 */

#include "json/jstr.h"
#include "json/layout.h"
#include "json/mark.h"
#include "json/scan_items.h"

enum { SCAN_DEPTH_MAX = 512 };

/*
 * What the scanner keeps between values. Zero it first. After an error `at` is
 * the byte where the rule was broken (it may be the end of the text) and, for
 * "duplicate key", `twice` the name in question, between its quotes.
 */
struct scan {
	const char *at;
	struct span twice;
	/* private: the keys of the objects it is inside of */
	struct jstr_key *keys;
	size_t n, cap;
	mark_fn *mark;
	struct layout layout; /* of rows; row_parse's */
};

/*
 * Scans one value at the start of `text` (white space before it is passed over).
 * Returns NULL and sets *value, *type and *rest (what stands behind the value),
 * or returns the rule that is broken as a static text: "not JSON", "not UTF-8",
 * "nested too deep", "duplicate key", "control byte in a string",
 * "lone surrogate", "ends too early".
 */
const char *scan_value(
    struct scan *s, struct span text, struct span *value, enum json *type, struct span *rest);

/* One value and nothing but white space behind it: a whole document. */
const char *scan_document(struct scan *s, struct span text, struct span *value, enum json *type);

void scan_free(struct scan *s);

#endif
