#ifndef PII_PLAIN_H
#define PII_PLAIN_H

/*
 * A text without the disguises in which forms, URLs and chats carry it: percent-encoding,
 * numeric entities of HTML, \u escapes, full-width letters and digits, other hyphens and
 * spaces, invisible characters, "[at]", and base64 of a whole readable text.
 */

#include "base/buf.h"

/* Sets *out to the plain text; false, and quick, where nothing is disguised. */
bool plain_text(struct span text, struct buf *out);

#endif
