#include "json/jstr.h"

#include "base/swar.h"
#include "base/text.h"

#include <stdlib.h>

enum {
	FEW_KEYS = 8,     /* compared in pairs */
	SOME_KEYS = 1024, /* compared when a bit of their hash was seen before; more are sorted */
	SEEN_BITS = 8192,
	SEARCHES_MAX = 100, /* names made to collide are sorted too */
};

/* ---- checking ---- */

static int hex4(const char *p)
{
	int n = 0;

	for (int i = 0; i < 4; i++) {
		int c = p[i] | 0x20;

		if (text_is_digit(p[i]))
			n = n * 16 + p[i] - '0';
		else if (c >= 'a' && c <= 'f')
			n = n * 16 + c - 'a' + 10;
		else
			return -1;
	}
	return n;
}

static const char *refuse(const char *p, const char **why, const char *rule)
{
	*why = rule;
	return p;
}

static const char *unicode(const char *p, const char *end, const char **why)
{
	int unit = end - p >= 6 ? hex4(p + 2) : -1;

	if (end - p < 6)
		return refuse(end, why, "ends too early");
	if (unit < 0)
		return refuse(p, why, "not JSON");
	if (unit < 0xd800 || unit > 0xdfff)
		return p + 6;
	if (unit > 0xdbff || end - p < 12 || p[6] != '\\' || p[7] != 'u')
		return refuse(p, why, "lone surrogate");
	unit = hex4(p + 8);
	if (unit < 0xdc00 || unit > 0xdfff)
		return refuse(p, why, "lone surrogate");
	return p + 12;
}

static const char *escape(const char *p, const char *end, const char **why)
{
	if (p + 1 == end)
		return refuse(end, why, "ends too early");
	if (p[1] == 'u')
		return unicode(p, end, why);
	if (p[1] && strchr("\"\\/bfnrt", p[1]))
		return p + 2;
	return refuse(p, why, "not JSON");
}

const char *jstr_rare(const char *p, const char *end, const char **why)
{
	if (*p == '\\')
		return escape(p, end, why);
	if ((unsigned char)*p < 0x80)
		return refuse(p, why, "control byte in a string");
	while (p < end && (unsigned char)*p >= 0x80) {
		size_t n = text_utf8(p, end);

		if (n == 0)
			return refuse(p, why, "not UTF-8");
		p += n;
	}
	return p;
}

/* ---- reading ---- */

static size_t escaped(const char **p, char bytes[4])
{
	static const char names[] = "bfnrt", means[] = "\b\f\n\r\t";
	const char *name = strchr(names, (*p)[1]);
	uint32_t code;

	if ((*p)[1] != 'u') {
		bytes[0] = name ? means[name - names] : (*p)[1];
		*p += 2;
		return 1;
	}
	code = (uint32_t)hex4(*p + 2);
	*p += 6;
	if (code >= 0xd800 && code <= 0xdbff) {
		code = 0x10000 + ((code - 0xd800) << 10) + ((uint32_t)hex4(*p + 2) - 0xdc00);
		*p += 6;
	}
	return text_encode(bytes, code);
}

size_t jstr_char(const char **p, char bytes[4])
{
	unsigned char first = (unsigned char)**p;
	size_t n = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

	if (first == '\\')
		return escaped(p, bytes);
	memcpy(bytes, *p, n);
	*p += n;
	return n;
}

struct span jstr_name(struct span name, struct buf *scratch)
{
	const char *p = name.p, *end = name.p + name.n, *slash = memchr(p, '\\', name.n);
	size_t start = scratch->n;

	if (!slash)
		return name;
	while (slash) {
		char bytes[4];
		size_t n;

		buf_add(scratch, p, (size_t)(slash - p));
		p = slash;
		n = jstr_char(&p, bytes);
		buf_add(scratch, bytes, n);
		slash = memchr(p, '\\', (size_t)(end - p));
	}
	buf_add(scratch, p, (size_t)(end - p));
	return span_skip(buf_span(scratch), start);
}

struct span jstr_text(struct span raw, struct buf *scratch)
{
	return jstr_name((struct span){raw.p + 1, raw.n - 2}, scratch);
}

/* ---- writing ---- */

static void add_special(struct buf *b, char c)
{
	static const char means[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
	const char *mean = c ? strchr(means, c) : NULL;

	if (mean) {
		buf_addc(b, '\\');
		buf_addc(b, names[mean - means]);
	} else {
		buf_addf(b, "\\u%04x", (unsigned char)c);
	}
}

static void quote(struct buf *b, struct span text, bool checked)
{
	const char *p = text.p, *end = text.p + text.n;

	buf_addc(b, '"');
	while (p < end) {
		const char *stop = swar_plain(p, end);
		size_t n;

		buf_add(b, p, (size_t)(stop - p));
		p = stop;
		if (p == end)
			break;
		n = checked || (unsigned char)*p < 0x80 ? 1 : text_utf8(p, end);
		if (n == 0)
			buf_adds(b, "\xef\xbf\xbd");
		else if ((unsigned char)*p >= 0x80)
			buf_add(b, p, n);
		else
			add_special(b, *p);
		p += n ? n : 1;
	}
	buf_addc(b, '"');
}

void jstr_quote(struct buf *b, struct span text)
{
	quote(b, text, true);
}

void jstr_quote_any(struct buf *b, struct span text)
{
	quote(b, text, false);
}

/* ---- keys ---- */

static uint32_t hash_escaped(struct span name)
{
	const char *p = name.p, *end = name.p + name.n;
	uint64_t hash = 0, word = 0;
	unsigned shift = 0;
	char bytes[4];

	while (p < end) {
		size_t n = jstr_char(&p, bytes);

		for (size_t i = 0; i < n; i++) {
			word |= (uint64_t)(unsigned char)bytes[i] << shift;
			shift = (shift + 8) % 64;
			if (shift == 0) {
				hash = swar_mix(hash, word);
				word = 0;
			}
		}
	}
	return swar_fold(swar_mix(hash, word));
}

uint32_t jstr_hash(struct span name, bool plain)
{
	return plain ? swar_hash_span(0, name) : hash_escaped(name);
}

/* Orders names by their unescaped bytes. */
static int compare_names(const char *a, const char *b)
{
	char x[4], y[4];

	while (*a != '"' && *b != '"') {
		size_t n = jstr_char(&a, x), m = jstr_char(&b, y);
		int order = memcmp(x, y, n < m ? n : m);

		if (order)
			return order;
	}
	return (*a != '"') - (*b != '"');
}

static int compare_keys(const void *a, const void *b)
{
	const struct jstr_key *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return compare_names(x->name.p, y->name.p);
}

static const struct jstr_key *twin_sorted(struct jstr_key *keys, size_t n)
{
	qsort(keys, n, sizeof *keys, compare_keys);
	for (size_t i = 1; i < n; i++)
		if (compare_keys(&keys[i - 1], &keys[i]) == 0)
			return &keys[i];
	return NULL;
}

static bool came_before(const struct jstr_key *keys, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (keys[k].hash == keys[i].hash &&
		    compare_names(keys[k].name.p, keys[i].name.p) == 0)
			return true;
	return false;
}

static const struct jstr_key *twin_few(const struct jstr_key *keys, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (came_before(keys, i))
			return &keys[i];
	return NULL;
}

static const struct jstr_key *twin_some(struct jstr_key *keys, size_t n)
{
	uint64_t seen[SEEN_BITS / 64] = {0};
	int searches = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t at = keys[i].hash / (UINT32_MAX / SEEN_BITS + 1);
		uint64_t bit = UINT64_C(1) << at % 64;

		if ((seen[at / 64] & bit) && ++searches > SEARCHES_MAX)
			return twin_sorted(keys, n);
		if ((seen[at / 64] & bit) && came_before(keys, i))
			return &keys[i];
		seen[at / 64] |= bit;
	}
	return NULL;
}

const struct jstr_key *jstr_twin(struct jstr_key *keys, size_t n)
{
	if (n <= FEW_KEYS)
		return twin_few(keys, n);
	return n <= SOME_KEYS ? twin_some(keys, n) : twin_sorted(keys, n);
}
