/* hmac: HMAC-SHA-256 in hex. */

#include "maker.h"

struct hmac {
	struct span domain; /* the option, or the field's dotted name */
	bool key_id;        /* the key's id before the digest */
};

static bool read_domain(struct maker *m, struct span raw)
{
	struct hmac *hmac = m->rule->own;

	return doc_text(&m->contract->doc, "domain", raw, &hmac->domain);
}

static bool read_key_id(struct maker *m, struct span raw)
{
	struct hmac *hmac = m->rule->own;

	return maker_bool(m, "key_id must be true or false", raw, &hmac->key_id);
}

static bool finish(struct maker *m)
{
	struct hmac *hmac = m->rule->own;

	if (!hmac->domain.p)
		hmac->domain = m->path;
	return true;
}

/* This key's id, a colon, and a digest: what key_id writes. */
static bool is_own(const struct keys *keys, struct span text)
{
	size_t id = strlen(keys->id);

	return text.n == id + 1 + CRYPT_SHA256 * 2 && span_starts(text, span_of(keys->id)) &&
	       text.p[id] == ':';
}

static const char *change(
    struct action_context *c, const struct rule *rule, struct span text, struct buf *out)
{
	const struct hmac *hmac = rule->own;
	uint8_t digest[CRYPT_SHA256];

	if (hmac->key_id && is_own(c->keys, text))
		return "hashed already, with this key";
	keys_hmac(c->keys, hmac->domain, text, digest);
	buf_addc(out, '"');
	if (hmac->key_id) {
		buf_adds(out, c->keys->id);
		buf_addc(out, ':');
	}
	crypt_hex(out, digest, sizeof digest);
	buf_addc(out, '"');
	return NULL;
}

extern const struct action action_hmac;

const struct action action_hmac = {.word = "hmac",
    .does = RULE_CHANGE,
    .types = ACTION_TEXT,
    .needs_key = true,
    .change = change,
    .own = sizeof(struct hmac),
    .options = {{"domain", read_domain}, {"key_id", read_key_id}},
    .finish = finish};
