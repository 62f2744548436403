#ifndef PII_DETECT_H
#define PII_DETECT_H

/*
 * What in a text looks like personal data. Shapes that carry check digits must prove
 * them; the others (e-mail, phone, IP) must stand by themselves, so that ids,
 * timestamps, digests and base64 are seldom taken for one. A phone number is one
 * with a +, or in one of the usual groupings; a bare row of digits only as a
 * Brazilian number with its country code, or where a word speaks of phones. Names and
 * street addresses are not found.
 */

#include "base/span.h"

enum detect {
	DETECT_EMAIL,
	DETECT_PHONE,
	DETECT_CARD,
	DETECT_IBAN,
	DETECT_CPF,
	DETECT_CNPJ,
	DETECT_IP,
	DETECT_BIRTH, /* a date of birth */
	DETECTS
};

/* The kind's name in a report: "email". */
const char *detect_name(enum detect kind);

/*
 * The kinds found in `text`, which may be long and hold other things: bit n is kind n.
 * A date counts as one of birth, and 8 to 15 bare digits as a phone number, only where
 * `hints` has that kind (see detect_hints), or where a word for it stands before it in
 * the text.
 */
unsigned detect_all(struct span text, unsigned hints);

/* The kinds of which this text, such as a field's name, speaks in some language: birth_date, phone. */
unsigned detect_hints(struct span text);

#endif
