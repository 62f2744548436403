#ifndef ROW_JSTR_H
#define ROW_JSTR_H

/*
 * JSON strings: from their raw form to the text they mean, and back. A raw
 * string has its quotes; scan has checked it, so nothing here can fail.
 */

#include "base/buf.h"

/*
 * The text of a raw string (quotes included). Where it has no escapes this is a
 * span into `raw`; otherwise the text is appended to `scratch`, and the span is
 * valid until scratch changes. It may hold NUL bytes.
 */
struct span jstr_text(struct span raw, struct buf *scratch);

/* The same for a member's name, which scan gives without its quotes. */
struct span jstr_name(struct span name, struct buf *scratch);

/* Appends `text` (valid UTF-8) as a raw string: quotes, \" \\ \b \f \n \r \t, \u00XX; the rest as it is. */
void jstr_quote(struct buf *b, struct span text);

#endif
