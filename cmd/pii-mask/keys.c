#include "keys.h"

#include <stdio.h>

static void derive(struct span secret, const char *info, uint8_t key[CRYPT_SHA256])
{
	const struct span parts[] = {span_of(info), {"\1", 1}};
	struct crypt_hmac *h = crypt_hmac_new(secret);

	crypt_hmac(h, parts, sizeof parts / sizeof *parts, key);
	crypt_hmac_free(h);
}

static struct crypt_hmac *derived_hmac(struct span secret, const char *info)
{
	uint8_t key[CRYPT_SHA256];
	struct crypt_hmac *h;

	derive(secret, info, key);
	h = crypt_hmac_new((struct span){(const char *)key, sizeof key});
	crypt_wipe(key, sizeof key);
	return h;
}

static void put_id(char *p, uint32_t id)
{
	for (int i = 0; i < 4; i++)
		p[i] = (char)(id >> (24 - 8 * i) & 0xff);
}

void keys_add(struct keys *k, struct span secret, uint32_t id, enum key_prefix prefix, bool primary)
{
	struct keys_one *key = &k->list[k->n++];
	bool seals = secret.n == SIV_KEY;

	key->siv = seals ? siv_new((const uint8_t *)secret.p) : NULL;
	key->prefix_n = prefix == KEY_RAW ? 0 : KEY_PREFIX;
	key->prefix[0] = prefix == KEY_TINK;
	put_id(key->prefix + 1, id);
	if (!primary)
		return;
	k->primary = key;
	snprintf(k->id, sizeof k->id, "%08x", (unsigned)id);
	k->hmac = seals ? derived_hmac(secret, "leadpipe pii-mask hmac") : crypt_hmac_new(secret);
	k->shift = derived_hmac(secret, "leadpipe pii-mask shift");
}

uint32_t keys_fingerprint(struct span secret)
{
	uint8_t digest[CRYPT_SHA256];

	derive(secret, "leadpipe pii-mask id", digest);
	return (uint32_t)digest[0] << 24 | (uint32_t)digest[1] << 16 | (uint32_t)digest[2] << 8 |
	       digest[3];
}

void keys_hmac(
    const struct keys *k, struct span domain, struct span text, uint8_t digest[CRYPT_SHA256])
{
	const struct span parts[] = {domain, {"", 1}, text};

	crypt_hmac(k->hmac, parts, sizeof parts / sizeof *parts, digest);
}

uint64_t keys_shift(const struct keys *k, struct span subject)
{
	uint8_t digest[CRYPT_SHA256];
	uint64_t number = 0;

	crypt_hmac(k->shift, &subject, 1, digest);
	for (size_t i = 0; i < sizeof number; i++)
		number = number << 8 | digest[i];
	return number;
}

bool keys_can_seal(const struct keys *k)
{
	return k->primary && k->primary->siv;
}

void keys_data(const struct keys *k, struct span associated, uint8_t data[SIV_TAG])
{
	siv_data(k->primary->siv, associated, data);
}

bool keys_seal(const struct keys *k, const uint8_t data[SIV_TAG], struct span text, struct buf *out)
{
	const struct keys_one *key = k->primary;
	size_t n = SIV_TAG + text.n;

	if (!buf_reserve(out, key->prefix_n + n))
		return false;
	buf_add(out, key->prefix, key->prefix_n);
	siv_seal(key->siv, data, text, (uint8_t *)out->p + out->n);
	out->n += n;
	return true;
}

/* What opening needs, whichever key is tried. */
struct opening {
	const struct keys *keys;
	struct span associated;
	const uint8_t *data;
	struct buf *out;
};

static bool open_with(const struct opening *o, const struct keys_one *key, struct span sealed)
{
	uint8_t data[SIV_TAG];

	if (!key->siv || sealed.n < SIV_TAG || !buf_reserve(o->out, sealed.n))
		return false;
	memcpy(data, o->data, SIV_TAG);
	if (key != o->keys->primary)
		siv_data(key->siv, o->associated, data);
	if (!siv_open(key->siv, data, sealed, (uint8_t *)o->out->p + o->out->n))
		return false;
	o->out->n += sealed.n - SIV_TAG;
	return true;
}

bool keys_open(const struct keys *k, struct span associated, const uint8_t data[SIV_TAG],
    struct span sealed, struct buf *out)
{
	const struct opening o = {k, associated, data, out};

	for (size_t i = 0; i < k->n; i++) {
		const struct keys_one *key = &k->list[i];

		if (key->prefix_n && span_starts(sealed, (struct span){key->prefix, KEY_PREFIX}) &&
		    open_with(&o, key, span_skip(sealed, KEY_PREFIX)))
			return true;
	}
	for (size_t i = 0; i < k->n; i++)
		if (!k->list[i].prefix_n && open_with(&o, &k->list[i], sealed))
			return true;
	return false;
}

void keys_free(struct keys *k)
{
	for (size_t i = 0; i < k->n; i++)
		siv_free(k->list[i].siv);
	crypt_hmac_free(k->hmac);
	crypt_hmac_free(k->shift);
	crypt_wipe(k, sizeof *k);
}
