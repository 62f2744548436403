#ifndef PII_DIALLED_H
#define PII_DIALLED_H

/* Telephone numbers in a text: digits in groups, as people write them. */

#include "base/span.h"

enum dialled {
	DIALLED_NO,
	DIALLED_MAYBE, /* 8 to 15 digits: one if something speaks of telephones */
	DIALLED_YES /* one with a +; one of Brazil or North America in a usual grouping; bare digits
	               that are Brazilian with 55, or begin with 00 and a calling code */
};

/* Does a telephone number begin at this byte, a digit, a ( or a +? */
enum dialled dialled_at(struct span text, size_t at);

#endif
