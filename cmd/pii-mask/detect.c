#include "detect.h"

#include "base/text.h"

#include "check_digits.h"

#include <arpa/inet.h>
#include <strings.h>

enum {
	BEFORE = 24, /* how near a word must stand */
	SHAPE_MOST = 40,
	PHONE_LEAST = 8,
	PHONE_MOST = 15,
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

static bool always(struct span digits)
{
	(void)digits;
	return true;
}

/* # is a digit, @ a digit or a capital letter, the rest itself. */
static const struct {
	const char *form;
	enum detect kind;
	bool (*check)(struct span bare);
} shapes[] = {
    {"###.###.###-##", DETECT_CPF, check_digits_cpf},
    {"#########-##", DETECT_CPF, check_digits_cpf},
    {"### ### ### ##", DETECT_CPF, check_digits_cpf},
    {"###########", DETECT_CPF, check_digits_cpf},
    {"@@.@@@.@@@/@@@@-##", DETECT_CNPJ, check_digits_cnpj},
    {"@@@@@@@@/@@@@-##", DETECT_CNPJ, check_digits_cnpj},
    {"@@@@@@@@@@@@##", DETECT_CNPJ, check_digits_cnpj},
    {"#### #### #### ####", DETECT_CARD, check_digits_card},
    {"####-####-####-####", DETECT_CARD, check_digits_card},
    {"#### ###### #####", DETECT_CARD, check_digits_card},
    {"####-######-#####", DETECT_CARD, check_digits_card},
    {"#### ###### ####", DETECT_CARD, check_digits_card},
    {"#############", DETECT_CARD, check_digits_card},
    {"##############", DETECT_CARD, check_digits_card},
    {"###############", DETECT_CARD, check_digits_card},
    {"################", DETECT_CARD, check_digits_card},
    {"###################", DETECT_CARD, check_digits_card},
    {"(###) ###-####", DETECT_PHONE, always},
    {"(###)###-####", DETECT_PHONE, always},
    {"###-###-####", DETECT_PHONE, always},
    {"###.###.####", DETECT_PHONE, always},
    {"1-###-###-####", DETECT_PHONE, always},
    {"(##) #####-####", DETECT_PHONE, check_digits_phone_br},
    {"(##)#####-####", DETECT_PHONE, check_digits_phone_br},
    {"(##) #########", DETECT_PHONE, check_digits_phone_br},
    {"## #####-####", DETECT_PHONE, check_digits_phone_br},
    {"## #########", DETECT_PHONE, check_digits_phone_br},
    {"(##) ####-####", DETECT_PHONE, check_digits_phone_br},
    {"(##)####-####", DETECT_PHONE, check_digits_phone_br},
    {"## ####-####", DETECT_PHONE, check_digits_phone_br},
    {"#############", DETECT_PHONE, check_digits_phone_br},
    {"############", DETECT_PHONE, check_digits_phone_br},
    {"####-##-##", DETECT_BIRTH, check_digits_birth},
    {"####/##/##", DETECT_BIRTH, check_digits_birth},
    {"##/##/####", DETECT_BIRTH, check_digits_birth},
    {"##-##-####", DETECT_BIRTH, check_digits_birth},
    {"##.##.####", DETECT_BIRTH, check_digits_birth},
    {"########", DETECT_BIRTH, check_digits_birth},
};

/* How much of `s` has the form, 0 for none; its characters without marks go to `bare`. */
static size_t match(struct span s, const char *form, char bare[SHAPE_MOST], size_t *n)
{
	size_t i = 0;

	for (*n = 0; form[i]; i++) {
		bool free = form[i] == '#' || form[i] == '@';

		if (i >= s.n)
			return 0;
		if (!free && s.p[i] != form[i])
			return 0;
		if (free && !text_is_digit(s.p[i]) && (form[i] == '#' || !is_capital(s.p[i])))
			return 0;
		if (free)
			bare[(*n)++] = s.p[i];
	}
	return i;
}

static bool is_hinted(struct span text, size_t at, unsigned hints, enum detect kind)
{
	size_t from = at > BEFORE ? at - BEFORE : 0;

	return ((hints | detect_hints((struct span){text.p + from, at - from})) >> kind & 1) != 0;
}

static unsigned find_shapes(struct span text, size_t at, unsigned hints)
{
	char bare[SHAPE_MOST];
	unsigned found = 0;
	size_t n;

	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		size_t used = match(span_skip(text, at), shapes[i].form, bare, &n);

		if (used == 0 || !ends_at(text, at + used) ||
		    !shapes[i].check((struct span){bare, n}))
			continue;
		if (shapes[i].kind != DETECT_BIRTH || is_hinted(text, at, hints, DETECT_BIRTH))
			found |= 1u << shapes[i].kind;
	}
	return found;
}

/* ---- what has no fixed shape ---- */

/* A + and 8 to 15 digits, with single marks between them. */
static bool is_phone(struct span s)
{
	size_t digits = 0, i = 1;

	for (; i < s.n && digits <= PHONE_MOST; i++) {
		if (text_is_digit(s.p[i]))
			digits++;
		else if (!memchr(" -.()", s.p[i], 5) || (i == 1 && s.p[i] != '('))
			break;
	}
	return digits >= PHONE_LEAST && digits <= PHONE_MOST && (i == s.n || !is_word(s.p[i]));
}

/* Nothing but digits, as many as a phone number has. */
static bool is_bare_phone(struct span text, size_t at)
{
	size_t n = at;

	while (n < text.n && text_is_digit(text.p[n]))
		n++;
	return n - at >= PHONE_LEAST && n - at <= PHONE_MOST && ends_at(text, n);
}

static bool is_iban(struct span s)
{
	char bare[IBAN_MOST];
	size_t n = 0, i = 0;

	if (s.n < 15 || !text_is_letter(s.p[1]) || !text_is_digit(s.p[2]) || !text_is_digit(s.p[3]))
		return false;
	for (; i < s.n && n < IBAN_MOST; i++) {
		if (text_is_digit(s.p[i]) || text_is_letter(s.p[i]))
			bare[n++] = capital(s.p[i]);
		else if (s.p[i] != ' ')
			break;
		if (check_digits_iban((struct span){bare, n}) && ends_at(s, i + 1))
			return true;
	}
	return false;
}

static bool is_address(struct span s)
{
	char token[INET6_ADDRSTRLEN];
	uint8_t address[16];
	size_t n = 0, colons = 0, dots = 0, digits = 0;

	for (; n < s.n && n < sizeof token - 1; n++) {
		char c = s.p[n];

		if (!text_is_digit(c) && c != '.' && c != ':' && !memchr("abcdefABCDEF", c, 12))
			break;
		colons += c == ':';
		dots += c == '.';
		digits += text_is_digit(c);
		token[n] = c;
	}
	for (; n > 0 && token[n - 1] == '.'; dots--)
		n--;
	token[n] = '\0';
	if ((n < s.n && is_word(s.p[n])) || digits == 0)
		return false;
	return (colons == 0 && dots == 3 && inet_pton(AF_INET, token, address) == 1) ||
	       (colons >= 2 && inet_pton(AF_INET6, token, address) == 1);
}

/* ---- e-mail ---- */

static bool is_local(char c)
{
	return is_word(c) || (c != '\0' && strchr(".!#$%&'*+/=?^`{|}~-", c));
}

/* Around an @: something before it, and labels behind it of which the last has two letters. */
static bool is_email(struct span text, size_t at)
{
	size_t i = at + 1, label = i, dots = 0;

	if (at == 0 || !is_local(text.p[at - 1]) || text.p[at - 1] == '.')
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

/* ---- words ---- */

/* `alone`: with no letter before it; `whole`: and none behind it. */
static const struct hint {
	enum detect kind;
	const char *word;
	bool alone, whole;
} words[] = {
    {DETECT_BIRTH, "birth", false, false},
    {DETECT_BIRTH, "born", false, false},
    {DETECT_BIRTH, "nasc", false, false},
    {DETECT_BIRTH, "nacim", false, false},
    {DETECT_BIRTH, "naiss", false, false},
    {DETECT_BIRTH, "gebur", false, false},
    {DETECT_BIRTH, "geboren", false, false},
    {DETECT_BIRTH, "dob", true, false},
    {DETECT_PHONE, "phone", false, false},
    {DETECT_PHONE, "fone", false, false},
    {DETECT_PHONE, "telef", false, false},
    {DETECT_PHONE, "tel", true, true},
    {DETECT_PHONE, "mobile", false, false},
    {DETECT_PHONE, "celular", false, false},
    {DETECT_PHONE, "movil", false, false},
    {DETECT_PHONE, "whatsapp", false, false},
};

static bool has_word(struct span text, const struct hint *h)
{
	size_t n = strlen(h->word);

	for (size_t at = 0; at + n <= text.n; at++)
		if ((text.p[at] | 0x20) == *h->word && strncasecmp(text.p + at, h->word, n) == 0 &&
		    (!h->alone || at == 0 || !is_letter(text.p[at - 1])) &&
		    (!h->whole || at + n == text.n || !is_letter(text.p[at + n])))
			return true;
	return false;
}

unsigned detect_hints(struct span text)
{
	unsigned hints = 0;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (has_word(text, &words[i]))
			hints |= 1u << words[i].kind;
	return hints;
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

unsigned detect_all(struct span text, unsigned hints)
{
	unsigned found = 0;

	if (!may_hold(text))
		return 0;

	for (size_t i = 0; i < text.n; i++) {
		struct span rest = span_skip(text, i);
		char c = text.p[i];

		if (c == '@')
			found |= (unsigned)is_email(text, i) << DETECT_EMAIL;
		if ((!is_word(c) && c != '+' && c != '(' && c != ':') || !begins_at(text, i))
			continue;
		if (text_is_digit(c) || is_capital(c) || c == '(')
			found |= find_shapes(text, i, hints);
		if (text_is_digit(c) && is_bare_phone(text, i) &&
		    is_hinted(text, i, hints, DETECT_PHONE))
			found |= 1u << DETECT_PHONE;
		if (c == '+')
			found |= (unsigned)is_phone(rest) << DETECT_PHONE;
		if (text_is_letter(c))
			found |= (unsigned)is_iban(rest) << DETECT_IBAN;
		if (text_is_digit(c) || c == ':' || memchr("abcdefABCDEF", c, 12))
			found |= (unsigned)is_address(rest) << DETECT_IP;
	}
	return found;
}
