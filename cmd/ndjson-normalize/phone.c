#include "phone.h"

struct country {
	char code[3];
	const char *calling;
	const char *trunk, *abroad; /* prefixes: inside the country, and out of it */
	unsigned char least, most;  /* digits of a national number */
	bool zero;                  /* national numbers may begin with 0 */
};

/* Where countries share a calling code, the first one stands for it. */
static const struct country countries[] = {
    {"BR", "55", "0", "00", 10, 11, false},
    {"PT", "351", "", "00", 9, 9, false},
    {"ES", "34", "", "00", 9, 9, false},
    {"US", "1", "1", "011", 10, 10, false},
    {"CA", "1", "1", "011", 10, 10, false},
    {"PR", "1", "1", "011", 10, 10, false},
    {"DO", "1", "1", "011", 10, 10, false},
    {"MX", "52", "", "00", 10, 10, false},
    {"AR", "54", "0", "00", 10, 11, false},
    {"CL", "56", "", "00", 9, 9, false},
    {"CO", "57", "", "00", 10, 10, false},
    {"PE", "51", "0", "00", 8, 9, false},
    {"UY", "598", "0", "00", 8, 8, false},
    {"PY", "595", "0", "00", 7, 9, false},
    {"BO", "591", "0", "00", 8, 8, false},
    {"EC", "593", "0", "00", 8, 9, false},
    {"VE", "58", "0", "00", 10, 10, false},
    {"CR", "506", "", "00", 8, 8, false},
    {"PA", "507", "", "00", 7, 8, false},
    {"GT", "502", "", "00", 8, 8, false},
    {"SV", "503", "", "00", 8, 8, false},
    {"HN", "504", "", "00", 8, 8, false},
    {"NI", "505", "", "00", 8, 8, false},
    {"AO", "244", "", "00", 9, 9, false},
    {"MZ", "258", "", "00", 8, 9, false},
    {"CV", "238", "", "00", 7, 7, false},
    {"GB", "44", "0", "00", 9, 10, false},
    {"IE", "353", "0", "00", 7, 9, false},
    {"DE", "49", "0", "00", 5, 11, false},
    {"FR", "33", "0", "00", 9, 9, false},
    {"IT", "39", "", "00", 6, 11, true},
    {"NL", "31", "0", "00", 9, 9, false},
    {"BE", "32", "0", "00", 8, 9, false},
    {"LU", "352", "", "00", 5, 11, false},
    {"CH", "41", "0", "00", 9, 9, false},
    {"AT", "43", "0", "00", 4, 13, false},
    {"PL", "48", "", "00", 9, 9, false},
    {"CZ", "420", "", "00", 9, 9, false},
    {"SK", "421", "0", "00", 9, 9, false},
    {"HU", "36", "06", "00", 8, 9, false},
    {"RO", "40", "0", "00", 9, 9, false},
    {"GR", "30", "", "00", 10, 10, false},
    {"SE", "46", "0", "00", 7, 10, false},
    {"NO", "47", "", "00", 8, 8, false},
    {"DK", "45", "", "00", 8, 8, false},
    {"FI", "358", "0", "00", 5, 12, false},
    {"IS", "354", "", "00", 7, 9, false},
    {"UA", "380", "0", "00", 9, 9, false},
    {"RU", "7", "8", "810", 10, 10, false},
    {"TR", "90", "0", "00", 10, 10, false},
    {"IL", "972", "0", "00", 8, 9, false},
    {"AE", "971", "0", "00", 8, 9, false},
    {"SA", "966", "0", "00", 8, 9, false},
    {"EG", "20", "0", "00", 8, 10, false},
    {"MA", "212", "0", "00", 9, 9, false},
    {"ZA", "27", "0", "00", 9, 9, false},
    {"NG", "234", "0", "009", 8, 10, false},
    {"KE", "254", "0", "000", 9, 9, false},
    {"IN", "91", "0", "00", 10, 10, false},
    {"CN", "86", "0", "00", 9, 11, false},
    {"JP", "81", "0", "010", 9, 10, false},
    {"KR", "82", "0", "00", 8, 10, false},
    {"SG", "65", "", "00", 8, 8, false},
    {"AU", "61", "0", "0011", 9, 9, false},
    {"NZ", "64", "0", "00", 8, 10, false},
};

enum { COUNTRIES = sizeof countries / sizeof *countries, ALL_LEAST = 7, ALL_MOST = 15 };

const struct country *phone_country(struct span code)
{
	for (const struct country *c = countries; c < countries + COUNTRIES; c++)
		if (span_eq(code, span_of(c->code)))
			return c;
	return NULL;
}

static bool skip(struct span *digits, const char *prefix)
{
	struct span head = span_of(prefix);

	if (head.n == 0 || !span_starts(*digits, head))
		return false;
	*digits = span_skip(*digits, head.n);
	return true;
}

/*
 * Brazil: an area code without zeros, then 8 digits, or 9 that begin with 9. North America:
 * neither part begins with 0 or 1.
 */
static bool fits(const struct country *c, struct span n)
{
	if (n.n < c->least || n.n > c->most || (n.p[0] == '0' && !c->zero))
		return false;
	if (strcmp(c->calling, "55") == 0)
		return n.p[1] != '0' && (n.n == 10 ? n.p[2] >= '2' : n.p[2] == '9');
	if (strcmp(c->calling, "1") == 0)
		return n.p[0] >= '2' && n.p[3] >= '2';
	return true;
}

/* What stands behind the calling code; a trunk prefix, "(0)", and Mexico's old 1 are left away. */
static bool add_national(const struct country *c, struct span n, struct buf *into)
{
	struct span shorter = n;

	if (!fits(c, n) && skip(&shorter, strcmp(c->calling, "52") ? c->trunk : "1"))
		n = shorter;
	if (!fits(c, n))
		return false;
	buf_adds(into, c->calling);
	buf_addspan(into, n);
	return true;
}

static bool add_abroad(struct span n, struct buf *into)
{
	const struct country *found = NULL;

	for (const struct country *c = countries; c < countries + COUNTRIES && !found; c++)
		if (span_starts(n, span_of(c->calling)))
			found = c;
	if (found)
		return add_national(found, span_skip(n, strlen(found->calling)), into);
	if (n.n < ALL_LEAST || n.n > ALL_MOST || n.p[0] == '0')
		return false;
	buf_addspan(into, n);
	return true;
}

bool phone_write(const struct country *country, struct span digits, bool plus, struct buf *into)
{
	struct span n = digits;

	if (plus)
		return add_abroad(n, into);
	if (skip(&n, country->abroad) && add_abroad(n, into))
		return true;
	n = digits;
	if (fits(country, n))
		return add_national(country, n, into);
	if (skip(&n, country->calling) && add_national(country, n, into))
		return true;
	n = digits;
	if (!skip(&n, country->trunk))
		return false;
	if (!fits(country, n) && strcmp(country->calling, "55") == 0 && n.n > 2)
		n = span_skip(n, 2);
	return fits(country, n) && add_national(country, n, into);
}
