#include "cast_number.h"

#include "cast.h"

#include "schema/numeral.h"

#include <stdlib.h>

/* Digits that every double keeps; a number with more is written as a string. */
enum { SAFE_DIGITS = 15 };
#define SAFE_INTEGER UINT64_C(9007199254740992) /* 2^53 */

static bool is_number(const struct plan_cell *cell, struct numeral *d)
{
	return (cell->type == JSON_NUMBER || cell->type == JSON_STRING) &&
	       numeral_parse(cell->text, d);
}

static size_t behind_digits(struct span text, size_t i)
{
	return i + span_digits(span_skip(text, i));
}

/*
 * Most numbers need no second look, they are written as they stand: JSON without an exponent, up to
 * 15 digits, of which `scale` may be after the point.
 */
static bool is_short(struct span text, size_t scale)
{
	size_t from = text.n > 0 && text.p[0] == '-', point = behind_digits(text, from), end;

	if (point == from || (text.p[from] == '0' && point - from > 1))
		return false;
	if (point == text.n)
		return text.n - from <= SAFE_DIGITS;
	end = behind_digits(text, point + 1);
	return text.p[point] == '.' && end == text.n && end > point + 1 &&
	       end - point - 1 <= scale && end - from - 1 <= SAFE_DIGITS;
}

enum got cast_number_int64(
    struct plan_target *to, const struct plan_column *c, const struct plan_cell *cell)
{
	struct numeral d;
	uint64_t value = 0;

	(void)c;
	if (is_short(cell->text, 0) && !span_eq(cell->text, SPAN("-0"))) {
		plan_put_span(to->out, cell->text);
		return GOT_VALUE;
	}
	if (!is_number(cell, &d))
		return plan_bad(to, "not a number");
	if (!numeral_is_whole(&d))
		return plan_bad(to, "not a whole number");
	if (d.point > 19)
		return plan_bad(to, "out of range");
	for (int64_t i = 0; i < d.point; i++)
		value = value * 10 + (uint64_t)(numeral_digit(&d, (size_t)i) - '0');
	if (value > (uint64_t)INT64_MAX + d.negative)
		return plan_bad(to, "out of range");
	if (value > SAFE_INTEGER)
		plan_put(to->out, "\"", 1);
	numeral_write(&d, to->out);
	if (value > SAFE_INTEGER)
		plan_put(to->out, "\"", 1);
	return GOT_VALUE;
}

static enum got cast_special(struct plan_target *to, const struct plan_cell *cell)
{
	static const char more[][CAST_WORD] = {"infinity", "+infinity", "inf", "+inf"};
	static const char less[][CAST_WORD] = {"-infinity", "-inf"};
	static const char nan[][CAST_WORD] = {"nan"};

	if (cell->type != JSON_STRING)
		return plan_bad(to, "not a number");
	if (cast_is_any(cell->text, more, 4))
		plan_put(to->out, "\"Infinity\"", 10);
	else if (cast_is_any(cell->text, less, 2))
		plan_put(to->out, "\"-Infinity\"", 11);
	else if (cast_is_any(cell->text, nan, 1))
		plan_put(to->out, "\"NaN\"", 5);
	else
		return plan_bad(to, "not a number");
	return GOT_VALUE;
}

/* Only numbers near the largest double need arithmetic: 1.797...e308 has point 309. */
static bool fits_double(const struct numeral *d)
{
	char text[48] = "0.";
	size_t n = 2;

	if (d->point != 309)
		return d->point < 309;
	while (n < 40) {
		text[n] = numeral_digit(d, n - 2);
		n++;
	}
	memcpy(text + n, "e309", 5);
	return strtod(text, NULL) <= 1.7976931348623157e308;
}

/* "+1.5e3", "007", ".5", "5." as JSON writes them. */
static void write_float(const struct numeral *d, struct buf *out)
{
	if (d->negative)
		plan_put(out, "-", 1);
	if (d->n == 0)
		plan_put(out, "0", 1);
	for (size_t i = 0; i < d->n; i++) {
		char digit = numeral_digit(d, i);

		if (i == 1)
			plan_put(out, ".", 1);
		plan_put(out, &digit, 1);
	}
	if (d->n > 0 && d->point != 1)
		buf_addf(out, "e%lld", (long long)d->point - 1);
}

enum got cast_number_float64(
    struct plan_target *to, const struct plan_column *c, const struct plan_cell *cell)
{
	struct numeral d;

	(void)c;
	if (is_short(cell->text, SAFE_DIGITS)) {
		plan_put_span(to->out, cell->text);
		return GOT_VALUE;
	}
	if (!is_number(cell, &d))
		return cast_special(to, cell);
	if (!fits_double(&d))
		return plan_bad(to, "out of range");
	if (d.json)
		plan_put_span(to->out, cell->text);
	else if (!d.exponent && d.point > -10 && d.point < 30)
		numeral_write(&d, to->out);
	else
		write_float(&d, to->out);
	return GOT_VALUE;
}

static enum got write_exact(
    struct plan_target *to, const struct plan_cell *cell, const struct numeral *d, size_t scale)
{
	bool quoted = d->n > SAFE_DIGITS;

	if (quoted)
		plan_put(to->out, "\"", 1);
	if (d->json && !d->exponent && d->scale <= scale)
		plan_put_span(to->out, cell->text);
	else
		numeral_write(d, to->out);
	if (quoted)
		plan_put(to->out, "\"", 1);
	return GOT_VALUE;
}

enum got cast_number_numeric(
    struct plan_target *to, const struct plan_column *c, const struct plan_cell *cell)
{
	struct numeral d;

	(void)c;
	if (is_short(cell->text, 9)) {
		plan_put_span(to->out, cell->text);
		return GOT_VALUE;
	}
	if (!is_number(cell, &d))
		return plan_bad(to, "not a number");
	if (numeral_before(&d) > 29)
		return plan_bad(to, "out of range");
	if (numeral_behind(&d) > 9)
		return plan_bad(to, "more than 9 digits behind the point");
	return write_exact(to, cell, &d, 9);
}

/* BIGNUMERIC is a whole number of 256 bits, with the point before its last 38 digits. */
static bool fits_bignumeric(const struct numeral *d)
{
	static const char most[] =
	    "57896044618658097711785492504343953926634992332820282019728792003956564819967";
	int64_t pad = 39 - d->point;

	for (int64_t i = 0; i < 77; i++) {
		char digit = i < pad ? '0' : numeral_digit(d, (size_t)(i - pad));
		char limit = (char)(most[i] + (i == 76 && d->negative));

		if (digit != limit)
			return digit < limit;
	}
	return true;
}

enum got cast_number_bignumeric(
    struct plan_target *to, const struct plan_column *c, const struct plan_cell *cell)
{
	struct numeral d;

	(void)c;
	if (!is_number(cell, &d))
		return plan_bad(to, "not a number");
	if (numeral_before(&d) > 39)
		return plan_bad(to, "out of range");
	if (numeral_behind(&d) > 38)
		return plan_bad(to, "more than 38 digits behind the point");
	if (!fits_bignumeric(&d))
		return plan_bad(to, "out of range");
	return write_exact(to, cell, &d, 38);
}
