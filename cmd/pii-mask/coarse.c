#include "act.h"
#include "base/time.h"
#include "json/jstr.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>

/* ---- dates ---- */

/* A date as the contract's types write one, and what follows it. */
struct date {
	struct time_parts day;
	struct span time; /* "", or "T23:59:58.5-03:00" */
	struct span zone; /* its end: "", "Z", "-03:00", " UTC" */
};

static bool is_zone(struct span s)
{
	int offset;

	return s.n == 0 || span_eq(s, SPAN(" UTC")) ||
	       ((s.n == 1 || s.n >= 5) && time_take_zone(&s, &offset) && s.n == 0);
}

static bool take_time(struct span s, struct date *d)
{
	int hour, minute, second = 0;

	d->time = s;
	d->zone = (struct span){s.p + s.n, 0};
	if (s.n == 0)
		return true;
	if (!text_take_one_of(&s, "Tt ") || !text_take_digits(&s, 2, 2, &hour) ||
	    !text_take_byte(&s, ':') || !text_take_digits(&s, 2, 2, &minute))
		return false;
	if (text_take_byte(&s, ':') && !text_take_digits(&s, 2, 2, &second))
		return false;
	if (text_take_byte(&s, '.'))
		s = span_skip(s, span_digits(s));
	d->zone = s;
	return hour < 24 && minute < 60 && second <= 60 && is_zone(s);
}

static bool parse_date(struct span s, struct date *d)
{
	return time_take_date(&s, &d->day) && take_time(s, d);
}

static const char not_a_date[] = "not a date of the form YYYY-MM-DD, with a time behind it or not";

/* The first moment of a month or a year, in the form that the value has. */
static const char *add_first(struct span text, bool month, struct buf *out)
{
	struct date d;

	if (!parse_date(text, &d))
		return not_a_date;
	buf_addf(out, "\"%04d-%02d-01", d.day.year, month ? d.day.month : 1);
	if (d.time.n > 0) {
		buf_addc(out, *d.time.p);
		buf_adds(out, "00:00:00");
		buf_addspan(out, d.zone);
	}
	buf_addc(out, '"');
	return NULL;
}

const char *act_month(struct act *a, const struct rule *rule, struct span text, struct buf *out)
{
	(void)a, (void)rule;
	return add_first(text, true, out);
}

const char *act_year(struct act *a, const struct rule *rule, struct span text, struct buf *out)
{
	(void)a, (void)rule;
	return add_first(text, false, out);
}

static bool subject_text(struct act *a, const struct rule *rule, struct span *text)
{
	const struct field *f = row_find(a->row, rule->subject);

	if (!f || (f->type != JSON_STRING && f->type != JSON_NUMBER))
		return false;
	*text = f->value;
	buf_clear(&a->scratch);
	if (f->type == JSON_STRING)
		*text = jstr_text(f->value, &a->scratch);
	return text->n > 0;
}

const char *act_shift(struct act *a, const struct rule *rule, struct span text, struct buf *out)
{
	struct span subject;
	char text_of_day[TIME_TEXT];
	struct date d;
	int64_t by, days;

	if (!parse_date(text, &d))
		return not_a_date;
	if (!subject_text(a, rule, &subject))
		return "the row's subject, by which the date is to be shifted, is not there";
	by = (int64_t)(keys_shift(a->keys, subject) % (2 * (uint64_t)rule->days)) - rule->days;
	days = time_days(d.day.year, d.day.month, d.day.day) + by + (by >= 0); /* never by 0 */
	if (days < TIME_MIN / TIME_DAY || days > TIME_MAX / TIME_DAY)
		return "shifted out of the years 1 to 9999";
	time_civil(days, &d.day.year, &d.day.month, &d.day.day);
	buf_addc(out, '"');
	buf_add(out, text_of_day, (size_t)(time_put_date(text_of_day, &d.day) - text_of_day));
	buf_addspan(out, d.time);
	buf_addc(out, '"');
	return NULL;
}

/* ---- numbers ---- */

/* The whole number at or below a decimal; false when it is none, or of more than 15 digits. */
static bool floor_of(struct span s, int64_t *number)
{
	bool negative = text_take_byte(&s, '-'), part = false;
	size_t digits = span_digits(s);

	if (digits > 15 || !text_integer((struct span){s.p, digits}, number))
		return false;
	s = span_skip(s, digits);
	if (text_take_byte(&s, '.')) {
		digits = span_digits(s);
		if (digits == 0)
			return false;
		for (size_t i = 0; i < digits; i++)
			part |= s.p[i] != '0';
		s = span_skip(s, digits);
	}
	if (negative)
		*number = -*number - part;
	return s.n == 0;
}

static bool bucket_of(const struct rule *rule, int64_t *number)
{
	int64_t n = *number, rest;

	if (rule->n_bounds == 0) {
		rest = n % rule->width;
		*number = n - (rest < 0 ? rest + rule->width : rest);
		return true;
	}
	for (size_t i = rule->n_bounds; i-- > 0;)
		if (n >= rule->bounds[i]) {
			*number = rule->bounds[i];
			return true;
		}
	return false;
}

const char *act_bucket(struct act *a, const struct rule *rule, struct span text, struct buf *out)
{
	const char *quote = a->quoted ? "\"" : "";
	int64_t number;

	if (!floor_of(text, &number))
		return "not a plain number of at most 15 digits before its point";
	if (!bucket_of(rule, &number))
		return "below the first bucket";
	buf_addf(out, "%s%" PRId64 "%s", quote, number, quote);
	return NULL;
}

/* ---- addresses and codes ---- */

const char *act_network(struct act *a, const struct rule *rule, struct span text, struct buf *out)
{
	size_t bytes = (size_t)rule->width / 8;
	char name[INET6_ADDRSTRLEN];
	uint8_t address[16];
	int family = memchr(text.p, ':', text.n) ? AF_INET6 : AF_INET;

	(void)a;
	if (text.n >= sizeof name || memchr(text.p, '\0', text.n))
		return "not an IP address";
	memcpy(name, text.p, text.n);
	name[text.n] = '\0';
	if (inet_pton(family, name, address) != 1)
		return "not an IP address";
	if (family == AF_INET6)
		bytes *= 2;
	memset(address + bytes, 0, sizeof address - bytes);
	inet_ntop(family, address, name, sizeof name);
	jstr_quote(out, span_of(name));
	return NULL;
}

const char *act_prefix(struct act *a, const struct rule *rule, struct span text, struct buf *out)
{
	struct span rest = text;

	(void)a;
	for (size_t i = 0; i < rule->first && rest.n > 0; i++)
		text_take(&rest);
	if (rest.n == 0 && text.n > 0)
		return "not longer than the prefix to keep";
	jstr_quote(out, (struct span){text.p, text.n - rest.n});
	return NULL;
}
