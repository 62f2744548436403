#include "act.h"

#include "json/jstr.h"
#include "base/text.h"

/* ---- mask ---- */

static bool is_skipped(struct span skip, uint32_t point)
{
	while (skip.n > 0)
		if (text_take(&skip) == point)
			return true;
	return false;
}

static size_t count_shown(struct span text, struct span skip)
{
	size_t n = 0;

	while (text.n > 0)
		n += !is_skipped(skip, text_take(&text));
	return n;
}

const char *act_mask(struct act *a, const struct rule *rule, struct span text, struct buf *out)
{
	size_t all = count_shown(text, rule->skip), at = 0;
	size_t first = rule->first, from = all - rule->last;

	if (all <= rule->first + rule->last) {
		first = 0;
		from = all;
	}
	buf_clear(&a->scratch);
	while (text.n > 0) {
		struct span rest = text;
		bool skipped = is_skipped(rule->skip, text_take(&rest));

		if (skipped || at < first || at >= from)
			buf_add(&a->scratch, text.p, text.n - rest.n);
		else
			buf_addspan(&a->scratch, rule->with);
		at += !skipped;
		text = rest;
	}
	jstr_quote(out, buf_span(&a->scratch));
	return NULL;
}

/* ---- keyed ---- */

const char *act_hmac(struct act *a, const struct rule *rule, struct span text, struct buf *out)
{
	uint8_t digest[CRYPT_SHA256];

	keys_hmac(a->keys, rule->domain, text, digest);
	buf_addc(out, '"');
	if (rule->key_id) {
		buf_adds(out, a->keys->id);
		buf_addc(out, ':');
	}
	crypt_hex(out, digest, sizeof digest);
	buf_addc(out, '"');
	return NULL;
}

const char *act_encrypt(struct act *a, const struct rule *rule, struct span text, struct buf *out)
{
	buf_clear(&a->scratch);
	if (!keys_seal(a->keys, rule->data, text, &a->scratch))
		return "too long to be encrypted";
	buf_addc(out, '"');
	crypt_base64(out, buf_span(&a->scratch));
	buf_addc(out, '"');
	return NULL;
}

const char *act_reveal(struct act *a, const struct rule *rule, struct span text, struct buf *out)
{
	buf_clear(&a->scratch);
	buf_clear(&a->more);
	if (!crypt_unbase64(&a->more, text))
		return "not base64, so not a value that was encrypted";
	if (!keys_open(a->keys, rule->domain, rule->data, buf_span(&a->more), &a->scratch))
		return "does not authenticate: another key or domain, or it was changed";
	if (text_valid(buf_span(&a->scratch)) < a->scratch.n)
		return "what was encrypted is not UTF-8";
	jstr_quote(out, buf_span(&a->scratch));
	return NULL;
}
