/* hash:google, hash:meta: normalised as a platform wants it (profile.h), then SHA-256 in hex. */

#include "maker.h"

#include "profile.h"

struct hash {
	struct profile_form form;
	struct span as; /* the option */
};

static bool read_as(struct maker *m, struct span raw)
{
	struct hash *hash = m->rule->own;

	return doc_text(&m->contract->doc, "as", raw, &hash->as);
}

static bool read_version(struct maker *m, struct span raw)
{
	struct hash *hash = m->rule->own;
	int64_t number;

	if (!maker_whole(raw, 1, 1000, &number))
		return maker_wrong(m, "version must be a whole number from 1 up");
	hash->form.version = (int)number;
	return true;
}

static bool read_country_code(struct maker *m, struct span raw)
{
	struct hash *hash = m->rule->own;
	struct span *code = &hash->form.country_code;

	if (scan_type(raw) != JSON_STRING || raw.n > 5)
		return maker_wrong(m, "country_code must be a string of at most three digits");
	*code = (struct span){raw.p + 1, raw.n - 2};
	return span_digits(*code) == code->n ||
	       maker_wrong(m, "country_code must be a string of at most three digits");
}

static bool finish(struct maker *m, enum profile profile)
{
	struct hash *hash = m->rule->own;
	struct profile_form *form = &hash->form;
	struct span word = hash->as.p ? hash->as : m->field->name;
	int newest;

	form->profile = profile;
	for (form->kind = 0; form->kind < KINDS; form->kind++)
		if (span_eq(word, span_of(profile_kind_name(form->kind))))
			break;
	if (form->kind == KINDS)
		return maker_wrong_word(m,
		    hash->as.p ? "unknown as" : "\"as\" must say what it is; not clear from", word);
	newest = profile_version(profile, form->kind);
	if (newest == 0)
		return maker_wrong_word(m, "the platform does not want this hashed:", word);
	if (!form->version)
		form->version = newest;
	if (form->version > newest)
		return maker_wrong(m, "a version that is not known here");
	if (form->country_code.p && form->kind != KIND_PHONE)
		return maker_wrong(m, "country_code is for a phone");
	if (form->country_code.n > 0 && form->version > 1)
		form->home = phone_calling(form->country_code);
	return form->country_code.n == 0 || form->version == 1 || form->home ||
	       maker_wrong(m, "country_code is not a calling code");
}

static bool finish_google(struct maker *m)
{
	return finish(m, PROFILE_GOOGLE);
}

static bool finish_meta(struct maker *m)
{
	return finish(m, PROFILE_META);
}

/* Is it a SHA-256 in hex, as this action writes it? */
static bool is_digest(struct span text)
{
	size_t n = 0;

	while (n < text.n && memchr("0123456789abcdefABCDEF", text.p[n], 22))
		n++;
	return n == text.n && n == CRYPT_SHA256 * 2;
}

static const char *pass_digest(const struct action_context *c, struct span text, struct buf *out)
{
	if (!c->hashed)
		return "a SHA-256 already: it is not hashed twice (--hashed lets it pass)";
	buf_addc(out, '"');
	for (size_t i = 0; i < text.n; i++)
		buf_addc(out, (char)(text.p[i] | 0x20));
	buf_addc(out, '"');
	return NULL;
}

static const char *change(
    struct action_context *c, const struct rule *rule, struct span text, struct buf *out)
{
	const struct hash *hash = rule->own;
	uint8_t digest[CRYPT_SHA256];
	const char *why;

	if (is_digest(text))
		return pass_digest(c, text, out);
	buf_clear(&c->scratch);
	why = profile_text(&hash->form, text, &c->scratch);
	if (why)
		return why;
	crypt_sha256(buf_span(&c->scratch), digest);
	buf_addc(out, '"');
	crypt_hex(out, digest, sizeof digest);
	buf_addc(out, '"');
	return NULL;
}

extern const struct action action_google, action_meta;

const struct action action_google = {.word = "hash:google",
    .does = RULE_CHANGE,
    .types = ACTION_TEXT,
    .change = change,
    .own = sizeof(struct hash),
    .options = {{"as", read_as}, {"version", read_version}, {"country_code", read_country_code}},
    .finish = finish_google};

const struct action action_meta = {.word = "hash:meta",
    .does = RULE_CHANGE,
    .types = ACTION_TEXT,
    .change = change,
    .own = sizeof(struct hash),
    .options = {{"as", read_as}, {"version", read_version}, {"country_code", read_country_code}},
    .finish = finish_meta};
