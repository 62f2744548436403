#include "storage/decimal.h"
#include "storage/limbs.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { LIMBS = DECIMAL_LIMBS, SCALE = 38, NUMERIC_SCALE = 9, EXACT_DIGITS = 100 };

size_t decimal_format(const struct decimal *d, char text[DECIMAL_TEXT])
{
	char digits[80]; /* 77 at most; the last SCALE are behind the point */
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
	    *to; /* first digit that is not 0, and behind the last such; a point may lie between */
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
