#ifndef SCHEMA_COLUMN_NAME_H
#define SCHEMA_COLUMN_NAME_H

/*
 * What BigQuery takes as the name of a column, in the one place where the rule stands.
 *
 *	why = column_name_check(name);
 *	if (why)
 *		refuse("field %.*s: %s", SPAN_ARG(name), why);
 *
 * A name has 1 to 300 characters: Unicode letters, marks and numbers, _ and the other connectors,
 * dashes, the space, and & % = + : ' < > # |. It may not begin with a reserved prefix, in any
 * case. Names that differ only in case are the same. A *plain* name needs no backquotes in SQL:
 * ASCII letters, digits and _, no digit first.
 *
 * Source: BigQuery, "Specifying a schema": column names, flexible column names.
 */

#include "base/buf.h"

enum { COLUMN_NAME_MAX = 300 };

/* NULL, or the rule that the name (any bytes) breaks, as a static text. */
const char *column_name_check(struct span name);

/* Is it a plain name, and one that BigQuery takes? */
bool column_name_plain(struct span name);

/* Is it an identifier of SQL: ASCII letters, digits and _, no digit first? */
bool column_name_identifier(struct span name);

/* Do the two name the same column? Both are valid UTF-8. */
bool column_name_same(struct span a, struct span b);

/* Appends the name in lower case, which all names of one column share. It is valid UTF-8. */
void column_name_fold(struct buf *b, struct span name);

/*
 * Puts a plain name, made of `prefix` and `name` (valid UTF-8), into the empty
 * buffer: Latin letters lose their accents, every other run of foreign
 * characters becomes one underscore, and none is left at the end. At most
 * COLUMN_NAME_MAX - 8 bytes, so that a suffix finds room.
 */
void column_name_make(struct buf *b, struct span prefix, struct span name);

#endif
