/* encrypt: AES-SIV in base64, and back. */

#include "maker.h"

#include "base/text.h"
#include "json/jstr.h"

enum { SEALED_LEAST = 24 }; /* the tag of an empty text, in base64 */

struct encrypt {
	struct span domain;    /* the option, or the field's dotted name */
	bool sealed;           /* not to be revealed */
	bool bytes;            /* of a BYTES field: what its base64 stands for is encrypted */
	uint8_t data[SIV_TAG]; /* what the domain means under the primary key */
};

static bool read_domain(struct maker *m, struct span raw)
{
	struct encrypt *e = m->rule->own;

	return doc_text(&m->contract->doc, "domain", raw, &e->domain);
}

static bool read_reveal(struct maker *m, struct span raw)
{
	struct encrypt *e = m->rule->own;
	bool reveal;

	if (!maker_bool(m, "reveal must be true or false", raw, &reveal))
		return false;
	e->sealed = !reveal;
	return true;
}

static bool finish(struct maker *m)
{
	struct encrypt *e = m->rule->own;

	if (!e->domain.p)
		e->domain = m->path;
	e->bytes = m->field->type == TYPE_BYTES;
	return true;
}

static bool reveals(const struct rule *rule)
{
	const struct encrypt *e = rule->own;

	return !e->sealed;
}

static void bind(struct rule *rule, const struct keys *keys)
{
	struct encrypt *e = rule->own;

	keys_data(keys, e->domain, e->data);
}

/* Does it open under one of the keys? Then it is what this action writes. */
static bool is_sealed(struct action_context *c, const struct encrypt *e, struct span text)
{
	if (text.n < SEALED_LEAST || text.n % 4 != 0)
		return false;
	buf_clear(&c->scratch);
	buf_clear(&c->more);
	return crypt_unbase64(&c->more, text) &&
	       keys_open(c->keys, e->domain, e->data, buf_span(&c->more), &c->scratch);
}

static const char *change(
    struct action_context *c, const struct rule *rule, struct span text, struct buf *out)
{
	const struct encrypt *e = rule->own;

	if (is_sealed(c, e, text))
		return "encrypted already, with this key";
	buf_clear(&c->scratch);
	buf_clear(&c->more);
	if (e->bytes && !crypt_unbase64(&c->more, text))
		return "not base64, as BYTES are";
	if (e->bytes)
		text = buf_span(&c->more);
	if (!keys_seal(c->keys, e->data, text, &c->scratch))
		return "too long to be encrypted";
	buf_addc(out, '"');
	crypt_base64(out, buf_span(&c->scratch));
	buf_addc(out, '"');
	return NULL;
}

static const char *reveal(
    struct action_context *c, const struct rule *rule, struct span text, struct buf *out)
{
	const struct encrypt *e = rule->own;

	buf_clear(&c->scratch);
	buf_clear(&c->more);
	if (!crypt_unbase64(&c->more, text))
		return "not base64, so not a value that was encrypted";
	if (!keys_open(c->keys, e->domain, e->data, buf_span(&c->more), &c->scratch))
		return "does not authenticate: another key or domain, or it was changed";
	if (e->bytes) {
		buf_addc(out, '"');
		crypt_base64(out, buf_span(&c->scratch));
		buf_addc(out, '"');
		return NULL;
	}
	if (text_valid(buf_span(&c->scratch)) < c->scratch.n)
		return "what was encrypted is not UTF-8";
	jstr_quote(out, buf_span(&c->scratch));
	return NULL;
}

extern const struct action action_encrypt;

const struct action action_encrypt = {.word = "encrypt",
    .does = RULE_CHANGE,
    .types = ACTION_TEXT | ACTION_TYPE(TYPE_BYTES),
    .needs_key = true,
    .needs_siv = true,
    .change = change,
    .reveal = reveal,
    .own = sizeof(struct encrypt),
    .options = {{"domain", read_domain}, {"reveal", read_reveal}},
    .finish = finish,
    .reveals = reveals,
    .bind = bind};
