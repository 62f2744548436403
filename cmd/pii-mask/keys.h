#ifndef PII_KEYS_H
#define PII_KEYS_H

/*
 * The keys of a run and what is done with them: HMAC-SHA-256, AES-SIV in Tink's wire
 * format, and a number for the date shift.
 *
 * A secret of 64 bytes is an AES-SIV key. What is not encryption never uses it as it
 * is, but a key derived from it (RFC 5869, HKDF-Expand with SHA-256, 32 bytes, info
 * "leadpipe pii-mask hmac" or "leadpipe pii-mask shift"). A secret of 32 bytes is
 * the HMAC key itself, and its shift key is derived in the same way.
 *
 *	struct keys keys = {0};
 *	keys_add(&keys, secret, id, KEY_TINK);
 *	keys_ready(&keys);
 */

#include "base/buf.h"
#include "wire/crypt.h"
#include "wire/siv.h"

enum { KEYS_MOST = 100, KEY_PREFIX = 5, KEY_ID_TEXT = 9 };

/* What stands before a ciphertext: 1 and the id, 0 and the id, or nothing. */
enum key_prefix { KEY_TINK, KEY_LEGACY, KEY_RAW };

struct keys_one {
	struct siv *siv; /* NULL when the secret has 32 bytes */
	char prefix[KEY_PREFIX];
	size_t prefix_n; /* 0 or KEY_PREFIX */
};

struct keys {
	struct keys_one list[KEYS_MOST];
	size_t n;
	struct keys_one *primary; /* NULL: no key at all */
	char id[KEY_ID_TEXT];     /* of the primary key, eight hex digits */
	struct crypt_hmac *hmac, *shift;
};

/* One more key, copied. `primary`: the one that makes new values. */
void keys_add(
    struct keys *k, struct span secret, uint32_t id, enum key_prefix prefix, bool primary);

/* An id for a secret that came without one. It tells nothing about the secret. */
uint32_t keys_fingerprint(struct span secret);

/* HMAC-SHA-256 of domain, a zero byte, text. */
void keys_hmac(
    const struct keys *k, struct span domain, struct span text, uint8_t digest[CRYPT_SHA256]);

/* A number for a subject, spread evenly over 64 bits. */
uint64_t keys_shift(const struct keys *k, struct span subject);

/* Can the primary key encrypt? */
bool keys_can_seal(const struct keys *k);

/* What the associated data means under the primary key, for keys_seal. */
void keys_data(const struct keys *k, struct span associated, uint8_t data[SIV_TAG]);

/* Appends prefix, tag and encrypted text; false when they do not fit. `text` is not in `out`. */
bool keys_seal(
    const struct keys *k, const uint8_t data[SIV_TAG], struct span text, struct buf *out);

/*
 * Appends the text; false when no key fits or the value does not authenticate. Keys
 * whose prefix stands before the value are tried first, then those without one.
 * `data` is what keys_data gave for `associated`.
 */
bool keys_open(const struct keys *k, struct span associated, const uint8_t data[SIV_TAG],
    struct span sealed, struct buf *out);

/* Wipes all of it. */
void keys_free(struct keys *k);

#endif
