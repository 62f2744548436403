/*
 * Made-up JSON, whole and damaged, read by json/scan and by Jansson: the same
 * verdict, the same values. ../fuzz/compare.h says where they may differ.
 */

#include "../fuzz/compare.h"

#include <stdio.h>

enum { DOCUMENTS = 20000, DAMAGED = 3, DEPTH = 6 };

static int passed, failed;
static uint64_t state = 20261123;

/* splitmix64 */
static unsigned below(unsigned n)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (unsigned)((z ^ z >> 31) % n);
}

#define PICK(table) (table)[below(sizeof(table) / sizeof *(table))]

static void put_space(struct buf *b)
{
	static const char *const spaces[] = {"", "", "", "", "", " ", "\t", "\n ", "\r"};

	buf_adds(b, PICK(spaces));
}

/* A key (the i-th of its object, counted from 1) ends in a number, so that few come twice. */
static void put_string(struct buf *b, unsigned key)
{
	static const char *const parts[] = {"a", "b", "id", "email", "0123456789abcdef", "\\n",
	    "\\\"", "\\\\", "\\/", "\\u0041", "\\u00e9", "\\ud83d\\ude00", "\xc3\xa9",
	    "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\x7f", " ", "{", "]", ",", "\\u0000", "\\ud83d",
	    "\x01", "\xff", "\\x"};
	unsigned n = below(8) ? below(4) : below(40);
	unsigned usual = below(20) ? 20 : 25;

	buf_addc(b, '"');
	for (unsigned i = 0; i < n; i++)
		buf_adds(b, parts[below(key && below(10) ? 5 : usual)]);
	if (key)
		buf_addf(b, "%u", below(10000) ? key : 1);
	buf_addc(b, '"');
}

static void put_number(struct buf *b)
{
	static const char *const numbers[] = {"0", "-0", "-0.0", "1e5", "1E-2",
	    "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1e308", "1e309",
	    "1e-400", "0.1", "01", "1.", ".5", "+1", "8474.3400000000001",
	    "123456789012345678901234567890.5"};

	if (below(4) == 0)
		buf_adds(b, PICK(numbers));
	else
		buf_addf(b, "%d", (int)below(1500000) - 500000);
	if (below(8) == 0)
		buf_addf(b, ".%u", below(100000));
}

static void put_value(struct buf *b, unsigned depth)
{
	static const char *const literals[] = {
	    "true", "false", "null", "null", "nul", "True", "NaN"};
	unsigned kind = below(depth < DEPTH ? 10 : 6), n = kind > 5 ? below(12) : 0;

	if (kind < 3)
		put_string(b, 0);
	else if (kind < 5)
		put_number(b);
	else if (kind == 5)
		buf_adds(b, literals[below(below(20) ? 4 : 7)]);
	else
		buf_addc(b, kind < 9 ? '{' : '[');
	for (unsigned i = 0; i < n; i++) {
		buf_adds(b, i ? "," : "");
		put_space(b);
		if (kind < 9) {
			put_string(b, i + 1);
			put_space(b);
			buf_addc(b, ':');
			put_space(b);
		}
		put_value(b, depth + 1);
		put_space(b);
	}
	if (kind > 5)
		buf_addc(b, kind < 9 ? '}' : ']');
}

/* One byte changed, one left out, one put in, or the end cut off. */
static void damage(struct buf *b)
{
	static const char bytes[] = "\"\\{}[]:,0-+.eE tnu\x01\x80\xc3\xff";
	size_t at = below((unsigned)b->n);

	switch (below(4)) {
	case 0: b->p[at] = bytes[below(sizeof bytes)]; break;
	case 1:
		memmove(b->p + at, b->p + at + 1, b->n - at - 1);
		b->n--;
		break;
	case 2:
		buf_addc(b, ' ');
		memmove(b->p + at + 1, b->p + at, b->n - at - 1);
		b->p[at] = bytes[below(sizeof bytes)];
		break;
	default: b->n = at;
	}
}

static unsigned look(struct span text)
{
	char *copy = malloc(text.n + 1);
	bool taken;
	const char *differ;

	memcpy(copy, text.p, text.n);
	differ = compare((struct span){copy, text.n}, &taken);
	free(copy);
	if (!differ) {
		passed++;
		return taken;
	}
	if (failed++ < 10)
		printf("failed: %s: %.*s\n", differ, (int)(text.n < 400 ? text.n : 400), text.p);
	return taken;
}

int main(void)
{
	unsigned taken = 0, total = 0;
	struct buf b;

	buf_init(&b, 1 << 24);
	for (unsigned i = 0; i < DOCUMENTS; i++) {
		buf_clear(&b);
		put_value(&b, 0);
		for (unsigned k = 0; k <= DAMAGED && b.n > 0; k++) {
			taken += look(buf_span(&b));
			total++;
			damage(&b);
		}
	}
	buf_free(&b);
	if (taken < total / 5 || taken > total / 2 || total < 3 * DOCUMENTS) {
		printf("failed: of %u texts %u were taken: the mix is wrong\n", total, taken);
		failed++;
	}
	printf("%d passed, %d failed\n", passed, failed);
	return failed > 0;
}
