/* generalise: a date, a number, an address or a code made coarse. */

#include "maker.h"

#include "base/text.h"
#include "json/jstr.h"
#include "pii_date.h"

#include <arpa/inet.h>
#include <inttypes.h>

enum { BOUNDS_MOST = 100 };

struct coarse {
	struct span to;        /* raw */
	size_t keep;           /* prefix: how many characters stay */
	bool kept;             /* the option was given */
	const int64_t *bounds; /* a number: the buckets' lower bounds, */
	size_t n_bounds;       /* or none and */
	int64_t width;         /* the width of each; an address: the network's bits */
};

/* ---- dates ---- */

/* The first moment of a month or a year, in the form that the value has. */
static const char *add_first(struct span text, bool month, struct buf *out)
{
	struct pii_date d;
	const char *why = pii_date_read(text, &d);

	if (why)
		return why;
	buf_addf(out, "\"%04d-%02d-01", d.day.year, month ? d.day.month : 1);
	if (d.time.n > 0) {
		buf_addc(out, *d.time.p);
		buf_adds(out, "00:00:00");
		buf_addspan(out, d.zone);
	}
	buf_addc(out, '"');
	return NULL;
}

static const char *to_month(
    struct action_context *c, const struct rule *rule, struct span text, struct buf *out)
{
	(void)c, (void)rule;
	return add_first(text, true, out);
}

static const char *to_year(
    struct action_context *c, const struct rule *rule, struct span text, struct buf *out)
{
	(void)c, (void)rule;
	return add_first(text, false, out);
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

static bool bucket_of(const struct coarse *coarse, int64_t *number)
{
	int64_t n = *number, rest;

	if (coarse->n_bounds == 0) {
		rest = n % coarse->width;
		*number = n - (rest < 0 ? rest + coarse->width : rest);
		return true;
	}
	for (size_t i = coarse->n_bounds; i-- > 0;)
		if (n >= coarse->bounds[i]) {
			*number = coarse->bounds[i];
			return true;
		}
	return false;
}

static const char *to_bucket(
    struct action_context *c, const struct rule *rule, struct span text, struct buf *out)
{
	const char *quote = c->quoted ? "\"" : "";
	int64_t number;

	if (!floor_of(text, &number))
		return "not a plain number of at most 15 digits before its point";
	if (!bucket_of(rule->own, &number))
		return "below the first bucket";
	buf_addf(out, "%s%" PRId64 "%s", quote, number, quote);
	return NULL;
}

/* ---- addresses and codes ---- */

static const char *to_network(
    struct action_context *c, const struct rule *rule, struct span text, struct buf *out)
{
	const struct coarse *coarse = rule->own;
	size_t bytes = (size_t)coarse->width / 8;
	char name[INET6_ADDRSTRLEN];
	uint8_t address[16];
	int family = memchr(text.p, ':', text.n) ? AF_INET6 : AF_INET;

	(void)c;
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

static const char *to_prefix(
    struct action_context *c, const struct rule *rule, struct span text, struct buf *out)
{
	const struct coarse *coarse = rule->own;
	struct span rest = text;

	(void)c;
	for (size_t i = 0; i < coarse->keep && rest.n > 0; i++)
		text_take(&rest);
	if (rest.n == 0 && text.n > 0)
		return "not longer than the prefix to keep";
	jstr_quote(out, (struct span){text.p, text.n - rest.n});
	return NULL;
}

/* ---- options ---- */

static bool read_to(struct maker *m, struct span raw)
{
	struct coarse *coarse = m->rule->own;

	coarse->to = raw;
	return true;
}

static bool read_keep(struct maker *m, struct span raw)
{
	struct coarse *coarse = m->rule->own;

	coarse->kept = true;
	return maker_keep(m, raw, &coarse->keep);
}

static bool choose(struct maker *m, rule_change *change, unsigned types)
{
	m->rule->change = change;
	m->types = types;
	return true;
}

static bool read_bounds(struct maker *m)
{
	struct coarse *coarse = m->rule->own;
	struct span rest = coarse->to, item;
	int64_t *bounds = doc_alloc(&m->contract->doc, BOUNDS_MOST * sizeof *bounds);
	size_t n = 0;

	for (; scan_item(&rest, &item); n++)
		if (n == BOUNDS_MOST || !maker_whole(item, -INT64_MAX, INT64_MAX, &bounds[n]) ||
		    (n > 0 && bounds[n] <= bounds[n - 1]))
			return maker_wrong(m, "to must list at most 100 whole numbers that rise");
	coarse->bounds = bounds;
	coarse->n_bounds = n;
	return n > 0 || maker_wrong(m, "to lists nothing");
}

static bool read_word(struct maker *m, struct span word)
{
	static const struct {
		const char *word;
		rule_change *change;
		unsigned types;
		int width;
	} words[] = {
	    {"month", to_month, ACTION_TEXT | ACTION_DATES, 0},
	    {"year", to_year, ACTION_TEXT | ACTION_DATES, 0},
	    {"prefix", to_prefix, ACTION_TEXT, 0},
	    {"/8", to_network, ACTION_TEXT, 8},
	    {"/16", to_network, ACTION_TEXT, 16},
	    {"/24", to_network, ACTION_TEXT, 24},
	};
	struct coarse *coarse = m->rule->own;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (span_eq(word, span_of(words[i].word))) {
			coarse->width = words[i].width;
			return choose(m, words[i].change, words[i].types) &&
			       (words[i].change != to_prefix || coarse->keep > 0);
		}
	return false;
}

static bool finish(struct maker *m)
{
	static const char what[] = "to must be \"month\", \"year\", \"prefix\" (with keep), "
	                           "\"/8\", \"/16\", \"/24\", a width or a list of bounds";
	struct coarse *coarse = m->rule->own;
	struct span word;

	if (!coarse->to.p)
		return maker_wrong(m, what);
	choose(m, to_bucket, ACTION_TEXT | ACTION_NUMBERS);
	if (scan_type(coarse->to) == JSON_ARRAY)
		return read_bounds(m);
	if (maker_whole(coarse->to, 1, INT64_MAX, &coarse->width))
		return true;
	if (scan_type(coarse->to) != JSON_STRING ||
	    !doc_text(&m->contract->doc, "to", coarse->to, &word) || !read_word(m, word))
		return maker_wrong(m, what);
	return m->rule->change == to_prefix || !coarse->kept ||
	       maker_wrong(m, "keep is for \"prefix\"");
}

extern const struct action action_generalise;

const struct action action_generalise = {.word = "generalise",
    .does = RULE_CHANGE,
    .types = ACTION_TEXT | ACTION_DATES | ACTION_NUMBERS,
    .own = sizeof(struct coarse),
    .options = {{"to", read_to}, {"keep", read_keep}},
    .finish = finish};
