#include "detect.h"

#include "base/text.h"

#include "check_digits.h"
#include "dialled.h"
#include "hint.h"
#include "plain.h"

#include <arpa/inet.h>

enum {
	BEFORE = 24, /* how near a word must stand */
	AFTER = 24,
	SHAPE_MOST = 40,
	LEAD_MOST = 19, /* the longest run in a shape */
	IBAN_MOST = 34,
	DIGITS_LEAST = 2 /* a CNPJ may have no other digits than its check digits */
};

static const char *const names[DETECTS] = {[DETECT_EMAIL] = "email",
    [DETECT_PHONE] = "phone",
    [DETECT_CARD] = "card",
    [DETECT_IBAN] = "iban",
    [DETECT_CPF] = "cpf",
    [DETECT_CNPJ] = "cnpj",
    [DETECT_IP] = "ip",
    [DETECT_BIRTH] = "birth_date"};

const char *detect_name(enum detect kind)
{
	return names[kind];
}

static bool is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_letter(char c)
{
	return text_is_letter(c) || (c & 0x80);
}

static char capital(char c)
{
	return text_is_letter(c) ? (char)(c & ~0x20) : c;
}

static bool is_word(char c)
{
	return text_is_digit(c) || is_letter(c) || c == '_';
}

/* A mark that joins digits, so that what stands beside it is part of a longer number. */
static bool joins(char c)
{
	return c == '.' || c == ',' || c == '-' || c == '/' || c == ':';
}

static bool begins_at(struct span text, size_t at)
{
	const char *p = text.p + at;

	if (at == 0)
		return true;
	return !is_word(p[-1]) && !(at > 1 && joins(p[-1]) && text_is_digit(p[-2]));
}

static bool ends_at(struct span text, size_t at)
{
	if (at >= text.n)
		return true;
	return !is_word(text.p[at]) &&
	       !(at + 1 < text.n && joins(text.p[at]) && text_is_digit(text.p[at + 1]));
}

/* ---- shapes ---- */

/* # is a digit, @ a digit or a letter, ~ one of the marks between groups, the rest itself. */
static const struct {
	size_t lead; /* digits, or digits and letters, that it begins with */
	const char *form;
	enum detect kind;
	bool (*check)(struct span bare);
} shapes[] = {
    {3, "###~###~###~##", DETECT_CPF, check_digits_cpf},
    {3, "###~###~#####", DETECT_CPF, check_digits_cpf},
    {9, "#########~##", DETECT_CPF, check_digits_cpf},
    {11, "###########", DETECT_CPF, check_digits_cpf},
    {2, "@@~@@@~@@@~@@@@~##", DETECT_CNPJ, check_digits_cnpj},
    {8, "@@@@@@@@~@@@@~##", DETECT_CNPJ, check_digits_cnpj},
    {12, "@@@@@@@@@@@@~##", DETECT_CNPJ, check_digits_cnpj},
    {14, "@@@@@@@@@@@@##", DETECT_CNPJ, check_digits_cnpj},
    {4, "####~####~####~####", DETECT_CARD, check_digits_card},
    {4, "####~######~#####", DETECT_CARD, check_digits_card},
    {4, "####~######~####", DETECT_CARD, check_digits_card},
    {13, "#############", DETECT_CARD, check_digits_card},
    {14, "##############", DETECT_CARD, check_digits_card},
    {15, "###############", DETECT_CARD, check_digits_card},
    {16, "################", DETECT_CARD, check_digits_card},
    {18, "##################", DETECT_CARD, check_digits_card},
    {19, "###################", DETECT_CARD, check_digits_card},
    {4, "####-##-##", DETECT_BIRTH, check_digits_birth},
    {4, "####/##/##", DETECT_BIRTH, check_digits_birth},
    {2, "##/##/####", DETECT_BIRTH, check_digits_birth},
    {2, "##-##-####", DETECT_BIRTH, check_digits_birth},
    {2, "##.##.####", DETECT_BIRTH, check_digits_birth},
    {8, "########", DETECT_BIRTH, check_digits_birth},
};

static bool has_form(char c, char form)
{
	switch (form) {
	case '#': return text_is_digit(c);
	case '@': return text_is_digit(c) || text_is_letter(c);
	case '~': return c == '.' || c == '-' || c == '/' || c == ' ';
	default: return c == form;
	}
}

/* How much of `s` has the form, 0 for none; its characters without marks go to `bare`. */
static size_t match(struct span s, const char *form, char bare[SHAPE_MOST], size_t *n)
{
	size_t i = 0;

	for (*n = 0; form[i]; i++) {
		if (i >= s.n || !has_form(s.p[i], form[i]))
			return 0;
		if (form[i] == '#' || form[i] == '@')
			bare[(*n)++] = capital(s.p[i]);
	}
	return i;
}

/*
 * A run of 14 letters and digits is a CNPJ only where most are digits, or none is a small
 * letter.
 */
static bool is_likely(struct span used, enum detect kind)
{
	size_t digits = 0, small = 0;

	for (size_t i = 0; i < used.n; i++) {
		digits += text_is_digit(used.p[i]);
		small += text_is_letter(used.p[i]) && !is_capital(used.p[i]);
	}
	return kind != DETECT_CNPJ || small == 0 || used.n > 14 || digits >= 8;
}

/* Does something speak of that kind: what is around the text, or a word near this byte? */
static bool is_hinted(struct span text, size_t at, unsigned hints, enum detect kind)
{
	size_t from = at > BEFORE ? at - BEFORE : 0;
	size_t to = at + AFTER < text.n ? at + AFTER : text.n;

	return (hints >> kind & 1) ||
	       (hint_of((struct span){text.p + from, to - from}) >> kind & 1);
}

static bool is_phone(struct span text, size_t at, unsigned hints)
{
	enum dialled d = dialled_at(text, at);

	return d == DIALLED_YES || (d == DIALLED_MAYBE && is_hinted(text, at, hints, DETECT_PHONE));
}

/* A date may have a time after it. */
static bool shape_ends(struct span text, size_t at, enum detect kind)
{
	return ends_at(text, at) || (kind == DETECT_BIRTH && at + 1 < text.n && text.p[at] == 'T' &&
	                                text_is_digit(text.p[at + 1]));
}

static unsigned find_shapes(struct span text, size_t at, unsigned hints)
{
	struct span rest = span_skip(text, at);
	size_t digits = span_digits(rest), letters = digits, n, used;
	char bare[SHAPE_MOST];
	unsigned found = 0;

	while (letters < rest.n && has_form(rest.p[letters], '@'))
		letters++;
	if (letters > LEAD_MOST)
		return 0;
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		if (shapes[i].lead != (*shapes[i].form == '#' ? digits : letters))
			continue;
		used = match(rest, shapes[i].form, bare, &n);
		if (used == 0 || !shape_ends(text, at + used, shapes[i].kind) ||
		    !shapes[i].check((struct span){bare, n}) ||
		    !is_likely((struct span){rest.p, used}, shapes[i].kind))
			continue;
		if (shapes[i].kind != DETECT_BIRTH || is_hinted(text, at, hints, DETECT_BIRTH))
			found |= 1u << shapes[i].kind;
	}
	return found;
}

/* ---- what has no fixed shape ---- */

static bool is_iban(struct span s)
{
	char bare[IBAN_MOST];
	size_t n = 0, i = 0;

	if (s.n < 15 || !text_is_letter(s.p[1]) || !text_is_digit(s.p[2]) || !text_is_digit(s.p[3]))
		return false;
	for (; i < s.n && n < IBAN_MOST; i++) {
		if (text_is_digit(s.p[i]) || text_is_letter(s.p[i]))
			bare[n++] = capital(s.p[i]);
		else if (s.p[i] != ' ' && s.p[i] != '-')
			break;
		if (check_digits_iban((struct span){bare, n}) && ends_at(s, i + 1))
			return true;
	}
	return false;
}

/* Of digits, hexadecimal ones, dots and colons: how many, and what of each. */
struct address_token {
	char text[INET6_ADDRSTRLEN];
	size_t n, colons, dots, digits;
};

static void token_cut(struct address_token *t, size_t n)
{
	for (; t->n > n; t->n--) {
		t->dots -= t->text[t->n - 1] == '.';
		t->colons -= t->text[t->n - 1] == ':';
	}
	t->text[t->n] = '\0';
}

static void token_read(struct address_token *t, struct span s)
{
	*t = (struct address_token){0};
	for (; t->n < s.n && t->n < sizeof t->text - 1; t->n++) {
		char c = s.p[t->n];

		if (!text_is_digit(c) && c != '.' && c != ':' && !memchr("abcdefABCDEF", c, 12))
			break;
		t->colons += c == ':';
		t->dots += c == '.';
		t->digits += text_is_digit(c);
		t->text[t->n] = c;
	}
}

/* An IPv4 address may have a port; "1.2.3.4-beta" is a version. */
static bool is_address(struct span s)
{
	struct address_token t;
	uint8_t address[16];
	const char *port;

	token_read(&t, s);
	while (t.n > 0 && (t.text[t.n - 1] == '.' || (t.dots == 3 && t.text[t.n - 1] == ':')))
		token_cut(&t, t.n - 1);
	if ((t.n < s.n && (is_word(s.p[t.n]) ||
	                      (s.p[t.n] == '-' && t.n + 1 < s.n && is_word(s.p[t.n + 1])))) ||
	    t.digits == 0)
		return false;
	port = memchr(t.text, ':', t.n);
	if (t.dots == 3 && t.colons == 1 && port)
		token_cut(&t, (size_t)(port - t.text));
	t.text[t.n] = '\0';
	return (t.colons == 0 && t.dots == 3 && inet_pton(AF_INET, t.text, address) == 1) ||
	       (t.colons >= 2 && inet_pton(AF_INET6, t.text, address) == 1);
}

/* ---- e-mail ---- */

static bool is_local(char c)
{
	return is_word(c) || (c != '\0' && strchr(".!#$%&'*+/=?^`{|}~-", c));
}

/* A quoted part before the @ needs its other quote. */
static bool is_quoted(struct span text, size_t at)
{
	return text.p[at - 1] == '"' && at > 2 && memchr(text.p, '"', at - 2);
}

/* Around an @: something before it, and labels after it of which the last has two letters. */
static bool is_email(struct span text, size_t at)
{
	size_t i = at + 1, label = i, dots = 0;

	if (at == 0 || text.p[at - 1] == '.' || (!is_local(text.p[at - 1]) && !is_quoted(text, at)))
		return false;
	for (; i < text.n && (is_word(text.p[i]) || text.p[i] == '-' || text.p[i] == '.'); i++) {
		if (text.p[i] != '.')
			continue;
		if (i == label)
			return false;
		if (i + 1 == text.n || !is_word(text.p[i + 1]))
			break;
		label = i + 1;
		dots++;
	}
	return dots > 0 && i - label >= 2 && is_letter(text.p[label]);
}

/* ---- a text ---- */

/* Most texts hold neither an @ nor enough digits for anything. */
static bool may_hold(struct span text)
{
	size_t digits = 0;

	for (size_t i = 0; i < text.n; i++) {
		digits += text_is_digit(text.p[i]);
		if (digits == DIGITS_LEAST || text.p[i] == '@')
			return true;
	}
	return false;
}

/* Digits right after "cpf", "cnpj" or an underscore may still be a number that proves itself. */
static bool is_glued(struct span text, size_t at)
{
	static const struct span before[] = {
	    {"_", 1}, {"cpf", 3}, {"CPF", 3}, {"cnpj", 4}, {"CNPJ", 4}};

	if (!text_is_digit(text.p[at]) || text_is_digit(text.p[at - 1]))
		return false;
	for (size_t i = 0; i < sizeof before / sizeof *before; i++)
		if (at >= before[i].n && span_starts(span_skip(text, at - before[i].n), before[i]))
			return true;
	return false;
}

/* What begins at this byte. */
static unsigned find_at(struct span text, size_t i, unsigned hints)
{
	struct span rest = span_skip(text, i);
	char c = text.p[i];
	unsigned found = 0;

	if (text_is_digit(c) || text_is_letter(c))
		found |= find_shapes(text, i, hints);
	if (text_is_digit(c) || c == '(' || c == '+')
		found |= (unsigned)is_phone(text, i, hints) << DETECT_PHONE;
	if (text_is_letter(c))
		found |= (unsigned)is_iban(rest) << DETECT_IBAN;
	if ((text_is_digit(c) || c == ':' || memchr("abcdefABCDEF", c, 12)) &&
	    !(i > 1 && text.p[i - 1] == ':' && text.p[i - 2] == ':'))
		found |= (unsigned)is_address(rest) << DETECT_IP;
	return found;
}

static unsigned scan_text(struct span text, unsigned hints)
{
	unsigned found = 0;
	size_t at;

	if (!may_hold(text))
		return 0;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '@')
			found |= (unsigned)is_email(text, i) << DETECT_EMAIL;
		if (!is_word(c) && c != '+' && c != '(' && c != ':')
			continue;
		if (begins_at(text, i))
			found |= find_at(text, i, hints);
		else if (is_glued(text, i))
			found |=
			    find_shapes(text, i, hints) & (1u << DETECT_CPF | 1u << DETECT_CNPJ);
	}
	if (!(found >> DETECT_BIRTH & 1) && hint_is_date(text, &at) &&
	    is_hinted(text, at, hints, DETECT_BIRTH))
		found |= 1u << DETECT_BIRTH;
	return found;
}

unsigned detect_all(struct span text, unsigned hints, struct buf *plain)
{
	unsigned found = scan_text(text, hints);

	if (plain_text(text, plain))
		found |= scan_text(buf_span(plain), hints);
	return found;
}
