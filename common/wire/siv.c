#include "wire/siv.h"

#include "base/mem.h"
#include "wire/crypt.h"

#include <stdlib.h>

enum { BLOCK = CRYPT_AES_BLOCK };

struct siv {
	struct crypt_cmac *cmac;
	struct crypt_ctr *ctr;
	uint8_t zero[BLOCK]; /* CMAC of a block of zeros, doubled: where every S2V begins */
};

static struct span block_span(const uint8_t *block)
{
	return (struct span){(const char *)block, BLOCK};
}

/* Times x in GF(2^128), RFC 5297 section 2.3. */
static void dbl(uint8_t block[BLOCK])
{
	uint8_t carry = (uint8_t)(block[0] >> 7);

	for (size_t i = 0; i < BLOCK - 1; i++)
		block[i] = (uint8_t)(block[i] << 1 | block[i + 1] >> 7);
	block[BLOCK - 1] = (uint8_t)(block[BLOCK - 1] << 1 ^ (carry ? 0x87 : 0));
}

static void xor_into(uint8_t block[BLOCK], const uint8_t *other, size_t n)
{
	for (size_t i = 0; i < n; i++)
		block[i] ^= other[i];
}

struct siv *siv_new(const uint8_t key[SIV_KEY])
{
	static const uint8_t zeros[BLOCK];
	struct siv *s = mem_alloc(sizeof *s);
	struct span block = block_span(zeros);

	s->cmac = crypt_cmac_new(key);
	s->ctr = crypt_ctr_new(key + SIV_KEY / 2);
	crypt_cmac(s->cmac, &block, 1, s->zero);
	dbl(s->zero);
	return s;
}

void siv_free(struct siv *s)
{
	if (!s)
		return;
	crypt_cmac_free(s->cmac);
	crypt_ctr_free(s->ctr);
	crypt_wipe(s, sizeof *s);
	free(s);
}

void siv_data(struct siv *s, struct span associated, uint8_t data[SIV_TAG])
{
	crypt_cmac(s->cmac, &associated, 1, data);
	xor_into(data, s->zero, BLOCK);
}

/* The end of S2V: the text, whatever its length, under what came before it. */
static void tag_of(
    struct siv *s, const uint8_t data[SIV_TAG], struct span text, uint8_t tag[SIV_TAG])
{
	uint8_t last[BLOCK];
	struct span parts[2] = {{text.p, 0}};

	memcpy(last, data, BLOCK);
	parts[1] = block_span(last);
	if (text.n >= BLOCK) {
		parts[0].n = text.n - BLOCK;
		xor_into(last, (const uint8_t *)text.p + parts[0].n, BLOCK);
	} else {
		dbl(last);
		xor_into(last, (const uint8_t *)text.p, text.n);
		last[text.n] ^= 0x80;
	}
	crypt_cmac(s->cmac, parts, 2, tag);
}

static void run_ctr(struct siv *s, const uint8_t tag[SIV_TAG], struct span in, uint8_t *out)
{
	uint8_t iv[BLOCK];

	memcpy(iv, tag, BLOCK);
	iv[8] &= 0x7f;
	iv[12] &= 0x7f;
	crypt_ctr(s->ctr, iv, in, out);
}

void siv_seal(struct siv *s, const uint8_t data[SIV_TAG], struct span text, uint8_t *out)
{
	tag_of(s, data, text, out);
	run_ctr(s, out, text, out + SIV_TAG);
}

bool siv_open(struct siv *s, const uint8_t data[SIV_TAG], struct span sealed, uint8_t *out)
{
	uint8_t tag[SIV_TAG];
	size_t n = sealed.n - SIV_TAG;

	if (sealed.n < SIV_TAG)
		return false;
	run_ctr(s, (const uint8_t *)sealed.p, span_skip(sealed, SIV_TAG), out);
	tag_of(s, data, (struct span){(const char *)out, n}, tag);
	if (crypt_equal(tag, sealed.p, SIV_TAG))
		return true;
	crypt_wipe(out, n);
	return false;
}
