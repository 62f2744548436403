#ifndef NORMALIZE_CLEAN_H
#define NORMALIZE_CLEAN_H

/*
 * The words of a contract's `clean` list. Each takes a text (valid UTF-8, no
 * escapes left) and gives a text back: a span of what it was given, or of `into`
 * when it had to write. `into` is empty and holds nothing of `text`.
 *
 *	trim    white space (Unicode's, and U+FEFF) off both ends
 *	lower   Unicode simple lower case        upper   and upper case
 *	digits  only 0 to 9 stay
 */

#include "base/buf.h"

typedef struct span clean_fn(struct span text, struct buf *into);

/* The function of a word, or NULL when there is no such word. */
clean_fn *clean_find(struct span word);

#endif
