#include "schema/reading.h"

#include "schema/numeral.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum {
	DOUBLE_DIGITS = 15,  /* every double keeps as many */
	DOUBLE_MOST = 17,    /* and none has more that mean something */
	INTEGER_DIGITS = 15, /* longer texts of digits are ids */
	PLAIN_DIGITS = 7,    /* so mostly are those with more than this */
	TEXT_MAX = 64,
	TIME_MIN = 5,
};

#define BIT(reading) READING_BIT(reading)
#define STRING_TOO   BIT(READING_STRING)

/*
 * The pairs of day first and month first stand beside each other, and so do the ways to write the
 * time of day, from one to either.
 */
#define MINUTES "\"%Y-%m-%dT%H:%M\", \"%Y-%m-%d %H:%M\""
#define SECONDS "\"%Y-%m-%dT%H:%M:%S\", \"%Y-%m-%d %H:%M:%S\""
#define OFFSET_MINUTES                                                                             \
	"\"%Y-%m-%dT%H:%M%z\", \"%Y-%m-%d %H:%M%z\", \"%Y-%m-%dT%H:%M %z\", \"%Y-%m-%d %H:%M %z\""
#define OFFSET_SECONDS                                                                             \
	"\"%Y-%m-%dT%H:%M:%S%z\", \"%Y-%m-%d %H:%M:%S%z\", \"%Y-%m-%dT%H:%M:%S %z\", "             \
	"\"%Y-%m-%d %H:%M:%S %z\""

/*
 * The types' own forms, and the same with or without seconds; the pairs of day first and month
 * first.
 */
enum { FIRST_OWN = 1, FIRST_EITHER = 4, FIRST_PAIR = 6 };

const struct infer_time reading_times[INFER_TIMES] = {
    {TYPE_DATE, NULL},
    {TYPE_DATETIME, NULL},
    {TYPE_TIMESTAMP, NULL},
    {TYPE_TIME, NULL},
    {TYPE_DATETIME, "[" MINUTES ", " SECONDS "]"},
    {TYPE_TIMESTAMP, "[" OFFSET_MINUTES ", " OFFSET_SECONDS "]"},
    {TYPE_DATE, "\"%d/%m/%Y\""},
    {TYPE_DATE, "\"%m/%d/%Y\""},
    {TYPE_DATETIME, "\"%d/%m/%Y %H:%M:%S\""},
    {TYPE_DATETIME, "\"%m/%d/%Y %H:%M:%S\""},
    {TYPE_DATETIME, "\"%d/%m/%Y %H:%M\""},
    {TYPE_DATETIME, "\"%m/%d/%Y %H:%M\""},
    {TYPE_DATETIME, "[\"%d/%m/%Y %H:%M:%S\", \"%d/%m/%Y %H:%M\"]"},
    {TYPE_DATETIME, "[\"%m/%d/%Y %H:%M:%S\", \"%m/%d/%Y %H:%M\"]"},
};

/* ---- numbers ---- */

static bool fits_int64(const struct numeral *d)
{
	static const char most[] = "9223372036854775808";
	int order = 0;

	if (d->point != 19)
		return d->point < 19;
	for (size_t i = 0; i < 19 && order == 0; i++)
		order = numeral_digit(d, i) - most[i];
	return order < (d->negative ? 1 : 0);
}

/* Does the nearest double, written with as many digits, give all of them back? */
static bool prints_back(const struct numeral *d)
{
	char text[DOUBLE_MOST + 16] = "0.", back[DOUBLE_MOST + 16], *end;
	double value;

	if (d->n > DOUBLE_MOST || d->point > 400 || d->point < -400)
		return false;
	for (size_t i = 0; i < d->n; i++)
		text[i + 2] = numeral_digit(d, i);
	snprintf(text + 2 + d->n, 8, "e%d", (int)d->point);
	value = strtod(text, NULL);
	if (value <= 0 || isinf(value))
		return false;
	snprintf(back, sizeof back, "%.*e", (int)d->n - 1, value);
	for (size_t i = 0, at = 0; i < d->n; i++, at++) {
		at += back[at] == '.';
		if (back[at] != numeral_digit(d, i))
			return false;
	}
	end = strchr(back, 'e');
	return end && strtol(end + 1, NULL, 10) == d->point - 1;
}

static bool fits_double(const struct numeral *d)
{
	if (d->n <= DOUBLE_DIGITS && d->point < 300 && d->point > -290)
		return true;
	return prints_back(d);
}

static unsigned allow_number(const struct numeral *d)
{
	unsigned bits = STRING_TOO;

	if (!d->exponent && d->scale == 0 && fits_int64(d))
		bits |= BIT(READING_INT64);
	if (fits_double(d))
		bits |= BIT(READING_FLOAT64);
	if (numeral_before(d) <= 29 && numeral_behind(d) <= 9)
		bits |= BIT(READING_NUMERIC);
	if (numeral_before(d) <= 38 && numeral_behind(d) <= 38)
		bits |= BIT(READING_BIGNUMERIC);
	return bits;
}

/* BigQuery's autodetect knows two types of numbers. */
static unsigned allow_generous(const struct numeral *d)
{
	bool whole = !d->exponent && d->scale == 0 && fits_int64(d);

	return STRING_TOO | BIT(READING_FLOAT64) | (whole ? BIT(READING_INT64) : 0);
}

/* Most numbers: up to 15 digits, no exponent, at most 9 of them after the point. 0: another one. */
static unsigned allow_short(struct span raw)
{
	size_t from = *raw.p == '-', n = span_digits(span_skip(raw, from)), rest = raw.n - from - n;

	if (raw.n - from > DOUBLE_DIGITS)
		return 0;
	if (rest == 0)
		return STRING_TOO | READING_NUMBERS;
	if (rest > 10 || raw.p[from + n] != '.' ||
	    span_digits(span_skip(raw, from + n + 1)) != rest - 1)
		return 0;
	return (STRING_TOO | READING_NUMBERS) & ~BIT(READING_INT64);
}

unsigned reading_number(struct span raw, enum infer_strings strings)
{
	unsigned bits = allow_short(raw);
	struct numeral d;

	if (bits)
		return strings == INFER_GENEROUS
		           ? bits & ~(BIT(READING_NUMERIC) | BIT(READING_BIGNUMERIC))
		           : bits;
	numeral_parse(raw, &d);
	return strings == INFER_GENEROUS ? allow_generous(&d) : allow_number(&d);
}

/*
 * Every type writes it as it stands: no plus, no zeros that say nothing, no exponent, now or then.
 */
static unsigned allow_number_text(struct span text, bool *doubtful)
{
	struct numeral d;
	unsigned bits;

	if (!numeral_parse(text, &d) || !d.json || d.exponent || (d.negative && d.n == 0) ||
	    (int64_t)d.scale != numeral_behind(&d) || d.point > INTEGER_DIGITS)
		return 0;
	bits = allow_number(&d);
	if (d.point < -3)
		bits &= ~BIT(READING_FLOAT64);
	*doubtful = d.scale > 0 || d.point > PLAIN_DIGITS;
	return bits;
}

/* ---- texts ---- */

static bool is_word(struct span text, const char *word)
{
	return text.n == strlen(word) && strncasecmp(text.p, word, text.n) == 0;
}

/* 10:20 or 10:20:30, but not 1:2:3. */
static bool has_form(enum type type, struct span text)
{
	return type == TYPE_TIME ? text.p[2] == ':' && (text.n == TIME_MIN || text.n >= 8)
	                         : text.n >= 8;
}

/*
 * A time of the type's own form, with seconds and no part of one, is of the form that may have
 * none, too.
 */
static bool is_either(size_t i, struct span text, unsigned bits)
{
	return i >= FIRST_EITHER && i < FIRST_PAIR && text.n > 10 &&
	       (bits & BIT(READING_TIMES + i - FIRST_EITHER + FIRST_OWN)) &&
	       !memchr(text.p, '.', text.n);
}

static unsigned allow_time(const struct infer_options *o, struct span text, unsigned open)
{
	unsigned bits = 0;

	if (!o->is_time || text.n < TIME_MIN || text.p[0] < '0' || text.p[0] > '9')
		return 0;
	for (size_t i = 0; i < INFER_TIMES; i++)
		if ((open & BIT(READING_TIMES + i)) && has_form(reading_times[i].type, text) &&
		    (is_either(i, text, bits) || o->is_time(o->ctx, i, text)))
			bits |= BIT(READING_TIMES + i);
	return bits;
}

static unsigned allow_generous_text(const struct infer_options *o, struct span text, unsigned open)
{
	struct numeral d;

	if (is_word(text, "true") || is_word(text, "false"))
		return BIT(READING_BOOL);
	return numeral_parse(text, &d) ? allow_generous(&d) : allow_time(o, text, open);
}

unsigned reading_text(
    struct span text, const struct infer_options *o, unsigned open, bool *doubtful)
{
	if (o->strings == INFER_TEXTS || open == STRING_TOO || text.n > TEXT_MAX)
		return STRING_TOO;
	if (o->strings == INFER_GENEROUS)
		return STRING_TOO | allow_generous_text(o, text, open);
	if (is_word(text, "true") || is_word(text, "false") || is_word(text, "yes") ||
	    is_word(text, "no"))
		return STRING_TOO | BIT(READING_BOOL);
	return STRING_TOO | allow_number_text(text, doubtful) | allow_time(o, text, open);
}

/* ---- the choice ---- */

/* 03/04/2026 alone does not say which number is the month. */
enum reading reading_choose(unsigned open)
{
	int i = 0;

	for (unsigned pair = FIRST_PAIR; pair < INFER_TIMES; pair += 2) {
		unsigned both = 3U << (READING_TIMES + pair);

		if ((open & both) == both)
			open &= ~both;
	}
	while (!(open & BIT(i)))
		i++;
	return (enum reading)i;
}

enum type reading_type(enum reading reading)
{
	static const enum type types[] = {[READING_BOOL] = TYPE_BOOL,
	    [READING_INT64] = TYPE_INT64,
	    [READING_FLOAT64] = TYPE_FLOAT64,
	    [READING_NUMERIC] = TYPE_NUMERIC,
	    [READING_BIGNUMERIC] = TYPE_BIGNUMERIC};

	if (reading == READING_STRING)
		return TYPE_STRING;
	return reading < READING_TIMES ? types[reading]
	                               : reading_times[reading - READING_TIMES].type;
}
