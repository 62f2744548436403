#ifndef NORMALIZE_PHONE_H
#define NORMALIZE_PHONE_H

/*
 * Telephone numbers in the form of ITU-T E.164: + and at most 15 digits. What is
 * checked is the shape: the country's calling code, and how many digits its
 * national numbers have (ITU-T E.164 national numbering plans, 2026-11), not
 * whether a number was given to anybody.
 */

#include "base/buf.h"

struct country;

/* The numbering plan of a country by its two letters (ISO 3166), or NULL. */
const struct country *phone_country(struct span code);

/*
 * Takes the digits that were dialled in `country`, or behind a `plus` from
 * anywhere, and appends calling code and national number. False when they are no
 * telephone number. Leaves away: the country's international prefix (00, 011 ...)
 * and its trunk prefix, and Brazil's two digits of a carrier behind it.
 */
bool phone_write(const struct country *country, struct span digits, bool plus, struct buf *into);

#endif
