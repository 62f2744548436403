#include "seen.h"

#include "base/mem.h"
#include "decimal.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

/* In the order in which they are preferred. */
enum reading {
	READ_BOOL,
	READ_INT64,
	READ_FLOAT64,
	READ_NUMERIC,
	READ_BIGNUMERIC,
	READ_TIMES,
	READ_DATE = READ_TIMES,
	READ_DATETIME,
	READ_TIMESTAMP,
	READ_TIME,
	READ_DAY_FIRST,
	READ_MONTH_FIRST,
	READ_DAY_FIRST_TIME,
	READ_MONTH_FIRST_TIME,
	READ_STRING,
};

enum { DOUBLE_DIGITS = 15, INTEGER_DIGITS = 15, TEXT_MAX = 64 };

#define BIT(reading) (1U << (reading))
#define ALL          (BIT(READ_STRING + 1) - 1)
#define CLOSES(bits) (ALL & ~(bits))

static const struct {
	enum type type;
	const char *format;
} kinds[] = {[READ_BOOL] = {TYPE_BOOL, NULL},
    [READ_INT64] = {TYPE_INT64, NULL},
    [READ_FLOAT64] = {TYPE_FLOAT64, NULL},
    [READ_NUMERIC] = {TYPE_NUMERIC, NULL},
    [READ_BIGNUMERIC] = {TYPE_BIGNUMERIC, NULL},
    [READ_DATE] = {TYPE_DATE, NULL},
    [READ_DATETIME] = {TYPE_DATETIME, NULL},
    [READ_TIMESTAMP] = {TYPE_TIMESTAMP, NULL},
    [READ_TIME] = {TYPE_TIME, NULL},
    [READ_DAY_FIRST] = {TYPE_DATE, "%d/%m/%Y"},
    [READ_MONTH_FIRST] = {TYPE_DATE, "%m/%d/%Y"},
    [READ_DAY_FIRST_TIME] = {TYPE_DATETIME, "%d/%m/%Y %H:%M:%S"},
    [READ_MONTH_FIRST_TIME] = {TYPE_DATETIME, "%m/%d/%Y %H:%M:%S"},
    [READ_STRING] = {TYPE_STRING, NULL}};

void readings_init(struct readings *r, bool strings)
{
	*r = (struct readings){.strings = strings};
	if (!strings)
		return;
	r->times = mem_alloc(READ_STRING * sizeof *r->times);
	for (int i = READ_TIMES; i < READ_STRING; i++) {
		struct contract_field field = {.type = kinds[i].type};
		char raw[TEXT_MAX];

		if (kinds[i].format) {
			field.format_raw.n =
			    (size_t)snprintf(raw, sizeof raw, "\"%s\"", kinds[i].format);
			field.format_raw.p = raw;
		}
		times_init(&r->times[i], &field, NULL);
	}
}

void readings_free(struct readings *r)
{
	for (int i = READ_TIMES; r->times && i < READ_STRING; i++)
		times_free(&r->times[i]);
	free(r->times);
}

/* ---- what one value allows ---- */

static bool fits_int64(const struct decimal *d)
{
	static const char most[] = "9223372036854775808";
	int64_t order = 0;

	if (d->point != 19)
		return d->point < 19;
	for (size_t i = 0; i < 19 && order == 0; i++)
		order = decimal_digit(d, i) - most[i];
	return order < (d->negative ? 1 : 0);
}

/* 1.797...e308 is the largest double; what is near it is left to wider types. */
static unsigned allow_number(const struct decimal *d)
{
	unsigned bits = BIT(READ_STRING);

	if (!d->exponent && d->scale == 0 && fits_int64(d))
		bits |= BIT(READ_INT64);
	if (d->n <= DOUBLE_DIGITS && d->point < 309 && d->point > -300)
		bits |= BIT(READ_FLOAT64);
	if (decimal_before(d) <= 29 && decimal_behind(d) <= 9)
		bits |= BIT(READ_NUMERIC);
	if (decimal_before(d) <= 38 && decimal_behind(d) <= 38)
		bits |= BIT(READ_BIGNUMERIC);
	return bits;
}

/* Only as JSON would write it: "007" and "+1" are texts, and so are long runs of digits, mostly ids. */
static unsigned allow_number_text(struct span text)
{
	struct decimal d;

	if (!decimal_parse(text, &d) || !d.json || d.exponent || d.point > INTEGER_DIGITS)
		return 0;
	return allow_number(&d);
}

static bool is_word(struct span text, const char *word)
{
	return text.n == strlen(word) && strncasecmp(text.p, word, text.n) == 0;
}

static unsigned allow_time(const struct readings *r, struct span text, unsigned open)
{
	unsigned bits = 0;
	struct when w;
	int64_t us;

	if (text.n < 8 || text.p[0] < '0' || text.p[0] > '9')
		return 0;
	for (int i = READ_TIMES; i < READ_STRING; i++)
		if ((open & BIT(i)) && times_parse(&r->times[i], text, &w) &&
		    (i == READ_TIMESTAMP ? !times_instant(&r->times[i], &w, &us) : w.second < 60))
			bits |= BIT(i);
	return bits;
}

static unsigned allow_text(const struct readings *r, struct span text, unsigned open)
{
	unsigned bits = BIT(READ_STRING);

	if (!r->strings || open == BIT(READ_STRING) || text.n == 0 || text.n > TEXT_MAX)
		return bits;
	if (is_word(text, "true") || is_word(text, "false") || is_word(text, "yes") ||
	    is_word(text, "no"))
		return bits | BIT(READ_BOOL);
	return bits | allow_number_text(text) | allow_time(r, text, open);
}

void seen_plain(
    struct seen *s, const struct readings *r, struct span raw, enum json type, bool inside)
{
	struct span text = raw;
	struct decimal d;
	unsigned bits = BIT(READ_BOOL) | BIT(READ_STRING);

	if (type == JSON_STRING) {
		text = span_trim((struct span){raw.p + 1, raw.n - 2});
		if (text.n == 0) {
			s->blanks += !inside;
			s->text = true;
			s->closed |= inside ? CLOSES(BIT(READ_STRING)) : 0;
			return;
		}
		bits = allow_text(r, text.n + 2 == raw.n ? text : SPAN(""), CLOSES(s->closed));
	} else if (type == JSON_NUMBER) {
		decimal_parse(raw, &d);
		bits = allow_number(&d);
	}
	s->plain = true;
	s->closed |= CLOSES(bits);
}

/* ---- what all of them allow ---- */

/* 03/04/2026 alone does not say which number is the month. */
static enum reading choose(unsigned open)
{
	unsigned both = BIT(READ_DAY_FIRST) | BIT(READ_MONTH_FIRST);
	unsigned both_times = BIT(READ_DAY_FIRST_TIME) | BIT(READ_MONTH_FIRST_TIME);
	int i = 0;

	if ((open & both) == both)
		open &= ~both;
	if ((open & both_times) == both_times)
		open &= ~both_times;
	while (!(open & BIT(i)))
		i++;
	return (enum reading)i;
}

struct verdict seen_verdict(const struct seen *s, size_t keys)
{
	bool none = !s->plain && s->objects == 0;
	enum reading reading = choose(none ? BIT(READ_STRING) : CLOSES(s->closed) & ALL);
	struct verdict v = {.type = TYPE_JSON};

	if (!s->odd && !(s->array && s->single) && !(s->objects && (s->plain || keys == 0)) &&
	    !(s->objects && s->array && s->text)) {
		v.type = s->objects ? TYPE_RECORD : kinds[reading].type;
		v.format = s->objects ? NULL : kinds[reading].format;
		v.repeated = s->array;
	}
	v.filled = !v.repeated && s->nulls == 0 &&
	           (s->blanks == 0 || v.type == TYPE_STRING || v.type == TYPE_JSON);
	return v;
}
