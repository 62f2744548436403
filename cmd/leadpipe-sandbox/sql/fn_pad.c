#include "sql/fn.h"
#include "base/buf.h"
#include "wire/crypt.h"

#include <ctype.h>

enum { PAD_MAX = 64 << 20 };

static char *finish(sqlite3_context *ctx, struct buf *b, bool bytes)
{
	char *error = b->full ? sqlite3_mprintf("A value is too large") : NULL;

	if (!error && bytes)
		sqlite3_result_blob64(ctx, b->p ? b->p : "", b->n, SQLITE_TRANSIENT);
	else if (!error)
		fn_result_text(ctx, buf_span(b));
	buf_free(b);
	return error;
}

/* The code point at the start of s: its bytes. */
static struct span point(struct span s)
{
	size_t n = s.n > 0;

	while (n < s.n && (s.p[n] & 0xc0) == 0x80)
		n++;
	return (struct span){s.p, n};
}

static bool one_of(struct span c, struct span set)
{
	for (struct span p; set.n; set = span_skip(set, p.n)) {
		p = point(set);
		if (span_eq(p, c))
			return true;
	}
	return false;
}

static char *trimmed(sqlite3_context *ctx, int n, sqlite3_value **v, bool head, bool tail)
{
	/* white space as Unicode has it, as far as it is met */
	struct span
	    s = fn_text(v[0]),
	    set = n > 1 ? fn_text(v[1])
	                : SPAN(" \t\n\v\f\r\xc2\x85\xc2\xa0\xe2\x80\xa8\xe2\x80\xa9\xe3\x80\x80");

	while (head && s.n && one_of(point(s), set))
		s = span_skip(s, point(s).n);
	while (tail && s.n) {
		size_t last = s.n - 1;
		while (last > 0 && (s.p[last] & 0xc0) == 0x80)
			last--;
		if (!one_of(span_skip(s, last), set))
			break;
		s.n = last;
	}
	fn_result_text(ctx, s);
	return NULL;
}

static char *trim(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	return trimmed(ctx, n, v, true, true);
}

static char *ltrim(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	return trimmed(ctx, n, v, true, false);
}

static char *rtrim(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	return trimmed(ctx, n, v, false, true);
}

static char *padded(sqlite3_context *ctx, int n, sqlite3_value **v, bool before)
{
	struct span s = fn_text(v[0]), fill = n > 2 ? fn_text(v[2]) : SPAN(" "), p, rest = s;
	int64_t want = sqlite3_value_int64(v[1]);
	size_t have = 0;
	struct buf b;

	if (want < 0 || fill.n == 0)
		return sqlite3_mprintf(
		    "Second argument of LPAD and RPAD cannot be negative, nor the third empty");
	for (; rest.n && have < (size_t)want; rest = span_skip(rest, point(rest).n))
		have++;
	s.n -= rest.n;
	buf_init(&b, PAD_MAX);
	if (!before)
		buf_addspan(&b, s);
	for (rest = fill; have < (size_t)want && !b.full; have++) {
		p = point(rest);
		buf_addspan(&b, p);
		rest = span_skip(rest, p.n);
		if (!rest.n)
			rest = fill;
	}
	if (before)
		buf_addspan(&b, s);
	return finish(ctx, &b, false);
}

static char *lpad(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	return padded(ctx, n, v, true);
}

static char *rpad(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	return padded(ctx, n, v, false);
}

static char *repeat(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span s = fn_text(v[0]);
	int64_t times = sqlite3_value_int64(v[1]);
	struct buf b;

	(void)n;
	if (times < 0)
		return sqlite3_mprintf("Second argument of REPEAT cannot be negative");
	buf_init(&b, PAD_MAX);
	for (int64_t i = 0; s.n && i < times && !b.full; i++)
		buf_addspan(&b, s);
	return finish(ctx, &b, false);
}

static char *reverse(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span s = fn_text(v[0]);
	struct buf b;

	(void)n;
	buf_init(&b, PAD_MAX);
	while (s.n) {
		size_t last = s.n - 1;
		while (last > 0 && (s.p[last] & 0xc0) == 0x80)
			last--;
		buf_addspan(&b, span_skip(s, last));
		s.n = last;
	}
	return finish(ctx, &b, false);
}

static char *concat_bytes(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct buf b;

	buf_init(&b, PAD_MAX);
	for (int i = 0; i < n; i++)
		buf_addspan(&b, fn_text(v[i]));
	return finish(ctx, &b, true);
}

static char *to_hex(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span s = fn_text(v[0]);
	struct buf b;

	(void)n;
	buf_init(&b, PAD_MAX);
	crypt_hex(&b, (const uint8_t *)s.p, s.n);
	return finish(ctx, &b, false);
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
	buf_init(&b, PAD_MAX);
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
	return finish(ctx, &b, true);
}

static char *to_base64(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct buf b;

	(void)n;
	buf_init(&b, PAD_MAX);
	crypt_base64(&b, fn_text(v[0]));
	return finish(ctx, &b, false);
}

static char *from_base64(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct buf b;

	(void)n;
	buf_init(&b, PAD_MAX);
	if (!crypt_unbase64(&b, fn_text(v[0]))) {
		buf_free(&b);
		return sqlite3_mprintf("Failed to decode invalid base64 string");
	}
	return finish(ctx, &b, true);
}

static char *sha256(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	uint8_t digest[CRYPT_SHA256];

	(void)n;
	crypt_sha256(fn_text(v[0]), digest);
	sqlite3_result_blob(ctx, digest, sizeof(digest), SQLITE_TRANSIENT);
	return NULL;
}

static char *error(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)ctx;
	(void)n;
	return sqlite3_mprintf("%s", sqlite3_value_text(v[0]));
}

/* bq_required(value, column): the value, which may not be NULL */
static char *required(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	if (sqlite3_value_type(v[0]) == SQLITE_NULL)
		return sqlite3_mprintf(
		    "Required field %s cannot be null", sqlite3_value_text(v[1]));
	sqlite3_result_value(ctx, v[0]);
	return NULL;
}

/* -1, 0, 1 of two stored values of one type that is no NUMERIC. */
static int compare(sqlite3_value *a, sqlite3_value *b)
{
	struct span x, y;
	int order;

	if (sqlite3_value_type(a) == SQLITE_INTEGER)
		return (sqlite3_value_int64(a) > sqlite3_value_int64(b)) -
		       (sqlite3_value_int64(a) < sqlite3_value_int64(b));
	if (sqlite3_value_type(a) == SQLITE_FLOAT)
		return (sqlite3_value_double(a) > sqlite3_value_double(b)) -
		       (sqlite3_value_double(a) < sqlite3_value_double(b));
	x = fn_text(a);
	y = fn_text(b);
	order = memcmp(x.p, y.p, x.n < y.n ? x.n : y.n);
	return order ? order : (x.n > y.n) - (x.n < y.n);
}

static char *extreme(sqlite3_context *ctx, int n, sqlite3_value **v, int sign)
{
	int best = 0;

	for (int i = 0; i < n; i++) {
		/* one NaN makes the result NaN */
		if (sqlite3_value_type(v[i]) != sqlite3_value_type(v[0])) {
			fn_result_text(ctx, SPAN("NaN"));
			return NULL;
		}
		if (compare(v[i], v[best]) * sign > 0)
			best = i;
	}
	sqlite3_result_value(ctx, v[best]);
	return NULL;
}

static char *greatest(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	return extreme(ctx, n, v, 1);
}

static char *least(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	return extreme(ctx, n, v, -1);
}

const struct sql_fn sql_fn_pad[] = {{"bq_trim", trim, 0}, {"bq_ltrim", ltrim, 0},
    {"bq_rtrim", rtrim, 0}, {"bq_lpad", lpad, 0}, {"bq_rpad", rpad, 0}, {"bq_repeat", repeat, 0},
    {"bq_reverse", reverse, 0}, {"bq_concat_bytes", concat_bytes, 0}, {"bq_to_hex", to_hex, 0},
    {"bq_from_hex", from_hex, 0}, {"bq_to_base64", to_base64, 0},
    {"bq_from_base64", from_base64, 0}, {"bq_sha256", sha256, 0}, {"bq_error", error, 0},
    {"bq_required", required, true}, {"bq_greatest", greatest, 0}, {"bq_least", least, 0}, {0}};
