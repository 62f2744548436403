#ifndef WIRE_SIV_H
#define WIRE_SIV_H

/*
 * AES-SIV (RFC 5297) with a 64-byte key and exactly one piece of associated data,
 * which is what Tink calls AesSivKey and BigQuery DETERMINISTIC_AEAD_AES_SIV_CMAC_256:
 * S2V over AES-256-CMAC (the key's first half), then AES-256-CTR (its second). Equal
 * texts under equal keys and data give equal results, and nothing else is told.
 *
 * OpenSSL's own SIV mode is not used: it fails on an empty text, and two of its
 * errors (CVE-2023-2975, CVE-2026-45446) lose associated data.
 *
 *	struct siv *s = siv_new(key);
 *	siv_data(s, SPAN("email"), data);              once per field
 *	siv_seal(s, data, text, out);                  SIV_TAG + text.n bytes
 */

#include "base/span.h"

#include <stdint.h>

enum { SIV_KEY = 64, SIV_TAG = 16 };

struct siv;

struct siv *siv_new(const uint8_t key[SIV_KEY]);
void siv_free(struct siv *s); /* wipes what it knows */

/* What associated data (empty is data too) means under this key. */
void siv_data(struct siv *s, struct span associated, uint8_t data[SIV_TAG]);

/* Writes the tag and the encrypted text to `out`, which must not overlap `text`. */
void siv_seal(struct siv *s, const uint8_t data[SIV_TAG], struct span text, uint8_t *out);

/*
 * The way back: writes sealed.n - SIV_TAG bytes to `out`. False, and `out` wiped, when
 * `sealed` was not made under this key and data, or is too short.
 */
bool siv_open(struct siv *s, const uint8_t data[SIV_TAG], struct span sealed, uint8_t *out);

#endif
