#ifndef WIRE_CRYPT_H
#define WIRE_CRYPT_H

/*
 * Hashes, MACs, AES, base64 and RS256 signatures, on OpenSSL 3, which only this room
 * names. Algorithms are fetched once; a key is scheduled once and reused.
 */

#include "base/buf.h"

#include <stdint.h>

enum { CRYPT_SHA256 = 32, CRYPT_HEX = 64, CRYPT_AES_KEY = 32, CRYPT_AES_BLOCK = 16 };

/* SHA-256 of some bytes. */
void crypt_sha256(struct span data, uint8_t digest[CRYPT_SHA256]);

/*
 * MD5, SHA1 or SHA512 of some bytes: for comparing with what
 * others made, not for secrets. The digest's length.
 */
enum { CRYPT_DIGEST = 64 };
size_t crypt_digest(const char *name, struct span data, uint8_t digest[CRYPT_DIGEST]);

/* SHA-256 of a stream. */
struct crypt_hash *crypt_hash_new(void);
void crypt_hash_add(struct crypt_hash *h, struct span data);
void crypt_hash_end(struct crypt_hash *h, uint8_t digest[CRYPT_SHA256]); /* frees h */

/* HMAC-SHA-256 (RFC 2104) under one key, as often as wished. The key is copied; free wipes it. */
struct crypt_hmac *crypt_hmac_new(struct span key);
void crypt_hmac(
    struct crypt_hmac *h, const struct span *parts, size_t n_parts, uint8_t digest[CRYPT_SHA256]);
void crypt_hmac_free(struct crypt_hmac *h);

/* AES-256-CMAC (RFC 4493, SP 800-38B) under one key; as above. */
struct crypt_cmac *crypt_cmac_new(const uint8_t key[CRYPT_AES_KEY]);
void crypt_cmac(
    struct crypt_cmac *m, const struct span *parts, size_t n_parts, uint8_t mac[CRYPT_AES_BLOCK]);
void crypt_cmac_free(struct crypt_cmac *m);

/*
 * AES-256-CTR under one key: in.n bytes to `out`, which may be where `in` is. All 16
 * bytes of `iv` are the counter's first block. Encrypting and decrypting are the same.
 */
struct crypt_ctr *crypt_ctr_new(const uint8_t key[CRYPT_AES_KEY]);
void crypt_ctr(
    struct crypt_ctr *c, const uint8_t iv[CRYPT_AES_BLOCK], struct span in, uint8_t *out);
void crypt_ctr_free(struct crypt_ctr *c);

/* Same bytes? In a time that does not tell where they differ. */
bool crypt_equal(const void *a, const void *b, size_t n);

/* Lower-case hex; 2 * n bytes are appended. */
void crypt_hex(struct buf *b, const uint8_t *bytes, size_t n);

/* RFC 4648: standard base64 with padding, and base64url without. */
void crypt_base64(struct buf *b, struct span data);
void crypt_base64url(struct buf *b, struct span data);

/*
 * Appends what standard base64 (padding demanded) or
 * base64url means; false when `text` is neither.
 */
bool crypt_unbase64(struct buf *b, struct span text);

/*
 * RSASSA-PKCS1-v1_5 with SHA-256 of `data` under a PEM
 * private key; false when the key is no RSA key.
 */
bool crypt_rs256(struct span pem, struct span data, struct buf *signature);

/* The same, checked against a PEM public or private key. */
bool crypt_rs256_verify(struct span pem, struct span data, struct span signature);

/* Random bytes. */
void crypt_random(uint8_t *bytes, size_t n);

/*
 * Overwrites a secret; and then frees it: a buffer,
 * all that it has room for; a text. NULL is none.
 */
void crypt_wipe(void *p, size_t n);
void crypt_free_buf(struct buf *b);
void crypt_free_text(char *text);

#endif
