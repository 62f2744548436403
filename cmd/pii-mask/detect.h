#ifndef PII_DETECT_H
#define PII_DETECT_H

/*
 * What in a text looks like personal data. Shapes that carry check digits must prove
 * them; the others (e-mail, phone, IP) must stand by themselves, so that ids,
 * timestamps, digests and base64 are seldom taken for one. dialled.h says what a phone
 * number is, plain.h which disguises are seen through. Names and street addresses are
 * not found.
 */

#include "base/buf.h"
#include "detect_kind.h"

/* The kind's name in a report: "email". */
const char *detect_name(enum detect kind);

/*
 * The kinds found in `text`, which may be long and hold other things: bit n is kind n.
 * A date counts as one of birth, and 8 to 15 bare digits as a phone number, only where
 * `hints` has that kind (see hint.h), or where a word for it stands near it in the text.
 * `plain` is room for the text without disguises.
 */
unsigned detect_all(struct span text, unsigned hints, struct buf *plain);

#endif
