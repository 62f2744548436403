/* BYTES and their texts, hashes, code points. */

#include "sql/fn.h"
#include "wire/crypt.h"

#include <ctype.h>

enum { BYTES_MAX = 64 << 20 };

static char *concat_bytes(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct buf b;

	buf_init(&b, BYTES_MAX);
	for (int i = 0; i < n; i++)
		buf_addspan(&b, fn_text(v[i]));
	return fn_finish(ctx, &b, true);
}

static char *to_hex(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span s = fn_text(v[0]);
	struct buf b;

	(void)n;
	buf_init(&b, BYTES_MAX);
	crypt_hex(&b, (const uint8_t *)s.p, s.n);
	return fn_finish(ctx, &b, false);
}

static int digit(char c)
{
	return c >= '0' && c <= '9'         ? c - '0'
	       : isxdigit((unsigned char)c) ? (c | 0x20) - 'a' + 10
	                                    : -1;
}

static char *from_hex(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span s = fn_text(v[0]);
	struct buf b;

	(void)n;
	buf_init(&b, BYTES_MAX);
	/* an odd number of digits has a 0 before it */
	for (size_t i = 0; i < s.n; i++) {
		bool low = (i + s.n) % 2 == 1;
		int d = digit(s.p[i]);
		if (d < 0) {
			buf_free(&b);
			return sqlite3_mprintf("Failed to decode invalid hexadecimal string");
		}
		if (low && i > 0)
			b.p[b.n - 1] = (char)(b.p[b.n - 1] << 4 | d);
		else
			buf_addc(&b, (char)d);
	}
	return fn_finish(ctx, &b, true);
}

static char *to_base64(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct buf b;

	(void)n;
	buf_init(&b, BYTES_MAX);
	crypt_base64(&b, fn_text(v[0]));
	return fn_finish(ctx, &b, false);
}

static char *from_base64(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct buf b;

	(void)n;
	buf_init(&b, BYTES_MAX);
	if (!crypt_unbase64(&b, fn_text(v[0]))) {
		buf_free(&b);
		return sqlite3_mprintf("Failed to decode invalid base64 string");
	}
	return fn_finish(ctx, &b, true);
}

/* ---- hashes ---- */

static char *sha256(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	uint8_t digest[CRYPT_SHA256];

	(void)n;
	crypt_sha256(fn_text(v[0]), digest);
	fn_result_bytes(ctx, (struct span){(char *)digest, sizeof digest});
	return NULL;
}

static char *hashed(sqlite3_context *ctx, sqlite3_value *v, const char *name)
{
	uint8_t digest[CRYPT_DIGEST];
	size_t n = crypt_digest(name, fn_text(v), digest);

	fn_result_bytes(ctx, (struct span){(char *)digest, n});
	return NULL;
}

static char *md5(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	return hashed(ctx, v[0], "MD5");
}

static char *sha1(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	return hashed(ctx, v[0], "SHA1");
}

static char *sha512(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	return hashed(ctx, v[0], "SHA512");
}

/* ---- code points ---- */

static bool add_point(struct buf *b, int64_t point)
{
	int more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;

	if (point < 0 || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return false;
	buf_addc(b, (char)(more ? (0xf0 << (3 - more) & 0xff) | point >> (6 * more) : point));
	while (more-- > 0)
		buf_addc(b, (char)(0x80 | (point >> (6 * more) & 63)));
	return true;
}

static char *chr(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct buf b;

	(void)n;
	buf_init(&b, 8);
	if (sqlite3_value_int64(v[0]) && !add_point(&b, sqlite3_value_int64(v[0])))
		return sqlite3_mprintf("Invalid code point %lld", sqlite3_value_int64(v[0]));
	return fn_finish(ctx, &b, false);
}

const struct sql_fn sql_fn_bytes[] = {{"bq_concat_bytes", concat_bytes, 0},
    {"bq_to_hex", to_hex, 0}, {"bq_from_hex", from_hex, 0}, {"bq_to_base64", to_base64, 0},
    {"bq_from_base64", from_base64, 0}, {"bq_sha256", sha256, 0}, {"bq_md5", md5, 0},
    {"bq_sha1", sha1, 0}, {"bq_sha512", sha512, 0}, {"bq_chr", chr, 0}, {0}};
