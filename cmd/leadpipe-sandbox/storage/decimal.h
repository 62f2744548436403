#ifndef SANDBOX_DECIMAL_H
#define SANDBOX_DECIMAL_H

/*
 * Exact decimals: BigQuery's NUMERIC (29 digits before the point, 9 after it)
 * and BIGNUMERIC (up to 5.78e38, 38 digits after the point). Both lie in one
 * form: a magnitude of 256 bits in units of 10^-38, and a sign. Where a function
 * is told the type, its result is rounded (half away from zero) to that type's
 * scale and must lie in its range; it returns false when it does not.
 *
 *	struct decimal a, b, sum;
 *	char text[DECIMAL_TEXT];
 *
 *	if (decimal_parse(&a, SPAN("0.1"), TYPE_NUMERIC, true) == DECIMAL_OK && ...
 *	    decimal_add(&sum, &a, &b, TYPE_NUMERIC))
 *		decimal_format(&sum, text);
 */

#include "base/span.h"
#include "schema/contract.h"

#include <stdint.h>

enum { DECIMAL_TEXT = 96, DECIMAL_LIMBS = 4 };

struct decimal {
	uint64_t limb[DECIMAL_LIMBS]; /* lowest first; units of 10^-38; below 2^255 */
	bool negative;                /* never of zero */
};

enum decimal_got {
	DECIMAL_OK,
	DECIMAL_BAD,   /* no number */
	DECIMAL_SCALE, /* too many digits after the point, and `exact` was asked for */
	DECIMAL_RANGE, /* too big */
};

enum decimal_rounding { DECIMAL_HALF_AWAY, DECIMAL_TRUNCATE, DECIMAL_FLOOR, DECIMAL_CEILING };

/*
 * Reads "-12.50", "+.5", "1e3": a sign, digits, a point, an exponent; no white
 * space. `type` is TYPE_NUMERIC or TYPE_BIGNUMERIC. Without `exact` more digits
 * than the type has are rounded.
 */
enum decimal_got decimal_parse(struct decimal *d, struct span text, enum type type, bool exact);

/* The canonical text: no exponent, no needless zeros, "0" for zero. Returns its length. */
size_t decimal_format(const struct decimal *d, char text[DECIMAL_TEXT]);

void decimal_of_int(struct decimal *d, int64_t value);

/* Rounded half away from zero to a whole number; false when that is not an int64. */
bool decimal_to_int(const struct decimal *d, int64_t *value);

/*
 * The nearest double, and the decimal nearest to a double (false: NaN, infinite or out of
 * range).
 */
double decimal_to_double(const struct decimal *d);
bool decimal_of_double(struct decimal *d, double value, enum type type);

/* Results may stand where an operand stands. */
bool decimal_add(
    struct decimal *r, const struct decimal *a, const struct decimal *b, enum type type);
bool decimal_sub(
    struct decimal *r, const struct decimal *a, const struct decimal *b, enum type type);
bool decimal_mul(
    struct decimal *r, const struct decimal *a, const struct decimal *b, enum type type);

/* False too when b is zero: ask decimal_sign first. */
bool decimal_div(
    struct decimal *r, const struct decimal *a, const struct decimal *b, enum type type);

/* The remainder of the truncated division, with the sign of a. False when b is zero. */
bool decimal_mod(struct decimal *r, const struct decimal *a, const struct decimal *b);

void decimal_negate(struct decimal *d);

/* To `digits` after the point (-38 to 38); negative ones round before it. False: out of range. */
bool decimal_round(struct decimal *d, int digits, enum decimal_rounding how);

/* -1, 0, 1 */
int decimal_sign(const struct decimal *d);
int decimal_compare(const struct decimal *a, const struct decimal *b);

/* Does it lie in the type's range? */
bool decimal_fits(const struct decimal *d, enum type type);

#endif
