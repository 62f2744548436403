/* BYTES and their texts, hashes, code points. */

#include "sql/farm.h"
#include "sql/fn.h"
#include "json/jstr.h"
#include "json/scan.h"
#include "wire/crypt.h"

#include <ctype.h>
#include <stdlib.h>

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

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/* Five bytes are eight letters; = fills up. */
static char *to_base32(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span s = fn_text(v[0]);
	struct buf b;

	(void)n;
	buf_init(&b, BYTES_MAX);
	for (size_t i = 0; i < s.n; i += 5) {
		uint64_t five = 0;

		for (size_t j = 0; j < 5; j++)
			five = five << 8 | (i + j < s.n ? (unsigned char)s.p[i + j] : 0);
		for (size_t j = 0; j < 8; j++)
			buf_addc(&b, i + j * 5 / 8 < s.n ? base32[five >> (35 - 5 * j) & 31] : '=');
	}
	return fn_finish(ctx, &b, false);
}

static char *from_base32(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span s = fn_text(v[0]);
	uint64_t bits = 0;
	int have = 0;
	struct buf b;

	(void)n;
	buf_init(&b, BYTES_MAX);
	for (size_t i = 0; i < s.n && s.p[i] != '='; i++) {
		const char *at = s.p[i] ? strchr(base32, toupper((unsigned char)s.p[i])) : NULL;

		if (!at) {
			buf_free(&b);
			return sqlite3_mprintf("Failed to decode invalid base32 string");
		}
		bits = bits << 5 | (uint64_t)(at - base32);
		have += 5;
		if (have >= 8)
			buf_addc(&b, (char)(bits >> (have -= 8)));
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

static char *farm(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	sqlite3_result_int64(ctx, (int64_t)farm_fingerprint(fn_text(v[0])));
	return NULL;
}

/* ---- code points ---- */

/* The code point at the start of valid UTF-8, and how many bytes it has. */
static int64_t point_of(struct span s, size_t *bytes)
{
	unsigned char c = (unsigned char)*s.p;
	int64_t point = c < 0x80 ? c : c < 0xe0 ? c & 31 : c < 0xf0 ? c & 15 : c & 7;

	*bytes = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	for (size_t i = 1; i < *bytes && i < s.n; i++)
		point = point << 6 | (s.p[i] & 63);
	return point;
}

static char *unicode(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span s = fn_text(v[0]);
	size_t bytes;

	(void)n;
	sqlite3_result_int64(ctx, s.n ? point_of(s, &bytes) : 0);
	return NULL;
}

static char *ascii(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span s = fn_text(v[0]);

	(void)n;
	if (s.n && (*s.p & 0x80))
		return sqlite3_mprintf("The first character of ASCII's argument is not ASCII");
	sqlite3_result_int64(ctx, s.n ? *s.p : 0);
	return NULL;
}

static char *to_points(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span s = fn_text(v[0]);
	size_t bytes = 1;
	struct buf b;

	(void)n;
	buf_init(&b, BYTES_MAX);
	buf_addc(&b, '[');
	for (; s.n; s = span_skip(s, bytes))
		buf_addf(&b, "%s%lld", b.n > 1 ? "," : "",
		    (long long)(fn_is_bytes(v[0]) ? (unsigned char)*s.p : point_of(s, &bytes)));
	buf_addc(&b, ']');
	return fn_finish(ctx, &b, false);
}

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

/* CODE_POINTS_TO_STRING(array), CODE_POINTS_TO_BYTES(array), CHR(n); a NULL in it makes the result NULL. */
static char *of_points(sqlite3_context *ctx, struct span list, bool bytes)
{
	struct span rest = list, item;
	struct buf b;

	buf_init(&b, BYTES_MAX);
	while (list.n > 2 && scan_item(&rest, &item)) {
		int64_t point = strtoll(item.p, NULL, 10);

		if (span_eq(item, SPAN("null"))) {
			buf_free(&b);
			return NULL;
		}
		if (bytes && point >= 0 && point < 256) {
			buf_addc(&b, (char)point);
		} else if (bytes || !add_point(&b, point)) {
			buf_free(&b);
			return sqlite3_mprintf("Invalid code point %lld", (long long)point);
		}
	}
	return fn_finish(ctx, &b, bytes);
}

static char *points_string(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	return of_points(ctx, fn_text(v[0]), false);
}

static char *points_bytes(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	return of_points(ctx, fn_text(v[0]), true);
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
    {"bq_from_base64", from_base64, 0}, {"bq_to_base32", to_base32, 0},
    {"bq_from_base32", from_base32, 0}, {"bq_sha256", sha256, 0}, {"bq_md5", md5, 0},
    {"bq_sha1", sha1, 0}, {"bq_sha512", sha512, 0}, {"bq_farm", farm, 0},
    {"bq_unicode", unicode, 0}, {"bq_ascii", ascii, 0}, {"bq_to_code_points", to_points, 0},
    {"bq_code_points_to_string", points_string, 0}, {"bq_code_points_to_bytes", points_bytes, 0},
    {"bq_chr", chr, 0}, {0}};
