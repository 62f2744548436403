#ifndef NORMALIZE_CAST_H
#define NORMALIZE_CAST_H

/*
 * What the casts share. There is one cast for each type, in cast_text, cast_number and cast_time:
 * from a JSON value to the JSON that BigQuery loads into a column of that type.
 * ndjson-normalize(1) has the table of what goes in and what comes out. A cast writes to to->out
 * or says why the value does not fit (plan_bad), and never sees null.
 */

#include "plan.h"

/*
 * The text of a plain value after steps `first` to `end` (without it) of the column's clean list:
 * a string's unescaped, a number's or Boolean's own. GOT_VALUE and *text, or
 * GOT_NULL, or GOT_BAD.
 */
enum got cast_clean(struct plan_target *to, const struct plan_column *column,
    const struct plan_cell *cell, size_t first, size_t end, struct span *text);

enum { CAST_WORD = 16 }; /* bytes of a word, its NULs included */

/* Is it one of n words (in lower case), whatever its ASCII case? */
bool cast_is_any(struct span text, const char (*words)[CAST_WORD], size_t n);

/* Writes a short text that needs no escapes as a string. */
static inline void cast_put_quoted(struct buf *b, struct span plain)
{
	plan_put(b, "\"", 1);
	plan_put_span(b, plain);
	plan_put(b, "\"", 1);
}

#endif
