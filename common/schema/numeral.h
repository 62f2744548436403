#ifndef SCHEMA_NUMERAL_H
#define SCHEMA_NUMERAL_H

/*
 * A decimal number as its digits in the text it came from: exact, whatever its
 * length, and never a double. The value is 0.D1D2...Dn * 10^point, where D1 and
 * Dn are not 0; zero has n == 0.
 */

#include "base/buf.h"

#include <stdint.h>

struct numeral {
	bool negative;
	bool json;     /* the text is a JSON number as it stands */
	bool exponent; /* the text has an exponent */
	size_t n;      /* significant digits */
	int64_t point; /* digits before the decimal point, counted from D1 */
	size_t scale;  /* digits after the point as written */
	/* private */
	struct span whole, fraction;
	size_t lead;
};

/*
 * Reads [+-] digits [. digits] [e [+-] digits], where one of the two runs of
 * digits may be missing and zeros may lead. False when `text` is anything else.
 */
bool numeral_parse(struct span text, struct numeral *d);

/* The significant digit i, as a character; '0' from n on. */
char numeral_digit(const struct numeral *d, size_t i);

/* Is it a whole number? */
bool numeral_is_whole(const struct numeral *d);

/* How many digits stand before and after the point when all are written out. */
int64_t numeral_before(const struct numeral *d);
int64_t numeral_behind(const struct numeral *d);

/* Below 0, 0 or above 0, as a < b, a == b or a > b. */
int numeral_compare(const struct numeral *a, const struct numeral *b);

/* Written out without an exponent, as JSON has it. Its length is before + behind + 3 at most. */
void numeral_write(const struct numeral *d, struct buf *out);

#endif
