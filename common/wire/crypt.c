#include "wire/crypt.h"

#include "base/mem.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <stdlib.h>

struct crypt_hash {
	EVP_MD_CTX *ctx;
};

/* One keyed MAC: EVP_MAC_init without a key begins the next message. */
struct mac {
	EVP_MAC *mac;
	EVP_MAC_CTX *ctx;
};

struct crypt_hmac {
	struct mac mac;
};

struct crypt_cmac {
	struct mac mac;
};

struct crypt_ctr {
	EVP_CIPHER *cipher;
	EVP_CIPHER_CTX *ctx;
};

static void must(bool ok)
{
	if (!ok)
		mem_fail("OpenSSL");
}

void crypt_sha256(struct span data, uint8_t digest[CRYPT_SHA256])
{
	must(EVP_Digest(data.p, data.n, digest, NULL, EVP_sha256(), NULL) == 1);
}

size_t crypt_digest(const char *name, struct span data, uint8_t digest[CRYPT_DIGEST])
{
	EVP_MD *md = EVP_MD_fetch(NULL, name, NULL);
	unsigned n = 0;

	must(md && EVP_Digest(data.p, data.n, digest, &n, md, NULL) == 1);
	EVP_MD_free(md);
	return n;
}

struct crypt_hash *crypt_hash_new(void)
{
	struct crypt_hash *h = mem_alloc(sizeof *h);

	h->ctx = EVP_MD_CTX_new();
	must(h->ctx && EVP_DigestInit_ex(h->ctx, EVP_sha256(), NULL) == 1);
	return h;
}

void crypt_hash_add(struct crypt_hash *h, struct span data)
{
	must(EVP_DigestUpdate(h->ctx, data.p, data.n) == 1);
}

void crypt_hash_end(struct crypt_hash *h, uint8_t digest[CRYPT_SHA256])
{
	must(EVP_DigestFinal_ex(h->ctx, digest, NULL) == 1);
	EVP_MD_CTX_free(h->ctx);
	free(h);
}

/* ---- keyed ---- */

static void mac_init(struct mac *m, const char *name, OSSL_PARAM option, struct span key)
{
	OSSL_PARAM params[] = {option, OSSL_PARAM_construct_end()};
	const void *bytes = key.p ? key.p : "";

	m->mac = EVP_MAC_fetch(NULL, name, NULL);
	m->ctx = m->mac ? EVP_MAC_CTX_new(m->mac) : NULL;
	must(m->ctx && EVP_MAC_init(m->ctx, bytes, key.n, params) == 1);
}

static void mac_run(
    struct mac *m, const struct span *parts, size_t n_parts, uint8_t *mac, size_t size)
{
	size_t n;
	bool ok = EVP_MAC_init(m->ctx, NULL, 0, NULL) == 1;

	for (size_t i = 0; ok && i < n_parts; i++)
		ok = parts[i].n == 0 ||
		     EVP_MAC_update(m->ctx, (const uint8_t *)parts[i].p, parts[i].n) == 1;
	must(ok && EVP_MAC_final(m->ctx, mac, &n, size) == 1 && n == size);
}

static void mac_free(struct mac *m)
{
	EVP_MAC_CTX_free(m->ctx);
	EVP_MAC_free(m->mac);
}

struct crypt_hmac *crypt_hmac_new(struct span key)
{
	struct crypt_hmac *h = mem_alloc(sizeof *h);
	char name[] = "SHA256";

	mac_init(
	    &h->mac, "HMAC", OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0), key);
	return h;
}

void crypt_hmac(
    struct crypt_hmac *h, const struct span *parts, size_t n_parts, uint8_t digest[CRYPT_SHA256])
{
	mac_run(&h->mac, parts, n_parts, digest, CRYPT_SHA256);
}

void crypt_hmac_free(struct crypt_hmac *h)
{
	if (h)
		mac_free(&h->mac);
	free(h);
}

struct crypt_cmac *crypt_cmac_new(const uint8_t key[CRYPT_AES_KEY])
{
	struct crypt_cmac *m = mem_alloc(sizeof *m);
	char name[] = "AES-256-CBC";

	mac_init(&m->mac, "CMAC", OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, name, 0),
	    (struct span){(const char *)key, CRYPT_AES_KEY});
	return m;
}

void crypt_cmac(
    struct crypt_cmac *m, const struct span *parts, size_t n_parts, uint8_t mac[CRYPT_AES_BLOCK])
{
	mac_run(&m->mac, parts, n_parts, mac, CRYPT_AES_BLOCK);
}

void crypt_cmac_free(struct crypt_cmac *m)
{
	if (m)
		mac_free(&m->mac);
	free(m);
}

struct crypt_ctr *crypt_ctr_new(const uint8_t key[CRYPT_AES_KEY])
{
	struct crypt_ctr *c = mem_alloc(sizeof *c);

	c->cipher = EVP_CIPHER_fetch(NULL, "AES-256-CTR", NULL);
	c->ctx = c->cipher ? EVP_CIPHER_CTX_new() : NULL;
	must(c->ctx && EVP_EncryptInit_ex2(c->ctx, c->cipher, key, NULL, NULL) == 1);
	return c;
}

void crypt_ctr(struct crypt_ctr *c, const uint8_t iv[CRYPT_AES_BLOCK], struct span in, uint8_t *out)
{
	const size_t most = 1 << 30; /* OpenSSL counts in int; a multiple of the block */
	bool ok = EVP_EncryptInit_ex2(c->ctx, NULL, NULL, iv, NULL) == 1;

	for (int done; ok && in.n > 0; in = span_skip(in, (size_t)done), out += done)
		ok = EVP_EncryptUpdate(c->ctx, out, &done, (const uint8_t *)in.p,
		         (int)(in.n < most ? in.n : most)) == 1;
	must(ok);
}

void crypt_ctr_free(struct crypt_ctr *c)
{
	if (!c)
		return;
	EVP_CIPHER_CTX_free(c->ctx);
	EVP_CIPHER_free(c->cipher);
	free(c);
}

bool crypt_equal(const void *a, const void *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}

/* ---- text forms ---- */

static const char STANDARD[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char URL_SAFE[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void crypt_hex(struct buf *b, const uint8_t *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	char *to;

	if (n == 0 || !buf_reserve(b, 2 * n))
		return;
	to = b->p + b->n;
	for (size_t i = 0; i < n; i++) {
		*to++ = digits[bytes[i] >> 4];
		*to++ = digits[bytes[i] & 15];
	}
	b->n += 2 * n;
}

/* Three bytes as four digits. */
static inline void put_four(char *to, unsigned a, unsigned b, unsigned c, const char *alphabet)
{
	to[0] = alphabet[a >> 2];
	to[1] = alphabet[(a << 4 | b >> 4) & 63];
	to[2] = alphabet[(b << 2 | c >> 6) & 63];
	to[3] = alphabet[c & 63];
}

static void encode(struct buf *b, struct span data, const char *alphabet, bool pad)
{
	const uint8_t *p = (const uint8_t *)data.p;
	size_t left = data.n;
	char *to;

	if (left == 0 || !buf_reserve(b, (left + 2) / 3 * 4))
		return;
	for (to = b->p + b->n; left >= 3; left -= 3, p += 3, to += 4)
		put_four(to, p[0], p[1], p[2], alphabet);
	if (left > 0) {
		put_four(to, p[0], left > 1 ? p[1] : 0, 0, alphabet);
		memset(to + left + 1, '=', 3 - left);
		to += pad ? 4 : left + 1;
	}
	b->n = (size_t)(to - b->p);
}

void crypt_base64(struct buf *b, struct span data)
{
	encode(b, data, STANDARD, true);
}

void crypt_base64url(struct buf *b, struct span data)
{
	encode(b, data, URL_SAFE, false);
}

static int digit_of(char c, const char *alphabet)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == alphabet[62])
		return 62;
	return c == alphabet[63] ? 63 : -1;
}

static bool decode(struct buf *b, struct span text, const char *alphabet)
{
	uint32_t bits = 0;
	int have = 0;
	char *to;

	if (text.n % 4 == 1 || !buf_reserve(b, text.n))
		return false;
	to = b->p + b->n;
	for (size_t i = 0; i < text.n; i++) {
		int digit = digit_of(text.p[i], alphabet);

		if (digit < 0)
			return false;
		bits = bits << 6 | (uint32_t)digit;
		have += 6;
		if (have >= 8) {
			have -= 8;
			*to++ = (char)(bits >> have & 255);
		}
	}
	b->n = (size_t)(to - b->p);
	return (bits & ((1u << have) - 1)) == 0;
}

bool crypt_unbase64(struct buf *b, struct span text)
{
	struct span bare = text;
	size_t before = b->n;

	while (bare.n > 0 && text.n - bare.n < 2 && bare.p[bare.n - 1] == '=')
		bare.n--;
	if (text.n % 4 == 0 && decode(b, bare, STANDARD))
		return true;
	b->n = before;
	if (bare.n == text.n && decode(b, text, URL_SAFE))
		return true;
	b->n = before;
	return false;
}

/* ---- signatures ---- */

/* An encrypted key must not ask the terminal for its password. */
static int no_password(char *room, int size, int writing, void *ctx)
{
	(void)room, (void)size, (void)writing, (void)ctx;
	return 0;
}

typedef EVP_PKEY *read_key(BIO *, EVP_PKEY **, pem_password_cb *, void *);

static EVP_PKEY *rsa_key(struct span pem, read_key *read)
{
	BIO *bio = pem.n <= INT32_MAX ? BIO_new_mem_buf(pem.p, (int)pem.n) : NULL;
	EVP_PKEY *key = bio ? read(bio, NULL, no_password, NULL) : NULL;

	if (key && !EVP_PKEY_is_a(key, "RSA")) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	BIO_free(bio);
	return key;
}

bool crypt_rs256(struct span pem, struct span data, struct buf *signature)
{
	EVP_PKEY *key = pem.p ? rsa_key(pem, PEM_read_bio_PrivateKey) : NULL;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	const uint8_t *bytes = (const uint8_t *)data.p;
	size_t n = 0;
	bool ok = false;

	if (key && ctx && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
	    EVP_DigestSign(ctx, NULL, &n, bytes, data.n) == 1 && buf_reserve(signature, n))
		ok = EVP_DigestSign(
		         ctx, (uint8_t *)signature->p + signature->n, &n, bytes, data.n) == 1;
	if (ok)
		signature->n += n;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return ok;
}

bool crypt_rs256_verify(struct span pem, struct span data, struct span signature)
{
	EVP_PKEY *key = pem.p ? rsa_key(pem, PEM_read_bio_PUBKEY) : NULL;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok;

	if (!key && pem.p)
		key = rsa_key(pem, PEM_read_bio_PrivateKey);
	ok = key && ctx && EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
	     EVP_DigestVerify(ctx, (const uint8_t *)signature.p, signature.n,
	         (const uint8_t *)data.p, data.n) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return ok;
}

void crypt_random(uint8_t *bytes, size_t n)
{
	must(n <= INT32_MAX && RAND_bytes(bytes, (int)n) == 1);
}

void crypt_wipe(void *p, size_t n)
{
	if (p)
		OPENSSL_cleanse(p, n);
}

void crypt_free_buf(struct buf *b)
{
	crypt_wipe(b->p, b->cap);
	buf_free(b);
}

void crypt_free_text(char *text)
{
	if (text)
		crypt_wipe(text, strlen(text));
	free(text);
}
