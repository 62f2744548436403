#include "sql/regex.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPEAT_MAX = 1000, DEPTH_MAX = 200, SHOWN = 40 };

/* What the pattern ends in so far: may a quantifier follow? */
enum before { NOTHING, ATOM, QUANTIFIED };

struct gate {
	struct span s;
	size_t i;
	struct buf *out;
	char *why;
	bool bad;
	/* counted repetitions multiply: of the last atom, and the most in each open group */
	int last, most[DEPTH_MAX];
	size_t depth;
};

/* The first failure: the rule, and the pattern from `from` to here. Always false. */
static bool refuse(struct gate *g, const char *rule, size_t from)
{
	size_t n = g->i - from;

	if (!g->bad)
		snprintf(g->why, REGEX_WHY, n ? "%s: %.*s" : "%s", rule,
		    (int)(n < SHOWN ? n : SHOWN), g->s.p + from);
	g->bad = true;
	return false;
}

static char ahead(const struct gate *g, size_t n)
{
	return g->i + n < g->s.n ? g->s.p[g->i + n] : '\0';
}

static bool one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

static bool take(struct gate *g, const char *text)
{
	size_t n = strlen(text);

	if (g->s.n - g->i < n || memcmp(g->s.p + g->i, text, n) != 0)
		return false;
	g->i += n;
	return true;
}

/* A code point, spelled so that it means itself everywhere. PCRE2 checks that it is UTF-8. */
static void literal(struct gate *g, uint32_t *point)
{
	unsigned char c = (unsigned char)g->s.p[g->i++];

	*point = c < 0xc0 ? c : c < 0xe0 ? c & 0x1fU : c < 0xf0 ? c & 0xfU : c & 7U;
	while (c >= 0xc0 && ((unsigned char)ahead(g, 0) & 0xc0) == 0x80)
		*point = *point << 6 | ((unsigned char)g->s.p[g->i++] & 0x3fU);
	buf_addf(g->out, "\\x{%x}", (unsigned)*point);
}

/* ---- escapes ---- */

/* \xHH or \x{H...}, after the x. */
static bool hex(struct gate *g, size_t from, uint32_t *point)
{
	char digits[8] = "";
	bool braces = take(g, "{");
	size_t n = 0;

	while (n < (braces ? 6U : 2U) && isxdigit((unsigned char)ahead(g, 0)))
		digits[n++] = g->s.p[g->i++];
	*point = (uint32_t)strtoul(digits, NULL, 16);
	buf_addf(g->out, "\\x{%x}", (unsigned)*point);
	return (braces ? n && take(g, "}") : n == 2) || refuse(g, "invalid escape sequence", from);
}

/* One code point after a backslash. */
static bool escaped(struct gate *g, uint32_t *point)
{
	static const char letters[] = "ntrfva", values[] = "\n\t\r\f\v\a";
	size_t from = g->i++;
	char c = ahead(g, 0);

	if (c == 'x') {
		g->i++;
		return hex(g, from, point);
	}
	g->i += g->i < g->s.n;
	if (!c || (unsigned char)c >= 0x80 || (isalnum((unsigned char)c) && !one_of(c, letters)))
		return refuse(g, c ? "invalid escape sequence" : "trailing \\", c ? from : g->i);
	*point = (uint32_t)(isalpha((unsigned char)c) ? values[strchr(letters, c) - letters] : c);
	buf_addf(g->out, "\\x{%x}", (unsigned)*point);
	return true;
}

/* \pL, \p{Greek}, \P{^Lu}, after the letter. PCRE2 must be told what is a script. */
static bool property(struct gate *g, size_t from, bool negated)
{
	bool braces = take(g, "{");
	struct span name;

	negated ^= braces && take(g, "^");
	name = (struct span){g->s.p + g->i, 0};
	while ((braces || !name.n) && (isalpha((unsigned char)ahead(g, 0)) || ahead(g, 0) == '_'))
		g->i++, name.n++;
	if (!name.n || (braces && !take(g, "}")))
		return refuse(g, "invalid character class range", from);
	buf_addf(g->out, "\\%c{%s%.*s}", negated ? 'P' : 'p',
	    name.n < 3 || span_eq(name, SPAN("Any")) ? "" : "sc:", SPAN_ARG(name));
	return true;
}

/* \d \D \w \W \s \S \p \P, which stand in brackets too; false when it is something else. */
static bool perl_class(struct gate *g, bool brackets)
{
	static const char other[] = "\\x{0}-\\x{8}\\x{b}\\x{e}-\\x{1f}\\x{21}-\\x{10ffff}";
	size_t from = g->i;
	char c = ahead(g, 1);

	if (ahead(g, 0) != '\\' || !one_of(c, "dDwWsSpP"))
		return false;
	g->i += 2;
	if (one_of(c, "pP"))
		property(g, from, c == 'P');
	else if (c == 's')
		buf_adds(g->out, brackets ? "\\t\\n\\f\\r " : "[\\t\\n\\f\\r ]");
	else if (c == 'S')
		buf_adds(g->out, brackets ? other : "[^\\t\\n\\f\\r ]");
	else
		buf_addf(g->out, "\\%c", c);
	return true;
}

/* ---- brackets ---- */

/* [:alpha:] or [:^alpha:]; PCRE2 knows the same names. False when it is something else. */
static bool named_class(struct gate *g)
{
	size_t n = 2 + (ahead(g, 2) == '^');

	if (ahead(g, 0) != '[' || ahead(g, 1) != ':')
		return false;
	while (islower((unsigned char)ahead(g, n)))
		n++;
	if (ahead(g, n) != ':' || ahead(g, n + 1) != ']')
		return false;
	buf_add(g->out, g->s.p + g->i, n + 2);
	g->i += n + 2;
	return true;
}

static bool bracket_point(struct gate *g, uint32_t *point)
{
	if (g->i >= g->s.n)
		return refuse(g, "missing closing ]", g->i);
	if (ahead(g, 0) == '\\')
		return escaped(g, point);
	literal(g, point);
	return true;
}

static bool bracket_range(struct gate *g)
{
	size_t from = g->i;
	uint32_t first, last;

	if (!bracket_point(g, &first) || ahead(g, 0) != '-' || one_of(ahead(g, 1), "]") ||
	    !ahead(g, 1))
		return !g->bad;
	buf_addc(g->out, g->s.p[g->i++]);
	return bracket_point(g, &last) &&
	       (first <= last || refuse(g, "invalid character class range", from));
}

static void brackets(struct gate *g)
{
	g->i++;
	buf_adds(g->out, take(g, "^") ? "[^" : "[");
	do {
		if (!perl_class(g, true) && !named_class(g))
			bracket_range(g);
	} while (!g->bad && ahead(g, 0) != ']');
	g->i++;
	buf_addc(g->out, ']');
}

/* ---- groups and repetition ---- */

/* What begins a group; of (?flags) all of it. */
static void open_group(struct gate *g)
{
	size_t from = g->i++, n = 0;
	bool named = ahead(g, 1) == '<' && !one_of(ahead(g, 2), "=!"), ends;

	if (take(g, "?P<") || (named && take(g, "?<"))) {
		while (isalnum((unsigned char)ahead(g, n)) || ahead(g, n) == '_')
			n++;
		g->i += n;
		if (!take(g, ">"))
			refuse(g, "invalid named capture group", from);
	} else if (take(g, "?")) {
		while (one_of(ahead(g, 0), "imsU-"))
			g->i++;
		ends = one_of(ahead(g, 0), ":)");
		g->i += g->i < g->s.n;
		if (!ends)
			refuse(g, "invalid perl operator", from);
	}
	if (!g->bad)
		buf_add(g->out, g->s.p + from, g->i - from);
	if (g->i > from && g->s.p[g->i - 1] == ')')
		return;
	if (++g->depth == DEPTH_MAX)
		refuse(g, "nested too deep", g->i);
	else
		g->most[g->depth] = 1;
}

static void close_group(struct gate *g)
{
	buf_addc(g->out, g->s.p[g->i++]);
	if (g->depth == 0)
		refuse(g, "unexpected )", g->i);
	else
		g->last = g->most[g->depth--];
}

static int number(struct gate *g)
{
	int n = 0;

	for (; isdigit((unsigned char)ahead(g, 0)); g->i++)
		n = n > REPEAT_MAX ? n : n * 10 + (ahead(g, 0) - '0');
	return n;
}

/* {n} {n,} {n,m}; false, and nothing taken, when the brace is a letter. */
static bool counted(struct gate *g, int *times)
{
	size_t from = g->i++;
	bool digit = isdigit((unsigned char)ahead(g, 0));
	int least = number(g), most = least;

	if (digit && take(g, ",") && isdigit((unsigned char)ahead(g, 0)))
		most = number(g);
	if (!digit || !take(g, "}")) {
		g->i = from;
		return false;
	}
	*times = most > 1 ? most : 1;
	if (least > REPEAT_MAX || most > REPEAT_MAX || most < least)
		refuse(g, "invalid repetition size", from);
	return true;
}

static bool quantifier(struct gate *g, enum before before)
{
	size_t from = g->i;
	int times = 1;

	if (ahead(g, 0) == '{' ? !counted(g, &times)
	                       : !take(g, "*") && !take(g, "+") && !take(g, "?"))
		return false;
	if (before != ATOM)
		return refuse(g,
		           before ? "bad repetition operator"
		                  : "no argument for repetition operator",
		           from),
		       true;
	g->last *= times;
	if (g->last > REPEAT_MAX)
		refuse(g, "invalid repetition size", from);
	take(g, "?");
	buf_add(g->out, g->s.p + from, g->i - from);
	return true;
}

/* ---- the pattern ---- */

/* \b and the like, \Q...\E whose end may be missing, or one escaped code point. */
static void escape(struct gate *g)
{
	uint32_t point;

	if (take(g, "\\Q")) {
		while (g->i < g->s.n && !take(g, "\\E"))
			literal(g, &point);
	} else if (one_of(ahead(g, 1), "bBAz")) {
		buf_add(g->out, g->s.p + g->i, 2);
		g->i += 2;
	} else {
		escaped(g, &point);
	}
}

static enum before next(struct gate *g, enum before before)
{
	char c = ahead(g, 0);
	uint32_t point;

	if (quantifier(g, before))
		return QUANTIFIED;
	g->last = 1;
	if (c == '(') {
		open_group(g);
		return NOTHING;
	}
	if (c == ')')
		close_group(g);
	else if (c == '[')
		brackets(g);
	else if (c == '\\' && !perl_class(g, false))
		escape(g);
	else if (one_of(c, "^$.|"))
		buf_addc(g->out, g->s.p[g->i++]);
	else if (c != '\\')
		literal(g, &point);
	return c == '|' ? NOTHING : ATOM;
}

bool regex_gate(struct span pattern, struct buf *out, char why[REGEX_WHY])
{
	struct gate g = {.s = pattern, .out = out, .why = why};
	enum before before = NOTHING;

	while (!g.bad && g.i < pattern.n) {
		before = next(&g, before);
		if (!g.bad && g.last > g.most[g.depth])
			g.most[g.depth] = g.last;
	}
	if (!g.bad && g.depth)
		refuse(&g, "missing closing )", g.i);
	return !g.bad && (!out->full || refuse(&g, "pattern too large", g.i));
}
