#include "sql/fn.h"

#include <stdio.h>

enum { PAD_MAX = 64 << 20 };

/* The code point (or byte) at the start of s: its bytes. */
static struct span point(struct span s, bool bytes)
{
	size_t n = s.n > 0;

	while (!bytes && n < s.n && (s.p[n] & 0xc0) == 0x80)
		n++;
	return (struct span){s.p, n};
}

/* Where the last one begins. */
static size_t last_point(struct span s, bool bytes)
{
	size_t last = s.n - 1;

	while (!bytes && last > 0 && (s.p[last] & 0xc0) == 0x80)
		last--;
	return last;
}

static bool one_of(struct span c, struct span set, bool bytes)
{
	for (struct span p; set.n; set = span_skip(set, p.n)) {
		p = point(set, bytes);
		if (span_eq(p, c))
			return true;
	}
	return false;
}

/* how: b both ends, h the head, t the tail */
static char *trim(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	/* white space as Unicode has it, as far as it is met */
	struct span
	    s = fn_text(v[0]),
	    set = n > 1 ? fn_text(v[1])
	                : SPAN(" \t\n\v\f\r\xc2\x85\xc2\xa0\xe2\x80\xa8\xe2\x80\xa9\xe3\x80\x80");

	bool bytes = fn_is_bytes(v[0]);
	char how = *fn_how(ctx);

	while (how != 't' && s.n && one_of(point(s, bytes), set, bytes))
		s = span_skip(s, point(s, bytes).n);
	while (how != 'h' && s.n && one_of(span_skip(s, last_point(s, bytes)), set, bytes))
		s.n = last_point(s, bytes);
	(bytes ? fn_result_bytes : fn_result_text)(ctx, s);
	return NULL;
}

static char *pad(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span s = fn_text(v[0]), fill = n > 2 ? fn_text(v[2]) : SPAN(" "), p, rest = s;
	int64_t want = sqlite3_value_int64(v[1]);
	bool bytes = fn_is_bytes(v[0]), before = *fn_how(ctx) == 'l';
	size_t have = 0;
	struct buf b;

	if (want < 0 || fill.n == 0)
		return sqlite3_mprintf(
		    "Second argument of LPAD and RPAD cannot be negative, nor the third empty");
	for (; rest.n && have < (size_t)want; rest = span_skip(rest, point(rest, bytes).n))
		have++;
	s.n -= rest.n;
	buf_init(&b, PAD_MAX);
	if (!before)
		buf_addspan(&b, s);
	for (rest = fill; have < (size_t)want && !b.full; have++) {
		p = point(rest, bytes);
		buf_addspan(&b, p);
		rest = span_skip(rest, p.n);
		if (!rest.n)
			rest = fill;
	}
	if (before)
		buf_addspan(&b, s);
	return fn_finish(ctx, &b, bytes);
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
	return fn_finish(ctx, &b, fn_is_bytes(v[0]));
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

static char *extreme(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int best = 0, sign = *fn_how(ctx) == '+' ? 1 : -1;

	for (int i = 0; i < n; i++) {
		/* one NaN makes the result NaN */
		if (sqlite3_value_type(v[i]) != sqlite3_value_type(v[0])) {
			fn_result_text(ctx, SPAN("NaN"));
			return NULL;
		}
		if (fn_compare(v[i], v[best]) * sign > 0)
			best = i;
	}
	sqlite3_result_value(ctx, v[best]);
	return NULL;
}

/* Version 4 of RFC 9562, from two random numbers. */
static char *uuid(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	uint64_t a = (uint64_t)sqlite3_value_int64(v[0]), b = (uint64_t)sqlite3_value_int64(v[1]);
	char text[40];

	(void)n;
	snprintf(text, sizeof text, "%08x-%04x-4%03x-%04x-%012llx", (unsigned)(a >> 32),
	    (unsigned)(a >> 16 & 0xffff), (unsigned)(a & 0xfff),
	    (unsigned)(b >> 48 & 0x3fff) | 0x8000u, (unsigned long long)(b & 0xffffffffffff));
	fn_result_text(ctx, span_of(text));
	return NULL;
}

const struct fn_entry fn_table_pad[] = {{"bq_trim", trim, "both"}, {"bq_ltrim", trim, "head"},
    {"bq_rtrim", trim, "tail"}, {"bq_lpad", pad, "left"}, {"bq_rpad", pad, "right"},
    {"bq_repeat", repeat, NULL}, {"bq_uuid", uuid, NULL}, {"bq_error", error, NULL},
    {"bq_required", required, fn_nulls}, {"bq_greatest", extreme, "+"}, {"bq_least", extreme, "-"},
    {0}};
