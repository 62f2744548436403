#ifndef NORMALIZE_DECIMAL_H
#define NORMALIZE_DECIMAL_H

/*
 * A decimal number as its digits in the text it came from: exact, whatever its
 * length, and never a double. The value is 0.D1D2...Dn * 10^point, where D1 and
 * Dn are not 0; zero has n == 0.
 */

#include "base/buf.h"

#include <stdint.h>

struct decimal {
	bool negative;
	bool json;     /* the text is a JSON number as it stands */
	bool exponent; /* the text has an exponent */
	size_t n;      /* significant digits */
	int64_t point; /* digits before the decimal point, counted from D1 */
	size_t scale;  /* digits behind the point as written */
	/* private */
	struct span whole, fraction;
	size_t lead;
};

/*
 * Reads [+-] digits [. digits] [e [+-] digits], where one of the two runs of
 * digits may be missing and zeros may lead. False when `text` is anything else.
 */
bool decimal_parse(struct span text, struct decimal *d);

/* The significant digit i, as a character; '0' from n on. */
char decimal_digit(const struct decimal *d, size_t i);

/* Is it a whole number? */
bool decimal_is_whole(const struct decimal *d);

/* How many digits stand before and behind the point when all are written out. */
int64_t decimal_before(const struct decimal *d);
int64_t decimal_behind(const struct decimal *d);

/* Below 0, 0 or above 0, as a < b, a == b or a > b. */
int decimal_compare(const struct decimal *a, const struct decimal *b);

/* Written out without an exponent, as JSON has it. Its length is before + behind + 3 at most. */
void decimal_write(const struct decimal *d, struct buf *out);

#endif
