#include "storage/decimal.h"
#include "storage/limbs.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	LIMBS = DECIMAL_LIMBS,
	WIDE = 2 * LIMBS,
	SCALE = 38,
	NUMERIC_SCALE = 9,
	STEP = 19,
	EXACT_DIGITS = 100
};

typedef unsigned __int128 wide;

/* x (WIDE limbs) becomes the quotient by b (LIMBS), `rest` the remainder: bit by bit. */
static void long_divide(uint64_t *x, const uint64_t *b, uint64_t rest[LIMBS])
{
	memset(rest, 0, LIMBS * sizeof *rest);
	for (int bit = 0; bit < WIDE * 64; bit++) {
		uint64_t top = limbs_times(x, WIDE, 2, 0);

		limbs_times(rest, LIMBS, 2, top); /* below 2 * b, and b is below 2^255 */
		if (limbs_compare(rest, b, LIMBS) >= 0) {
			limbs_subtract(rest, b, LIMBS);
			x[0] |= 1;
		}
	}
}

/* x by 10^k, rounded; false when multiplying back does not fit. */
static bool round_away(uint64_t *x, int n, int k, enum decimal_rounding how, bool negative)
{
	uint64_t last = 0, unit = 1;
	bool rest = false, up;

	while (k > 0) {
		int step = k < STEP ? k : STEP;

		unit = limbs_power10(step);
		last = limbs_divide(x, n, unit);
		rest = rest || last;
		k -= step;
	}
	up = how == DECIMAL_HALF_AWAY ? unit > 1 && last >= unit / 2
	     : how == DECIMAL_FLOOR   ? rest && negative
	     : how == DECIMAL_CEILING ? rest && !negative
	                              : false;
	return limbs_times(x, n, 1, up) == 0;
}

/* Takes the low limbs of x as r's magnitude. */
static bool settle(struct decimal *r, const uint64_t *x, int n, bool negative, enum type type)
{
	if (!limbs_zero(x + LIMBS, n - LIMBS) || x[LIMBS - 1] >> 63)
		return false;
	memcpy(r->limb, x, sizeof r->limb);
	r->negative = negative && !limbs_zero(x, LIMBS);
	if (type == TYPE_NUMERIC && !decimal_round(r, NUMERIC_SCALE, DECIMAL_HALF_AWAY))
		return false;
	return decimal_fits(r, type);
}

bool decimal_fits(const struct decimal *d, enum type type)
{
	struct decimal limit = {.limb = {1}};

	if (type != TYPE_NUMERIC)
		return d->limb[LIMBS - 1] >> 63 == 0;
	for (int k = 0; k < 67; k++)
		limbs_times(limit.limb, LIMBS, 10, 0);
	return limbs_compare(d->limb, limit.limb, LIMBS) < 0;
}

int decimal_sign(const struct decimal *d)
{
	return limbs_zero(d->limb, LIMBS) ? 0 : d->negative ? -1 : 1;
}

int decimal_compare(const struct decimal *a, const struct decimal *b)
{
	if (a->negative != b->negative)
		return a->negative ? -1 : 1;
	return a->negative ? limbs_compare(b->limb, a->limb, LIMBS)
	                   : limbs_compare(a->limb, b->limb, LIMBS);
}

void decimal_negate(struct decimal *d)
{
	d->negative = !d->negative && !limbs_zero(d->limb, LIMBS);
}

bool decimal_round(struct decimal *d, int digits, enum decimal_rounding how)
{
	int k = SCALE - digits;

	if (!round_away(d->limb, LIMBS, k, how, d->negative))
		return false;
	for (; k > 0; k -= STEP)
		if (limbs_times(d->limb, LIMBS, limbs_power10(k < STEP ? k : STEP), 0))
			return false;
	d->negative = d->negative && !limbs_zero(d->limb, LIMBS);
	return d->limb[LIMBS - 1] >> 63 == 0;
}

bool decimal_add(
    struct decimal *r, const struct decimal *a, const struct decimal *b, enum type type)
{
	uint64_t x[LIMBS + 1] = {0};
	bool negative = a->negative;
	wide carry = 0;

	if (a->negative != b->negative && limbs_compare(a->limb, b->limb, LIMBS) < 0) {
		const struct decimal *swap = a;

		a = b;
		b = swap;
		negative = a->negative;
	}
	memcpy(x, a->limb, sizeof a->limb);
	if (a->negative != b->negative) {
		limbs_subtract(x, b->limb, LIMBS);
		return settle(r, x, LIMBS + 1, negative, type);
	}
	for (int i = 0; i <= LIMBS; i++) {
		carry += (wide)x[i] + (i < LIMBS ? b->limb[i] : 0);
		x[i] = (uint64_t)carry;
		carry >>= 64;
	}
	return settle(r, x, LIMBS + 1, negative, type);
}

bool decimal_sub(
    struct decimal *r, const struct decimal *a, const struct decimal *b, enum type type)
{
	struct decimal minus = *b;

	decimal_negate(&minus);
	return decimal_add(r, a, &minus, type);
}

/* NUMERIC's product has 18 digits after the point: rounding at 38 leaves it exact. */
bool decimal_mul(
    struct decimal *r, const struct decimal *a, const struct decimal *b, enum type type)
{
	uint64_t x[WIDE] = {0};

	for (int i = 0; i < LIMBS; i++) {
		wide carry = 0;

		for (int j = 0; j < LIMBS; j++) {
			carry += (wide)a->limb[i] * b->limb[j] + x[i + j];
			x[i + j] = (uint64_t)carry;
			carry >>= 64;
		}
		x[i + LIMBS] = (uint64_t)carry;
	}
	round_away(x, WIDE, SCALE, DECIMAL_HALF_AWAY, false);
	return settle(r, x, WIDE, a->negative != b->negative, type);
}

bool decimal_div(
    struct decimal *r, const struct decimal *a, const struct decimal *b, enum type type)
{
	uint64_t x[WIDE] = {0}, rest[LIMBS];

	if (limbs_zero(b->limb, LIMBS))
		return false;
	memcpy(x, a->limb, sizeof a->limb);
	limbs_times(x, WIDE, limbs_power10(STEP), 0);
	limbs_times(x, WIDE, limbs_power10(STEP), 0);
	long_divide(x, b->limb, rest);
	/* NUMERIC is rounded once, by settle, from the digits that were cut here. */
	limbs_times(rest, LIMBS, 2, 0);
	limbs_times(x, WIDE, 1, type != TYPE_NUMERIC && limbs_compare(rest, b->limb, LIMBS) >= 0);
	return settle(r, x, WIDE, a->negative != b->negative, type);
}

bool decimal_mod(struct decimal *r, const struct decimal *a, const struct decimal *b)
{
	uint64_t x[WIDE] = {0}, rest[LIMBS];

	if (limbs_zero(b->limb, LIMBS))
		return false;
	memcpy(x, a->limb, sizeof a->limb);
	long_divide(x, b->limb, rest);
	r->negative = a->negative && !limbs_zero(rest, LIMBS);
	memcpy(r->limb, rest, sizeof rest);
	return true;
}

void decimal_of_int(struct decimal *d, int64_t value)
{
	*d = (struct decimal){.negative = value < 0};
	d->limb[0] = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	limbs_times(d->limb, LIMBS, limbs_power10(STEP), 0);
	limbs_times(d->limb, LIMBS, limbs_power10(STEP), 0);
}

bool decimal_to_int(const struct decimal *d, int64_t *value)
{
	struct decimal x = *d;

	round_away(x.limb, LIMBS, SCALE, DECIMAL_HALF_AWAY, false);
	if (!limbs_zero(x.limb + 1, LIMBS - 1) || x.limb[0] > (uint64_t)INT64_MAX + d->negative)
		return false;
	*value = d->negative ? (int64_t)(0 - x.limb[0]) : (int64_t)x.limb[0];
	return true;
}

/* ---- texts and doubles ---- */

size_t decimal_format(const struct decimal *d, char text[DECIMAL_TEXT])
{
	char digits[80]; /* 77 at most; the last SCALE are after the point */
	struct decimal x = *d;
	int n = 0, low = 0;
	size_t len = 0;

	for (; n <= SCALE || !limbs_zero(x.limb, LIMBS); n++)
		digits[n] = (char)('0' + limbs_divide(x.limb, LIMBS, 10));
	while (low < SCALE && digits[low] == '0')
		low++;
	if (d->negative)
		text[len++] = '-';
	for (int i = n; i-- > SCALE;)
		text[len++] = digits[i];
	if (low < SCALE)
		text[len++] = '.';
	for (int i = SCALE; i-- > low;)
		text[len++] = digits[i];
	text[len] = '\0';
	return len;
}

double decimal_to_double(const struct decimal *d)
{
	char text[DECIMAL_TEXT];

	decimal_format(d, text);
	return strtod(text, NULL);
}

bool decimal_of_double(struct decimal *d, double value, enum type type)
{
	char text[EXACT_DIGITS + 16];

	if (!isfinite(value))
		return false;
	snprintf(text, sizeof text, "%.*e", EXACT_DIGITS, value);
	return decimal_parse(d, span_of(text), type, false) == DECIMAL_OK;
}

/* A number's text, taken apart: where its digits lie and which power of ten the first one has. */
struct decimal_shape {
	bool negative;
	const char *from,
	    *to; /* first digit that is not 0, and after the last such; a point may lie between */
	int64_t before; /* how many of them stand before the point, once the exponent is counted */
};

static const char *skip_digits(const char *p, const char *end, int64_t *value)
{
	for (; p < end && *p >= '0' && *p <= '9'; p++)
		if (*value < INT_MAX)
			*value = *value * 10 + (*p - '0');
	return p;
}

static bool read_exponent(const char *p, const char *end, int64_t *exponent)
{
	const char *first;
	bool negative;

	*exponent = 0;
	if (p == end)
		return true;
	if (*p != 'e' && *p != 'E')
		return false;
	negative = ++p < end && *p == '-';
	if (p < end && (*p == '-' || *p == '+'))
		p++;
	first = p;
	p = skip_digits(p, end, exponent);
	if (negative)
		*exponent = -*exponent;
	return p == end && p > first;
}

static bool take_apart(struct span text, struct decimal_shape *s)
{
	const char *p = text.p, *end = text.p + text.n, *first, *point = NULL;
	int64_t exponent;

	s->negative = p < end && *p == '-';
	if (p < end && (*p == '-' || *p == '+'))
		p++;
	for (first = p; p < end && ((*p >= '0' && *p <= '9') || (*p == '.' && !point)); p++)
		if (*p == '.')
			point = p;
	if (p - first == (point != NULL) || !read_exponent(p, end, &exponent))
		return false;
	if (!point)
		point = p;
	for (s->to = p; s->to > first && (s->to[-1] == '0' || s->to[-1] == '.');)
		s->to--;
	for (s->from = first; s->from < s->to && (*s->from == '0' || *s->from == '.');)
		s->from++;
	s->before = point - s->from + (s->from > point) + exponent;
	return true;
}

enum decimal_got decimal_parse(struct decimal *d, struct span text, enum type type, bool exact)
{
	int scale = type == TYPE_NUMERIC ? NUMERIC_SCALE : SCALE;
	struct decimal_shape s;
	int64_t place;

	*d = (struct decimal){.negative = false};
	if (!take_apart(text, &s))
		return DECIMAL_BAD;
	if (s.from == s.to)
		return DECIMAL_OK;
	if (s.before > SCALE + 1)
		return DECIMAL_RANGE;
	place = s.before;
	for (const char *p = s.from; p < s.to; p++) {
		if (*p == '.')
			continue;
		if (place <= -scale) {
			if (exact)
				return DECIMAL_SCALE;
			limbs_times(d->limb, LIMBS, 1, place == -scale && *p >= '5');
			place--;
			break;
		}
		if (limbs_times(d->limb, LIMBS, 10, (uint64_t)(*p - '0')))
			return DECIMAL_RANGE;
		place--;
	}
	if (place < -scale)
		place = -scale;
	for (; place > -SCALE; place--)
		if (limbs_times(d->limb, LIMBS, 10, 0))
			return DECIMAL_RANGE;
	d->negative = s.negative && !limbs_zero(d->limb, LIMBS);
	return decimal_fits(d, type) ? DECIMAL_OK : DECIMAL_RANGE;
}
