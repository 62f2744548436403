#include "hint.h"

#include "base/text.h"

#include <strings.h>

/* `alone`: no letter before it; `whole`: and none after it. */
static const struct hint {
	enum detect kind;
	struct span word;
	bool alone, whole;
} words[] = {
    {DETECT_BIRTH, {"birth", 5}, false, false},
    {DETECT_BIRTH, {"born", 4}, false, false},
    {DETECT_BIRTH, {"nasc", 4}, false, false},
    {DETECT_BIRTH, {"nacim", 5}, false, false},
    {DETECT_BIRTH, {"nacid", 5}, true, false},
    {DETECT_BIRTH, {"naiss", 5}, false, false},
    {DETECT_BIRTH, {"gebur", 5}, false, false},
    {DETECT_BIRTH, {"geboren", 7}, false, false},
    {DETECT_BIRTH, {"aniversario", 11}, false, false},
    {DETECT_BIRTH, {"dob", 3}, true, true},
    {DETECT_PHONE, {"phone", 5}, false, false},
    {DETECT_PHONE, {"fone", 4}, false, false},
    {DETECT_PHONE, {"telef", 5}, false, false},
    {DETECT_PHONE, {"tel", 3}, true, true},
    {DETECT_PHONE, {"cel", 3}, true, true},
    {DETECT_PHONE, {"fax", 3}, true, true},
    {DETECT_PHONE, {"mobile", 6}, false, false},
    {DETECT_PHONE, {"celular", 7}, false, false},
    {DETECT_PHONE, {"movil", 5}, false, false},
    {DETECT_PHONE, {"handy", 5}, true, true},
    {DETECT_PHONE, {"whats", 5}, false, false},
    {DETECT_PHONE, {"wpp", 3}, true, true},
    {DETECT_PHONE, {"zap", 3}, true, true},
    {DETECT_PHONE, {"msisdn", 6}, true, false},
    {DETECT_PHONE, {"contato", 7}, false, false},
    {DETECT_PHONE, {"ligue", 5}, true, true},
    {DETECT_EMAIL, {"email", 5}, false, false},
    {DETECT_EMAIL, {"e-mail", 6}, true, false},
    {DETECT_EMAIL, {"e_mail", 6}, true, false},
    {DETECT_EMAIL, {"correo", 6}, true, false},
    {DETECT_CPF, {"cpf", 3}, true, false},
    {DETECT_CNPJ, {"cnpj", 4}, true, false},
    {DETECT_IBAN, {"iban", 4}, true, true},
    {DETECT_IP, {"ip", 2}, true, true},
};

enum { WORDS = sizeof words / sizeof *words, MONTH_BEFORE = 16 };

static bool is_letter(char c)
{
	return text_is_letter(c) || (c & 0x80);
}

static bool is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* Is there a boundary of words before this byte? */
static bool is_edge(struct span text, size_t at)
{
	if (at == 0 || at >= text.n || !is_letter(text.p[at - 1]) || !is_letter(text.p[at]))
		return true;
	return is_capital(text.p[at]) && !is_capital(text.p[at - 1]);
}

static bool starts(struct span text, size_t at, struct span word)
{
	return at + word.n <= text.n && strncasecmp(text.p + at, word.p, word.n) == 0;
}

/* By the letter that a word begins with: which words do, bit n for words[n]. */
static void learn(uint64_t first[32])
{
	for (size_t i = 0; i < WORDS; i++)
		first[*words[i].word.p & 31] |= UINT64_C(1) << i;
}

static unsigned hints_at(struct span text, size_t at, uint64_t some)
{
	unsigned hints = 0;

	for (size_t i = 0; some; i++, some >>= 1) {
		const struct hint *h = &words[i];

		if ((some & 1) && starts(text, at, h->word) && (!h->alone || is_edge(text, at)) &&
		    (!h->whole || is_edge(text, at + h->word.n)))
			hints |= 1u << h->kind;
	}
	return hints;
}

unsigned hint_of(struct span text)
{
	static uint64_t first[32];
	unsigned hints = 0;

	if (!first['b' & 31])
		learn(first);
	for (size_t at = 0; at < text.n; at++)
		if (text_is_letter(text.p[at]) && first[text.p[at] & 31])
			hints |= hints_at(text, at, first[text.p[at] & 31]);
	return hints;
}

/* ---- months ---- */

static bool is_month(struct span text, size_t at)
{
	static const char *const months[] = {"january", "february", "march", "april", "may", "june",
	    "july", "august", "september", "october", "november", "december", "janeiro",
	    "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro",
	    "outubro", "novembro", "dezembro", "enero", "febrero", "marzo", "mayo", "junio",
	    "julio", "septiembre", "octubre", "noviembre", "diciembre", "jan", "feb", "fev", "mar",
	    "apr", "abr", "jun", "jul", "aug", "ago", "sep", "set", "oct", "out", "nov", "dec",
	    "dez"};

	for (size_t i = 0; i < sizeof months / sizeof *months; i++)
		if (starts(text, at, span_of(months[i])) && is_edge(text, at + strlen(months[i])))
			return true;
	return false;
}

static bool is_year(struct span text, size_t at)
{
	struct span rest = span_skip(text, at);

	return (at == 0 || !text_is_digit(text.p[at - 1])) && span_digits(rest) == 4 &&
	       (span_starts(rest, SPAN("19")) || span_starts(rest, SPAN("20")));
}

bool hint_is_date(struct span text, size_t *at)
{
	for (size_t year = 1; year + 4 <= text.n; year++) {
		if (!text_is_digit(text.p[year]) || !is_year(text, year))
			continue;
		for (*at = year > MONTH_BEFORE ? year - MONTH_BEFORE : 0; *at < year; ++*at)
			if (text_is_letter(text.p[*at]) && is_edge(text, *at) &&
			    is_month(text, *at))
				return true;
	}
	return false;
}
