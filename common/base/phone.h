#ifndef BASE_PHONE_H
#define BASE_PHONE_H

/*
 * Telephone numbers in the form of ITU-T E.164: + and at most 15 digits. What is checked
 * is the numbering plan: the country's calling code, the digits that its national numbers
 * begin with, and how many there are (phone_plans.h); for Brazil also the area code
 * and the ninth digit, for North America the exchange. Whether a number was given to anybody
 * is not known.
 *
 *	const struct phone_plan *home = phone_country(SPAN("BR"));
 *	if (!phone_text(home, false, SPAN("(11) 98765-4321"), &out))
 *		...                                    "+5511987654321" otherwise
 */

#include "base/buf.h"

struct phone_plan;

/* The plan of a country by its two letters (ISO 3166), or NULL. */
const struct phone_plan *phone_country(struct span code);

/* The plan of a calling code, "55" or "351", or NULL. */
const struct phone_plan *phone_calling(struct span digits);

/*
 * Takes the digits that were dialled in `home`, or, after a `plus`, anywhere, and appends
 * calling code and national number. False, and nothing appended, when they are no telephone
 * number. The international prefix (00, 011 ...), a calling code without +, the trunk prefix
 * (before or after the calling code), and Brazil's carrier after it are left out. A
 * number that is right both with and without its first digits taken for the calling code
 * is a national one. `home` may be NULL: then only numbers with + or 00 are known.
 */
bool phone_write(const struct phone_plan *home, struct span digits, bool plus, struct buf *into);

/*
 * The same for a text as people write it, with spaces, hyphens, dots, slashes and
 * brackets; appends + too. Any other character makes it no number. `coded`: a number
 * without + begins with its calling code (or with 00 and that).
 */
bool phone_text(const struct phone_plan *home, bool coded, struct span text, struct buf *into);

/* Do these digits have the form of a national number of that plan? */
bool phone_fits(const struct phone_plan *plan, struct span digits);

#endif
