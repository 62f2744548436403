/* BYTES and their texts, hashes, CHR. */

#include "sql/fn.h"
#include "base/text.h"
#include "wire/crypt.h"

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

static char *digest(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	uint8_t bytes[CRYPT_DIGEST];

	(void)n;
	n = (int)crypt_digest(fn_how(ctx), fn_text(v[0]), bytes);
	fn_result_bytes(ctx, (struct span){(char *)bytes, (size_t)n});
	return NULL;
}

static char *chr(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int64_t point = sqlite3_value_int64(v[0]);
	struct buf b;

	(void)n;
	if (point < 0 || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return sqlite3_mprintf("Invalid code point %lld", (long long)point);
	buf_init(&b, 8);
	if (point)
		buf_add_point(&b, (uint32_t)point);
	return fn_finish(ctx, &b, false);
}

const struct fn_entry fn_table_bytes[] = {{"bq_concat_bytes", concat_bytes, NULL},
    {"bq_to_hex", to_hex, NULL}, {"bq_to_base64", to_base64, NULL},
    {"bq_from_base64", from_base64, NULL}, {"bq_sha256", digest, "SHA256"},
    {"bq_md5", digest, "MD5"}, {"bq_sha1", digest, "SHA1"}, {"bq_sha512", digest, "SHA512"},
    {"bq_chr", chr, NULL}, {0}};
