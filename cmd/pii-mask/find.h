#ifndef PII_FIND_H
#define PII_FIND_H

/*
 * What in a text looks like personal data. Shapes that carry check digits must prove
 * them; the others (e-mail, phone, IP) must stand by themselves, so that ids,
 * timestamps, digests and base64 are seldom taken for one. A phone number is one
 * with a +, or in one of the usual groupings; a bare row of digits only as a
 * Brazilian number with its country code. Names and street addresses are not found.
 */

#include "base/span.h"

enum find {
	FIND_EMAIL,
	FIND_PHONE,
	FIND_CARD,
	FIND_IBAN,
	FIND_CPF,
	FIND_CNPJ,
	FIND_IP,
	FIND_BIRTH, /* a date of birth */
	FINDS
};

/* The kind's name in a report: "email". */
const char *find_name(enum find kind);

/*
 * The kinds found in `text`, which may be long and hold other things: bit n is kind n.
 * A date counts as one of birth where `birth` says that its field is for that (see
 * find_is_birth), or where a word for it stands before it in the text.
 */
unsigned find_all(struct span text, bool birth);

/* Does this text, such as a field's name, hold a word for birth in some language? */
bool find_is_birth(struct span text);

#endif
