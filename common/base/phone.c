#include "base/phone.h"

#include "base/text.h"

#include <stdlib.h>

struct phone_plan {
	const char *regions; /* "US AG AI ..." */
	unsigned short calling;
	const char *trunk, *abroad; /* prefixes: inside the country, and out of it */
	const char *rules;          /* "jk:11-19,21 i:80": lengths as letters, then first digits */
};

#include "base/phone_plans.h"

enum {
	PLANS = sizeof plans / sizeof *plans,
	BRAZIL = 55,
	MEXICO = 52,
	NORTH_AMERICA = 1,
	HEADS = 100,
	DEEP = 1, /* the lengths are under longer heads: bit 0, since no number has no digits */
	CODE_MOST = 3,
	ALL_LEAST = 7,
	ALL_MOST = 15,
	DIGITS_MOST = 24
};

/* The rules of the plans that were asked, by the first two digits: bit n is length n. */
static struct {
	bool ready;
	uint16_t lengths[HEADS];
} known[PLANS];

/* ---- the rules ---- */

static unsigned take_number(struct span *s, size_t *digits)
{
	unsigned number = 0;

	*digits = span_digits(*s);
	for (size_t i = 0; i < *digits; i++)
		number = number * 10 + (unsigned)(s->p[i] - '0');
	*s = span_skip(*s, *digits);
	return number;
}

static uint16_t take_lengths(struct span *s)
{
	uint16_t lengths = 0;

	for (; *s->p != ':'; *s = span_skip(*s, 1))
		lengths |= (uint16_t)(1u << (*s->p - 'a' + 1));
	return lengths;
}

/* One range of first digits of a plan's rules. */
struct phone_heads {
	uint16_t lengths;
	unsigned first, last;
	size_t digits; /* of first and of last */
};

/* The next of them; `rest` begins as the rules, and `h` zeroed. */
static bool next_heads(struct span *rest, struct phone_heads *h)
{
	if (rest->n == 0)
		return false;
	if (*rest->p != ',') {
		*rest = span_skip(*rest, *rest->p == ' ');
		h->lengths = take_lengths(rest);
	}
	*rest = span_skip(*rest, 1);
	h->first = h->last = take_number(rest, &h->digits);
	if (rest->n > 0 && *rest->p == '-') {
		*rest = span_skip(*rest, 1);
		h->last = take_number(rest, &h->digits);
	}
	return true;
}

static void learn(size_t plan)
{
	struct span rest = span_of(plans[plan].rules);
	struct phone_heads h = {0};
	uint16_t *lengths = known[plan].lengths;

	while (next_heads(&rest, &h)) {
		if (h.digits == 2)
			for (unsigned head = h.first; head <= h.last; head++)
				lengths[head] = h.lengths;
		else
			lengths[h.first / (h.digits == 3 ? 10 : h.digits == 4 ? 100 : 1000)] = DEEP;
	}
	known[plan].ready = true;
}

static bool fits_deep(const struct phone_plan *p, struct span n)
{
	struct span rest = span_of(p->rules), head;
	struct phone_heads h = {0};
	size_t digits;
	unsigned number;

	while (next_heads(&rest, &h)) {
		if (n.n < h.digits || h.digits == 2 || !(h.lengths >> n.n & 1))
			continue;
		head = (struct span){n.p, h.digits};
		number = take_number(&head, &digits);
		if (number >= h.first && number <= h.last)
			return true;
	}
	return false;
}

/* An area code, then 8 digits of a landline, or 9 that begin with 9. */
static bool fits_brazil(struct span n)
{
	return n.n == 11 ? n.p[2] == '9' : n.n == 10 && strchr("23457", n.p[2]);
}

bool phone_fits(const struct phone_plan *plan, struct span digits)
{
	size_t place = (size_t)(plan - plans);
	uint16_t lengths;

	if (digits.n < 2 || digits.n > ALL_MOST)
		return false;
	if (!known[place].ready)
		learn(place);
	lengths = known[place].lengths[(digits.p[0] - '0') * 10 + (digits.p[1] - '0')];
	if (lengths == DEEP ? !fits_deep(plan, digits) : !(lengths >> digits.n & 1))
		return false;
	if (plan->calling == BRAZIL)
		return fits_brazil(digits);
	return plan->calling != NORTH_AMERICA || (digits.n == 10 && digits.p[3] >= '2');
}

/* ---- the plans ---- */

const struct phone_plan *phone_country(struct span code)
{
	for (const struct phone_plan *p = plans; p < plans + PLANS; p++)
		for (const char *region = p->regions; code.n == 2; region += 3) {
			if (memcmp(region, code.p, 2) == 0)
				return p;
			if (!region[2])
				break;
		}
	return NULL;
}

static int by_calling(const void *key, const void *plan)
{
	return *(const int *)key - ((const struct phone_plan *)plan)->calling;
}

const struct phone_plan *phone_calling(struct span digits)
{
	size_t n;
	int code = (int)take_number(&digits, &n);

	if (n == 0 || n > CODE_MOST || digits.n > 0)
		return NULL;
	return bsearch(&code, plans, PLANS, sizeof *plans, by_calling);
}

/* ---- what was dialled ---- */

static bool skip(struct span *digits, const char *prefix)
{
	struct span head = span_of(prefix);

	if (head.n == 0 || !span_starts(*digits, head))
		return false;
	*digits = span_skip(*digits, head.n);
	return true;
}

/* What follows the calling code; the trunk prefix, "(0)", and Mexico's old 1 are left out. */
static bool add_national(const struct phone_plan *p, struct span n, struct buf *into)
{
	if (!phone_fits(p, n) && !skip(&n, p->calling == MEXICO ? "1" : p->trunk))
		return false;
	if (!phone_fits(p, n))
		return false;
	buf_addf(into, "%u", (unsigned)p->calling);
	buf_addspan(into, n);
	return true;
}

static bool add_abroad(struct span n, struct buf *into)
{
	for (size_t digits = 1; digits <= CODE_MOST && digits < n.n; digits++) {
		const struct phone_plan *p = phone_calling((struct span){n.p, digits});

		if (p)
			return add_national(p, span_skip(n, digits), into);
	}
	if (n.n < ALL_LEAST || n.n > ALL_MOST || n.p[0] == '0')
		return false;
	buf_addspan(into, n);
	return true;
}

static bool skip_calling(const struct phone_plan *p, struct span *digits)
{
	for (size_t n = 1; n <= CODE_MOST && n < digits->n; n++)
		if (phone_calling((struct span){digits->p, n}) == p) {
			*digits = span_skip(*digits, n);
			return true;
		}
	return false;
}

/* A trunk prefix; in Brazil two digits may follow that choose a carrier. */
static bool add_trunk(const struct phone_plan *p, struct span n, struct buf *into)
{
	if (!skip(&n, p->trunk))
		return false;
	if (!phone_fits(p, n) && p->calling == BRAZIL && n.n > 2)
		n = span_skip(n, 2);
	return phone_fits(p, n) && add_national(p, n, into);
}

bool phone_write(const struct phone_plan *home, struct span digits, bool plus, struct buf *into)
{
	struct span n = digits;

	if (plus)
		return add_abroad(n, into);
	if (skip(&n, home ? home->abroad : "00") && add_abroad(n, into))
		return true;
	n = digits;
	if (home && phone_fits(home, n))
		return add_national(home, n, into);
	if (skip(&n, "00") && add_abroad(n, into))
		return true;
	n = digits;
	if (home && skip_calling(home, &n) && add_national(home, n, into))
		return true;
	return home && add_trunk(home, digits, into);
}

/* ---- what was written ---- */

static bool is_filler(uint32_t c)
{
	return text_is_space(c) || c == '-' || c == '.' || c == '/' || c == '(' || c == ')' ||
	       (c >= 0x2010 && c <= 0x2015) || c == 0x2212;
}

bool phone_text(const struct phone_plan *home, bool coded, struct span text, struct buf *into)
{
	char digits[DIGITS_MOST];
	size_t n = 0, before = into->n;
	bool plus = false;

	while (text.n > 0) {
		uint32_t c = text_take(&text);

		if (c >= '0' && c <= '9' && n < DIGITS_MOST)
			digits[n++] = (char)c;
		else if (c == '+' && n == 0 && !plus)
			plus = true;
		else if (!is_filler(c))
			return false;
	}
	if (coded && !span_starts((struct span){digits, n}, SPAN("00")))
		plus = true;
	buf_addc(into, '+');
	if (phone_write(home, (struct span){digits, n}, plus, into))
		return true;
	into->n = before;
	return false;
}
