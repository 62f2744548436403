#include "profile.h"

#include "base/time.h"
#include "base/text.h"

enum { PHONE_LEAST = 7, PHONE_MOST = 15, ZIP = 5, ZIP_PLUS_4 = 9 };

static const char *const names[KINDS] = {
    [KIND_EMAIL] = "email",
    [KIND_PHONE] = "phone",
    [KIND_FIRST_NAME] = "first_name",
    [KIND_LAST_NAME] = "last_name",
    [KIND_STREET] = "street",
    [KIND_CITY] = "city",
    [KIND_STATE] = "state",
    [KIND_ZIP] = "zip",
    [KIND_COUNTRY] = "country",
    [KIND_BIRTH_DATE] = "birth_date",
    [KIND_GENDER] = "gender",
    [KIND_EXTERNAL_ID] = "external_id",
};

const char *profile_kind_name(enum profile_kind kind)
{
	return names[kind];
}

int profile_version(enum profile profile, enum profile_kind kind)
{
	bool wanted = profile == PROFILE_META ? kind != KIND_STREET : kind <= KIND_STREET;

	return wanted ? 2 : 0;
}

/* ---- texts ---- */

/* Symbols: ASCII's, Latin-1's, and Unicode's general punctuation. */
static bool is_symbol(uint32_t c)
{
	if (c < 0x80)
		return c < '0' || (c > '9' && c < 'A') || (c > 'Z' && c < 'a') || c > 'z';
	return (c >= 0xa1 && c <= 0xbf && c != 0xaa && c != 0xb5 && c != 0xba) || c == 0xd7 ||
	       c == 0xf7 || (c >= 0x2010 && c <= 0x2027) || (c >= 0x2030 && c <= 0x205e) ||
	       (c >= 0x3001 && c <= 0x3003);
}

static void add_lower(struct span text, bool spaces, bool symbols, struct buf *out)
{
	text = text_trim(text);
	while (text.n > 0) {
		uint32_t point = text_take(&text);
		bool space = text_is_space(point);

		if (space ? spaces : symbols || !is_symbol(point))
			buf_add_point(out, text_lower(point));
	}
}

/* ---- e-mail ---- */

static bool at_gmail(struct span domain)
{
	return span_eq(domain, SPAN("gmail.com")) || span_eq(domain, SPAN("googlemail.com"));
}

/* Dots, and from version 2 on the suffix, leave the part before the @; it is changed in place. */
static void strip_gmail(struct buf *b, size_t from, size_t at, int version)
{
	size_t to = from, end = b->n;

	for (size_t i = from; i < at && (version < 2 || b->p[i] != '+'); i++)
		if (b->p[i] != '.')
			b->p[to++] = b->p[i];
	memmove(b->p + to, b->p + at, end - at);
	b->n = to + (end - at);
}

static const char *add_email(const struct profile_form *form, struct span text, struct buf *out)
{
	bool google = form->profile == PROFILE_GOOGLE;
	size_t from = out->n, at;
	const char *mark;
	struct span domain;

	add_lower(text, !google, true, out);
	mark = out->n > from ? memchr(out->p + from, '@', out->n - from) : NULL;
	if (!mark)
		return "not an e-mail address";
	at = (size_t)(mark - out->p);
	domain = (struct span){mark + 1, out->n - at - 1};
	if (domain.n == 0 || at == from || memchr(domain.p, '@', domain.n))
		return "not an e-mail address";
	if (google && at_gmail(domain)) {
		strip_gmail(out, from, at, form->version);
		if (out->p[from] == '@')
			return "not an e-mail address";
	}
	return NULL;
}

/* ---- phone ---- */

/* The digits of a number; false where there is a letter, a second +, or anything else odd. */
static bool add_digits(struct span text, bool *international, struct buf *out)
{
	text = text_trim(text);
	*international = text.n > 0 && *text.p == '+';
	if (*international)
		text = span_skip(text, 1);
	while (text.n > 0) {
		uint32_t point = text_take(&text);

		if (point >= '0' && point <= '9')
			buf_addc(out, (char)point);
		else if (!text_is_space(point) && (point == '+' || !is_symbol(point)))
			return false;
	}
	return true;
}

static void drop_zeros(struct buf *b, size_t from)
{
	size_t zeros = 0;

	while (from + zeros < b->n && b->p[from + zeros] == '0')
		zeros++;
	if (zeros == 0)
		return;
	memmove(b->p + from, b->p + from + zeros, b->n - from - zeros);
	b->n -= zeros;
}

/* Version 1: the country code goes before all that has no +. */
static const char *add_phone_1(const struct profile_form *form, struct span text, struct buf *out)
{
	size_t plus = form->profile == PROFILE_GOOGLE, from = out->n, digits, code;
	bool international;

	if (plus)
		buf_addc(out, '+');
	if (form->country_code.p && text_trim(text).n > 0 && *text_trim(text).p != '+')
		buf_addspan(out, form->country_code);
	code = out->n;
	if (!add_digits(text, &international, out))
		return "not a phone number";
	if (!international && !form->country_code.p)
		return "a phone number without + and country code, and no country_code is given";
	drop_zeros(out, code);
	digits = out->n - from - plus;
	if (digits < PHONE_LEAST || digits > PHONE_MOST)
		return "not a phone number";
	return NULL;
}

static const char *add_phone(const struct profile_form *form, struct span text, struct buf *out)
{
	bool coded = form->country_code.p && form->country_code.n == 0;
	size_t from = out->n;

	if (form->version == 1)
		return add_phone_1(form, text, out);
	text = text_trim(text);
	if (!phone_text(form->home, coded, text, out))
		return form->country_code.p ? "not a phone number"
		                            : "not a phone number with + and country code, and no "
		                              "country_code is given";
	if (form->profile == PROFILE_META) {
		memmove(out->p + from, out->p + from + 1, out->n - from - 1);
		out->n--;
	}
	return NULL;
}

/* ---- the rest ---- */

static const char *add_birth_date(struct span text, struct buf *out)
{
	int part[3] = {0}, digits = 0;
	size_t from = out->n;

	for (size_t i = 0; i < text.n; i++) {
		bool digit = text_is_digit(text.p[i]);

		if (!digit && ((digits != 4 && digits != 6) || text.p[i] != '-'))
			return "not a date of the form YYYY-MM-DD";
		if (!digit)
			continue;
		if (digits == 8)
			return "not a date of the form YYYY-MM-DD";
		part[digits < 4 ? 0 : digits < 6 ? 1 : 2] *= 10;
		part[digits < 4 ? 0 : digits < 6 ? 1 : 2] += text.p[i] - '0';
		digits++;
		buf_addc(out, text.p[i]);
	}
	if (out->n - from != 8 || !time_valid_date(part[0], part[1], part[2]))
		return "not a date of the form YYYY-MM-DD";
	return NULL;
}

/* Words for the two that the platform knows, in the languages of its forms. */
static bool is_gender(struct span word, char initial)
{
	static const char *const words[] = {"f", "female", "woman", "girl", "fem", "feminino",
	    "feminina", "mulher", "menina", "femenino", "femenina", "mujer", "femme", "féminin",
	    "weiblich", "frau", "femmina", "femminile", "donna", "m", "male", "man", "boy", "masc",
	    "masculino", "homem", "menino", "hombre", "homme", "masculin", "männlich", "mann",
	    "maschio", "maschile", "uomo"};
	bool female = true;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		female &= !span_eq(span_of(words[i]), SPAN("m"));
		if (span_eq(word, span_of(words[i])))
			return female == (initial == 'f');
	}
	return false;
}

static const char *add_gender(const struct profile_form *form, struct span text, struct buf *out)
{
	size_t from = out->n;
	struct span word;
	char initial;

	add_lower(text, false, false, out);
	word = (struct span){out->p + from, out->n - from};
	initial = word.n > 0 ? *word.p : '\0';
	if (form->version > 1)
		initial = is_gender(word, 'f') ? 'f' : is_gender(word, 'm') ? 'm' : '\0';
	if (initial != 'f' && initial != 'm')
		return "not a gender that the platform knows (f or m)";
	out->n = from;
	buf_addc(out, initial);
	return NULL;
}

static const char *add_country(struct span text, struct buf *out)
{
	size_t from = out->n;

	add_lower(text, false, false, out);
	return out->n == from + 2 ? NULL : "not a country code of two letters";
}

/* Five digits and four: of all postal codes only the United States' have that many. */
static bool is_zip_plus_4(const struct buf *b, size_t from)
{
	struct span zip = {b->p + from, b->n - from};

	return zip.n == ZIP_PLUS_4 && span_digits(zip) == zip.n;
}

static const char *add_words(const struct profile_form *form, struct span text, struct buf *out)
{
	bool meta = form->profile == PROFILE_META;
	bool name = form->kind == KIND_FIRST_NAME || form->kind == KIND_LAST_NAME;
	bool spaces = meta ? name || form->kind == KIND_EXTERNAL_ID : !name || form->version > 1;
	bool symbols = meta ? form->kind == KIND_EXTERNAL_ID : name;
	size_t from = out->n;

	add_lower(text, spaces, symbols, out);
	if (form->kind == KIND_ZIP && form->version > 1 && is_zip_plus_4(out, from))
		out->n = from + ZIP;
	return out->n > from ? NULL : "nothing is left of it to hash";
}

const char *profile_text(const struct profile_form *form, struct span text, struct buf *out)
{
	switch (form->kind) {
	case KIND_EMAIL: return add_email(form, text, out);
	case KIND_PHONE: return add_phone(form, text, out);
	case KIND_BIRTH_DATE: return add_birth_date(text, out);
	case KIND_GENDER: return add_gender(form, text, out);
	case KIND_COUNTRY: return add_country(text, out);
	default: return add_words(form, text, out);
	}
}
