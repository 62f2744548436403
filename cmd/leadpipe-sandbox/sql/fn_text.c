#include "sql/fn.h"
#include "base/text.h"

enum { TEXT_MAX = 64 << 20 };

/* GoogleSQL counts the code points of a STRING, the bytes of BYTES. */
static size_t points(struct span s, bool bytes)
{
	return bytes ? s.n : text_characters(s);
}

/* The byte at which code point number `n` (from 0) begins; the end when there are fewer. */
static size_t byte_of(struct span s, size_t n, bool bytes)
{
	size_t i = 0;

	if (bytes)
		return n < s.n ? n : s.n;
	for (; i < s.n; i++)
		if ((s.p[i] & 0xc0) != 0x80 && n-- == 0)
			break;
	return i;
}

static char *char_length(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	sqlite3_result_int64(ctx, (int64_t)points(fn_text(v[0]), false));
	return NULL;
}

static char *byte_length(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	sqlite3_result_int64(ctx, (int64_t)fn_text(v[0]).n);
	return NULL;
}

static uint32_t map_point(uint32_t point, bool upper)
{
	return upper ? text_upper(point) : text_lower(point);
}

/* Of BYTES, and of bytes that are not UTF-8, only ASCII letters have a case. */
static void map_text(struct buf *b, struct span s, bool upper, bool bytes)
{
	while (s.n > 0) {
		unsigned char c = (unsigned char)*s.p;

		if (!bytes && text_utf8(s.p, s.p + s.n) > 0) {
			buf_add_point(b, map_point(text_take(&s), upper));
		} else {
			buf_addc(b, (char)(c < 0x80 ? map_point(c, upper) : c));
			s = span_skip(s, 1);
		}
	}
}

static char *change_case(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct buf b;

	(void)n;
	buf_init(&b, TEXT_MAX);
	map_text(&b, fn_text(v[0]), *fn_how(ctx) == 'u', fn_is_bytes(v[0]));
	return fn_finish(ctx, &b, fn_is_bytes(v[0]));
}

static char *initcap(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span s = fn_text(v[0]);
	struct span by = n > 1 ? fn_text(v[1]) : SPAN(" \t\n\r\v\f[](){}/|<>!?@\"^#$&~_,.:;*%+-");
	struct buf b;
	bool start = true;

	buf_init(&b, TEXT_MAX);
	for (size_t i = 0; i < s.n;) {
		size_t end = i + 1;
		while (end < s.n && (s.p[end] & 0xc0) == 0x80)
			end++;
		map_text(&b, (struct span){s.p + i, end - i}, start, false);
		start = end == i + 1 && by.n && memchr(by.p, s.p[i], by.n);
		i = end;
	}
	return fn_finish(ctx, &b, false);
}

static void result(sqlite3_context *ctx, struct span s, bool bytes)
{
	(bytes ? fn_result_bytes : fn_result_text)(ctx, s);
}

/* SUBSTR(s, position, length): from 1; negative from the end; 0 is as 1. */
static char *substr(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span s = fn_text(v[0]);
	bool bytes = fn_is_bytes(v[0]);
	int64_t total = (int64_t)points(s, bytes), from = sqlite3_value_int64(v[1]);
	int64_t length = n > 2 ? sqlite3_value_int64(v[2]) : total;
	size_t start, end;

	if (length < 0)
		return sqlite3_mprintf("Third argument in SUBSTR() cannot be negative");
	if (from < 0)
		from = from < -total ? 0 : total + from;
	else if (from > 0)
		from = from - 1 > total ? total : from - 1;
	if (length > total - from)
		length = total - from;
	start = byte_of(s, (size_t)from, bytes);
	end = start + byte_of(span_skip(s, start), (size_t)length, bytes);
	result(ctx, (struct span){s.p + start, end - start}, bytes);
	return NULL;
}

static char *left(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span s = fn_text(v[0]);
	int64_t length = sqlite3_value_int64(v[1]);

	(void)n;
	if (length < 0)
		return sqlite3_mprintf("Second argument in LEFT() cannot be negative");
	result(ctx, (struct span){s.p, byte_of(s, (size_t)length, fn_is_bytes(v[0]))},
	    fn_is_bytes(v[0]));
	return NULL;
}

static char *right(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span s = fn_text(v[0]);
	bool bytes = fn_is_bytes(v[0]);
	int64_t length = sqlite3_value_int64(v[1]), total = (int64_t)points(s, bytes);

	(void)n;
	if (length < 0)
		return sqlite3_mprintf("Second argument in RIGHT() cannot be negative");
	length = length > total ? 0 : total - length;
	result(ctx, span_skip(s, byte_of(s, (size_t)length, bytes)), bytes);
	return NULL;
}

static const char *find(struct span s, struct span what)
{
	for (size_t i = 0; what.n <= s.n && i <= s.n - what.n; i++)
		if (memcmp(s.p + i, what.p, what.n) == 0)
			return s.p + i;
	return NULL;
}

static char *replace(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span s = fn_text(v[0]), from = fn_text(v[1]), to = fn_text(v[2]);
	const char *at;
	struct buf b;

	(void)n;
	buf_init(&b, TEXT_MAX);
	while (from.n && (at = find(s, from))) {
		size_t before = (size_t)(at - s.p);
		buf_add(&b, s.p, before);
		buf_addspan(&b, to);
		s = span_skip(s, before + from.n);
	}
	buf_addspan(&b, s);
	return fn_finish(ctx, &b, fn_is_bytes(v[0]));
}

static char *starts_with(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	sqlite3_result_int(ctx, span_starts(fn_text(v[0]), fn_text(v[1])));
	return NULL;
}

static char *ends_with(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span s = fn_text(v[0]), tail = fn_text(v[1]);

	(void)n;
	sqlite3_result_int(ctx, tail.n <= s.n && span_eq(span_skip(s, s.n - tail.n), tail));
	return NULL;
}

static char *strpos(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span s = fn_text(v[0]);
	const char *at = find(s, fn_text(v[1]));

	(void)n;
	if (at)
		s.n = (size_t)(at - s.p);
	sqlite3_result_int64(ctx, at ? (int64_t)points(s, fn_is_bytes(v[0])) + 1 : 0);
	return NULL;
}

static char *concat(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct buf b;

	buf_init(&b, TEXT_MAX);
	for (int i = 0; i < n; i++)
		buf_addspan(&b, fn_text(v[i]));
	return fn_finish(ctx, &b, false);
}

/* LIKE: % any run, _ one code point, \ takes the next byte as it is. Backtracks to the last %. */
static char *like(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span s = fn_text(v[0]), p = fn_text(v[1]);
	size_t i = 0, j = 0, star = SIZE_MAX, mark = 0;

	(void)n;
	while (i < s.n) {
		bool escaped = j < p.n && p.p[j] == '\\';
		if (escaped && j + 1 == p.n)
			return sqlite3_mprintf("LIKE pattern ends with a backslash");
		if (j < p.n && p.p[j] == '%') {
			star = ++j;
			mark = i;
		} else if (j < p.n && p.p[j] == '_') {
			for (i++; i < s.n && (s.p[i] & 0xc0) == 0x80; i++)
				;
			j++;
		} else if (j < p.n && p.p[j + escaped] == s.p[i]) {
			i++;
			j += 1 + (size_t)escaped;
		} else if (star != SIZE_MAX) {
			for (mark++; mark < s.n && (s.p[mark] & 0xc0) == 0x80; mark++)
				;
			i = mark;
			j = star;
		} else {
			sqlite3_result_int(ctx, 0);
			return NULL;
		}
	}
	while (j < p.n && p.p[j] == '%')
		j++;
	sqlite3_result_int(ctx, j == p.n);
	return NULL;
}

const struct fn_entry fn_table_text[] = {{"bq_char_length", char_length, NULL},
    {"bq_byte_length", byte_length, NULL}, {"bq_lower", change_case, "lower"},
    {"bq_upper", change_case, "upper"}, {"bq_initcap", initcap, NULL}, {"bq_substr", substr, NULL},
    {"bq_left", left, NULL}, {"bq_right", right, NULL}, {"bq_replace", replace, NULL},
    {"bq_starts_with", starts_with, NULL}, {"bq_ends_with", ends_with, NULL},
    {"bq_strpos", strpos, NULL}, {"bq_concat", concat, NULL}, {"bq_like", like, NULL}, {0}};
