#include "clean.h"

#include "base/text.h"

/* What was read around the digits. */
struct amount {
	const struct clean *c;
	bool sign, negative, bracket, currency;
};

static bool is_symbol(uint32_t c)
{
	return c == '$' || (c >= 0xa2 && c <= 0xa5) || c == 0xe3f || (c >= 0x20a0 && c <= 0x20c0);
}

/* Codes of ISO 4217; other words, such as "mil", may change the value and are refused. */
static bool is_code(const char *p)
{
	static const char codes[] = "AED AOA ARS AUD BOB BRL CAD CHF CLP CNY COP CRC CVE CZK DKK "
	                            "DOP EGP EUR GBP GTQ HKD HNL "
	                            "HUF IDR ILS INR ISK JPY KES KRW MAD MXN MYR MZN NGN NIO NOK "
	                            "NZD PAB PEN PHP PLN PYG RON "
	                            "RSD RUB SAR SEK SGD THB TRY TWD UAH USD UYU VES VND ZAR ";

	for (size_t i = 0; i < sizeof codes - 1; i += 4)
		if (memcmp(codes + i, p, 3) == 0)
			return true;
	return false;
}

static bool is_listed(const struct clean *c, struct span sign)
{
	for (size_t i = 0; i < c->n_currencies; i++)
		if (span_eq(sign, c->currencies[i]))
			return true;
	return c->n_currencies == 0;
}

/* "R$", "US$", a symbol, or a code: once. */
static bool take_currency(struct amount *a, struct span *s)
{
	struct span rest = *s;
	size_t letters = 0;

	if (a->currency)
		return false;
	while (letters < s->n && letters < 3 && s->p[letters] >= 'A' && s->p[letters] <= 'Z')
		letters++;
	rest = span_skip(rest, letters);
	if (rest.n == 0 || !is_symbol(text_take(&rest))) {
		if (letters < 3 || !is_code(s->p))
			return false;
		rest = span_skip(*s, 3);
	}
	if (!is_listed(a->c, (struct span){s->p, s->n - rest.n}))
		return false;
	*s = rest;
	return a->currency = true;
}

/* One of the things that may stand beside the digits. */
static bool take_beside(struct amount *a, struct span *s, bool behind)
{
	struct span rest = *s;
	uint32_t point = text_take(&rest);

	if (point == '-' || point == 0x2212 || point == '+') {
		if (a->sign)
			return false;
		a->sign = true;
		a->negative = point != '+';
	} else if (point == '(' && !behind) {
		if (a->sign)
			return false;
		a->sign = a->negative = a->bracket = true;
	} else if (point == ')' && a->bracket) {
		a->bracket = false;
	} else if (!text_is_space(point)) {
		return take_currency(a, s);
	}
	*s = rest;
	return true;
}

/* A mark; for a space any space that typesetters use, for an apostrophe the curly one too. */
static bool take_mark(struct span mark, struct span *s)
{
	struct span rest = *s;
	uint32_t point;

	if (!mark.p || s->n == 0)
		return false;
	if (span_starts(*s, mark)) {
		*s = span_skip(*s, mark.n);
		return true;
	}
	point = text_take(&rest);
	if ((*mark.p == ' ' && (point == 0xa0 || point == 0x202f || point == 0x2009)) ||
	    (*mark.p == '\'' && point == 0x2019)) {
		*s = rest;
		return true;
	}
	return false;
}

static size_t take_digits(struct span *s, struct buf *into)
{
	size_t n = span_digits(*s);

	buf_add(into, s->p, n);
	*s = span_skip(*s, n);
	return n;
}

/*
 * Digits in groups of three, of which the first has no leading zero, or no groups; then a
 * fraction.
 */
static bool take_value(const struct amount *a, struct span *s, struct buf *into)
{
	bool zero = s->n > 0 && *s->p == '0';
	size_t whole = take_digits(s, into), behind = 0;
	struct span next = *s;

	if (whole > 0 && whole <= 3 && !zero)
		for (; take_mark(a->c->thousands, &next) && span_digits(next) > 0; next = *s) {
			*s = next;
			if (take_digits(s, into) != 3)
				return false;
		}
	if (take_mark(a->c->decimal, s)) {
		buf_addc(into, '.');
		behind = take_digits(s, into);
	}
	return whole + behind > 0;
}

struct span clean_number(
    const struct clean *c, struct span text, struct buf *into, const char **why)
{
	struct amount a = {.c = c};
	struct span rest = clean_trim(NULL, text, into, why);

	if (rest.n == 0)
		return rest;
	while (rest.n > 0 && take_beside(&a, &rest, false))
		continue;
	buf_addc(into, '-');
	if (take_value(&a, &rest, into)) {
		while (rest.n > 0 && take_beside(&a, &rest, true))
			continue;
		if (rest.n == 0 && !a.bracket)
			return span_skip(buf_span(into), !a.negative);
	}
	*why = "not a number";
	return (struct span){0};
}
