/* A pattern to the program that regex.c runs. */

#include "base/mem.h"
#include "sql/regex_code.h"
#include "sql/regex_set.h"

#include <stdlib.h>
#include <string.h>

enum { REPEAT_MAX = 1000, LAST = 0x10ffff };

static bool more(const struct parse *p)
{
	return !p->why && p->i < p->s.n;
}

static char ahead(const struct parse *p, size_t n)
{
	return p->i + n < p->s.n ? p->s.p[p->i + n] : '\0';
}

static bool take(struct parse *p, const char *text)
{
	size_t n = strlen(text);

	if (p->s.n - p->i < n || memcmp(p->s.p + p->i, text, n) != 0)
		return false;
	p->i += n;
	return true;
}

/* ---- sets ---- */

/* Takes over the set. */
static void add_set(struct parse *p, struct regex_set set, bool fold)
{
	struct regex *re = p->re;

	if (fold && !set_fold(&set))
		regex_fail(p, "(?i) with letters beyond ASCII is not known here");
	re->sets = mem_resize(re->sets, re->n_sets + 1, sizeof *re->sets);
	re->sets[re->n_sets++] = set;
	regex_add(p, RX_SET, (int)re->n_sets - 1, 0);
}

static void add_class(struct parse *p, char c)
{
	struct regex_set set = {0};
	char lower = (char)(c | 0x20);

	set_add_named(&set, (struct span){&lower, 1}, c != lower);
	add_set(p, set, false);
}

/* ---- letters ---- */

static bool read_hex(struct parse *p, uint32_t *point)
{
	bool braces = take(p, "{");
	size_t n = 0;

	*point = 0;
	for (;
	     n < (braces ? 8U : 2U) && ahead(p, 0) && strchr("0123456789abcdefABCDEF", ahead(p, 0));
	     n++) {
		char c = p->s.p[p->i++];

		*point = *point * 16 + (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	if ((braces ? !take(p, "}") || !n : n != 2) || *point > LAST)
		return regex_fail(p, "invalid escape sequence");
	return true;
}

/* Behind a backslash: one code point. */
static bool read_escape(struct parse *p, uint32_t *point)
{
	static const char letters[] = "ntrfva", values[] = "\n\t\r\f\v\a";
	char c = ahead(p, 0);
	const char *found = c ? strchr(letters, c) : NULL;

	p->i++;
	*point = (unsigned char)c;
	if (found)
		*point = (uint32_t)values[found - letters];
	else if (c == 'x')
		return read_hex(p, point);
	else if (!c || (unsigned char)c >= 0x80 || (c >= '0' && c <= '9') ||
	         (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
		return regex_fail(p, "an escape sequence that is invalid or not known here");
	return true;
}

static bool is_perl(char c)
{
	return c && strchr("dDwWsS", c);
}

/* [:alpha:] or \d in brackets; false when it is none. */
static bool read_named(struct parse *p, struct regex_set *set)
{
	const char *start = p->s.p + p->i, *end;
	struct span name;
	char lower;
	bool negated;

	if (ahead(p, 0) == '\\' && is_perl(ahead(p, 1))) {
		lower = (char)(start[1] | 0x20);
		set_add_named(set, (struct span){&lower, 1}, start[1] != lower);
		p->i += 2;
		return true;
	}
	if (ahead(p, 0) != '[' || ahead(p, 1) != ':')
		return false;
	end = memchr(start + 2, ']', p->s.n - p->i - 2);
	if (!end || end[-1] != ':' || end - start < 4)
		return false;
	negated = start[2] == '^';
	name = (struct span){start + 2 + negated, (size_t)(end - start) - 3 - negated};
	if (name.n < 2 || !set_add_named(set, name, negated))
		regex_fail(p, "invalid character class range");
	p->i += (size_t)(end - start) + 1;
	return true;
}

static bool read_member(struct parse *p, uint32_t *point)
{
	if (p->i >= p->s.n)
		return regex_fail(p, "missing closing ]");
	if (take(p, "\\"))
		return read_escape(p, point);
	*point = regex_point(p->s, &p->i);
	return true;
}

static void brackets(struct parse *p)
{
	struct regex_set set = {.negated = take(p, "^")};
	uint32_t first, last;
	bool begun = false;

	for (; !p->why && (!begun || ahead(p, 0) != ']'); begun = true) {
		if (read_named(p, &set) || !read_member(p, &first))
			continue;
		last = first;
		if (ahead(p, 0) == '-' && ahead(p, 1) && ahead(p, 1) != ']') {
			p->i++;
			if (!read_member(p, &last) || last < first)
				regex_fail(p, "invalid character class range");
		}
		set_add(&set, first, last);
	}
	p->i++;
	add_set(p, set, p->fold);
}

/* ---- groups ---- */

static void alternatives(struct parse *p);

/* The flags behind "(?", up to : or ). */
static bool read_flags(struct parse *p)
{
	bool on = true;

	for (; more(p) && ahead(p, 0) != ':' && ahead(p, 0) != ')'; p->i++)
		switch (ahead(p, 0)) {
		case '-': on = false; break;
		case 'i': p->fold = on; break;
		case 's': p->dot_all = on; break;
		case 'm': p->lines = on; break;
		default: return regex_fail(p, "a (?...) that is invalid or not known here");
		}
	return more(p) || regex_fail(p, "missing closing )");
}

/* The number of a capturing group, or 0; -1: it was (?flags) alone, with nothing in it. */
static int open_group(struct parse *p)
{
	if (!take(p, "?"))
		return ++p->re->groups;
	if (take(p, "P<") || take(p, "<")) {
		while (more(p) && ahead(p, 0) != '>')
			p->i++;
		if (!take(p, ">"))
			regex_fail(p, "invalid named capture group");
		return ++p->re->groups;
	}
	return read_flags(p) && p->s.p[p->i++] == ':' ? 0 : -1;
}

static void group(struct parse *p)
{
	struct parse before = *p;
	int number = open_group(p);

	if (number < 0)
		return;
	if (++p->depth > REGEX_DEPTH_MAX)
		regex_fail(p, "the pattern is nested too deep");
	if (number > 0 && number < REGEX_GROUPS)
		regex_add(p, RX_SAVE, 2 * number, 0);
	alternatives(p);
	if (!take(p, ")"))
		regex_fail(p, "missing closing )");
	if (number > 0 && number < REGEX_GROUPS)
		regex_add(p, RX_SAVE, 2 * number + 1, 0);
	p->fold = before.fold;
	p->dot_all = before.dot_all;
	p->lines = before.lines;
	p->depth--;
}

/* ---- atoms and their repetition ---- */

static void escape(struct parse *p)
{
	struct regex_set set = {0};
	uint32_t point;
	char c = ahead(p, 0);

	if (is_perl(c))
		add_class(p, c);
	else if (c == 'b' || c == 'B')
		regex_add(p, RX_WORD, c == 'B', 0);
	else if (c == 'A' || c == 'z')
		regex_add(p, c == 'A' ? RX_BEGIN : RX_END, 0, 0);
	else if (read_escape(p, &point)) {
		set_add(&set, point, point);
		add_set(p, set, p->fold);
		return;
	}
	p->i++;
}

static void atom(struct parse *p)
{
	struct regex_set set = {0};
	uint32_t point = regex_point(p->s, &p->i);

	switch (point) {
	case '(': group(p); break;
	case '[': brackets(p); break;
	case '\\': escape(p); break;
	case '^': regex_add(p, RX_BEGIN, 0, p->lines); break;
	case '$': regex_add(p, RX_END, 0, p->lines); break;
	case '.':
		set.negated = true;
		if (!p->dot_all)
			set_add(&set, '\n', '\n');
		add_set(p, set, false);
		break;
	case '*':
	case '+':
	case '?': regex_fail(p, "no argument for repetition operator"); break;
	default: set_add(&set, point, point); add_set(p, set, p->fold);
	}
}

static int number(struct parse *p)
{
	int n = 0;

	while (ahead(p, 0) >= '0' && ahead(p, 0) <= '9' && n <= REPEAT_MAX)
		n = n * 10 + (p->s.p[p->i++] - '0');
	return n;
}

/* * + ? {n} {n,} {n,m}; `most` -1: no end. A brace that is none of these is a letter. */
static bool read_repeat(struct parse *p, int *least, int *most)
{
	size_t start = p->i;
	char c = ahead(p, 0);

	*least = c == '+';
	*most = c == '?' ? 1 : -1;
	if (c == '*' || c == '+' || c == '?') {
		p->i++;
		return true;
	}
	if (c != '{' || ahead(p, 1) < '0' || ahead(p, 1) > '9')
		return false;
	p->i++;
	*least = *most = number(p);
	if (take(p, ","))
		*most = ahead(p, 0) == '}' ? -1 : number(p);
	if (!take(p, "}")) {
		p->i = start;
		return false;
	}
	if (*least > REPEAT_MAX || *most > REPEAT_MAX || (*most >= 0 && *most < *least))
		regex_fail(p, "invalid repetition size");
	return !p->why;
}

/* The code from `at` on, `least` to `most` times. */
static void repeat(struct parse *p, size_t at, int least, int most, bool lazy)
{
	size_t n = p->re->n - at;
	int length = (int)n, copies = most < 0 ? least + !least : most;
	struct regex_code *code = mem_alloc((n + 1) * sizeof *code);

	if (n)
		memcpy(code, p->re->code + at, n * sizeof *code);
	p->re->n = at;
	for (int i = 0; i < copies && !p->why; i++) {
		size_t here = p->re->n;

		if (i >= least && most >= 0)
			regex_add_split(p, here++, 1, (most - i) * (length + 1), lazy);
		else if (most < 0 && !least)
			regex_add_split(p, here++, 1, length + 2, lazy);
		if (regex_room(p, here, n) && n)
			memcpy(p->re->code + here, code, n * sizeof *code);
	}
	if (most < 0 && least)
		regex_add_split(p, p->re->n, -length, 1, lazy);
	else if (most < 0)
		regex_add(p, RX_JUMP, -(length + 1), 0);
	free(code);
}

static void sequence(struct parse *p)
{
	while (more(p) && ahead(p, 0) != '|' && ahead(p, 0) != ')') {
		size_t at = p->re->n;
		int least, most;

		atom(p);
		if (!p->why && read_repeat(p, &least, &most)) {
			repeat(p, at, least, most, take(p, "?"));
			if (!p->why && read_repeat(p, &least, &most))
				regex_fail(p, "bad repetition operator");
		}
	}
}

static void alternatives(struct parse *p)
{
	size_t at = p->re->n, jump;

	sequence(p);
	if (p->why || !take(p, "|"))
		return;
	if (++p->depth > REGEX_DEPTH_MAX)
		regex_fail(p, "the pattern is nested too deep");
	regex_add_split(p, at, 1, (int)(p->re->n - at) + 2, false);
	jump = p->re->n;
	regex_add(p, RX_JUMP, 1, 0);
	alternatives(p);
	if (!p->why)
		p->re->code[jump].x = (int)(p->re->n - jump);
	p->depth--;
}

struct regex *regex_new(struct span pattern, const char **why)
{
	struct parse p = {.re = mem_alloc(sizeof *p.re), .s = pattern};

	regex_add(&p, RX_SAVE, 0, 0);
	alternatives(&p);
	if (p.i < p.s.n)
		regex_fail(&p, "unexpected )");
	regex_add(&p, RX_SAVE, 1, 0);
	regex_add(&p, RX_MATCH, 0, 0);
	if (!p.why)
		return p.re;
	*why = p.why;
	regex_free(p.re);
	return NULL;
}
