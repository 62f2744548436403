/* base/text by tables: digits on every boundary, UTF-8 well and badly formed, letters and their case. */

#include "base/buf.h"
#include "base/text.h"
#include "check.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- digits ---- */

static void numbers(void)
{
	static const struct {
		const char *text;
		bool number, integer; /* is it one? */
		uint64_t value;
	} cases[] = {
	    {"0", true, true, 0}, {"-0", false, true, 0}, {"007", true, true, 7},
	    {"9223372036854775807", true, true, INT64_MAX},
	    {"9223372036854775808", true, false, (uint64_t)INT64_MAX + 1},
	    {"-9223372036854775808", false, true, (uint64_t)INT64_MIN},
	    {"-9223372036854775809", false, false, 0},
	    {"18446744073709551615", true, false, UINT64_MAX},
	    {"18446744073709551616", false, false, 0}, {"18446744073709551620", false, false, 0},
	    {"28446744073709551615", false, false, 0},
	    {"00000000000000000000000000001", true, true, 1}, {"", false, false, 0},
	    {"-", false, false, 0}, {"--1", false, false, 0}, {"+1", false, false, 0},
	    {" 1", false, false, 0}, {"1 ", false, false, 0}, {"1.0", false, false, 0},
	    {"1e3", false, false, 0}, {"0x1", false, false, 0}, {"/", false, false, 0},
	    {":", false, false, 0}, {"\xd9\xa1", false, false, 0}, /* Arabic-Indic one */
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct span text = span_of(cases[i].text);
		uint64_t number;
		int64_t integer;

		check(text_number(text, &number) == cases[i].number &&
		          (!cases[i].number || number == cases[i].value),
		    cases[i].text);
		check(text_integer(text, &integer) == cases[i].integer &&
		          (!cases[i].integer || (uint64_t)integer == cases[i].value),
		    cases[i].text);
	}
}

static void taking(void)
{
	static const struct {
		const char *text;
		size_t least, most;
		bool taken;
		int value;
		const char *rest;
	} cases[] = {
	    {"2026-11", 4, 4, true, 2026, "-11"},
	    {"20261", 4, 4, true, 2026, "1"},
	    {"202-", 4, 4, false, 202, "-"},
	    {"7", 1, 2, true, 7, ""},
	    {"", 1, 2, false, 0, ""},
	    {"", 0, 2, true, 0, ""},
	    {"x", 0, 2, true, 0, "x"},
	    {"999999999", 1, 9, true, 999999999, ""},
	    {"0000000001", 1, 9, true, 0, "1"},
	};
	struct span s = SPAN("-+x");

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct span rest = span_of(cases[i].text);
		int value;

		check(text_take_digits(&rest, cases[i].least, cases[i].most, &value) ==
		              cases[i].taken &&
		          value == cases[i].value && span_eq(rest, span_of(cases[i].rest)),
		    cases[i].text);
	}
	check(!text_take_byte(&s, '+') && text_take_byte(&s, '-') &&
	          !text_take_one_of(&s, "-xyz") && text_take_one_of(&s, "-+") && s.n == 1,
	    "one byte, or one of a set");
	s = (struct span){"\0x", 2};
	check(!text_take_one_of(&s, "ab") && text_take_byte(&s, '\0') && text_take_byte(&s, 'x') &&
	          !text_take_byte(&s, 'x') && !text_take_one_of(&s, "x"),
	    "NUL is in no set; nothing is taken at the end");
}

static void classes(void)
{
	bool digits = true, letters = true;

	for (int c = 0; c < 256; c++) {
		digits = digits && text_is_digit((char)c) == (c >= '0' && c <= '9');
		letters = letters && text_is_letter((char)c) ==
		                         ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
	}
	check(digits, "the ten digits");
	check(letters, "the ASCII letters");
}

/* ---- UTF-8 ---- */

static void every_point(void)
{
	bool ok = true;

	for (uint32_t point = 0; point <= 0x10ffff; point++) {
		char bytes[5] = {0};
		size_t n = text_encode(bytes, point), last;
		struct span s = {bytes, n};
		bool surrogate = point >= 0xd800 && point <= 0xdfff;

		ok = ok && text_utf8(bytes, bytes + n) == (surrogate ? 0 : n);
		ok = ok && (n == 1 || text_utf8(bytes, bytes + n - 1) == 0);
		if (!ok || surrogate)
			continue;
		ok =
		    text_last(s, &last) == point && last == n && text_take(&s) == point && s.n == 0;
	}
	check(ok, "every code point there and back; surrogates and cut ones are not UTF-8");
}

static void bad_forms(void)
{
	static const struct {
		struct span text;
		size_t valid;
	} cases[] = {
	    {{"", 0}, 0},
	    {{"ab", 2}, 2},
	    {{"a\x80", 2}, 1},                /* goes on without a beginning */
	    {{"a\xc0\x80", 3}, 1},            /* overlong NUL */
	    {{"\xc1\xbf", 2}, 0},             /* overlong, the last one */
	    {{"\xc2\x80", 2}, 2},             /* the first of two bytes */
	    {{"\xdf\xbf\xe0\x9f\xbf", 5}, 2}, /* overlong in three */
	    {{"\xe0\xa0\x80", 3}, 3},         /* U+0800 */
	    {{"\xed\x9f\xbf", 3}, 3},         /* U+D7FF */
	    {{"\xed\xa0\x80", 3}, 0},         /* U+D800 */
	    {{"\xee\x80\x80", 3}, 3},         /* U+E000 */
	    {{"\xf0\x8f\xbf\xbf", 4}, 0},     /* overlong in four */
	    {{"\xf0\x90\x80\x80", 4}, 4},     /* U+10000 */
	    {{"\xf4\x8f\xbf\xbf", 4}, 4},     /* U+10FFFF */
	    {{"\xf4\x90\x80\x80", 4}, 0},     /* U+110000 */
	    {{"\xf5\x80\x80\x80", 4}, 0},
	    {{"\xff", 1}, 0},
	    {{"a\0b", 3}, 3},
	    {{"\xe2\x82", 2}, 0},   /* cut */
	    {{"x\xe2\x82x", 4}, 1}, /* broken off */
	    {{"x\xf0\x9f\x98\x41", 5}, 1},
	    {{"\xe2\x82\xac\xc3", 4}, 3},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char what[40];

		snprintf(what, sizeof what, "UTF-8 text %zu", i);
		check(text_valid(cases[i].text) == cases[i].valid, what);
	}
}

static void characters(void)
{
	check(text_characters((struct span){NULL, 0}) == 0, "no text has no character");
	check(text_characters(SPAN("ab")) == 2, "ASCII characters");
	check(text_characters(SPAN("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80")) == 4,
	    "characters of one to four bytes");
}

/* ---- letters ---- */

static void map(struct span text, uint32_t (*to)(uint32_t), struct buf *b)
{
	buf_clear(b);
	while (text.n > 0)
		buf_add_point(b, to(text_take(&text)));
}

static void cases_of_letters(void)
{
	static const struct {
		const char *upper, *lower;
	} pairs[] = {
	    {"AZ@[`{", "az@[`{"},
	    {"ÀÖØÞŸ", "àöøþÿ"},
	    {"ẠԱŐ", "ạաő"},
	    {"ΑΩΆЀЯЁ", "αωάѐяё"},
	    {"ǄǊ", "ǆǌ"},
	    {"ⰀꙀＡ𐐀", "ⰰꙁａ𐐨"},
	    {"×÷ß€東", "×÷ß€東"},
	};
	struct buf b;

	buf_init(&b, 1000);
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		map(span_of(pairs[i].upper), text_lower, &b);
		check(span_eq(buf_span(&b), span_of(pairs[i].lower)), pairs[i].upper);
		map(span_of(pairs[i].lower), text_upper, &b);
		check(span_eq(buf_span(&b), span_of(pairs[i].upper)), pairs[i].lower);
	}
	buf_free(&b);
}

static void spaces(void)
{
	static const struct {
		const char *text, *trimmed;
	} cases[] = {
	    {"", ""},
	    {" \t\r\n\v\f", ""},
	    {" a b ", "a b"},
	    {"\xc2\xa0\xe2\x80\xaf"
	     "a\xe3\x80\x80",
	        "a"},
	    {"\xef\xbb\xbf"
	     "a\xc2\x85",
	        "a"},
	    {"\xe2\x80\x8b"
	     "a",
	        "\xe2\x80\x8b"
	        "a"}, /* zero width space: not white space */
	    {"é \xe2\x80\xa8", "é"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check(span_eq(text_trim(span_of(cases[i].text)), span_of(cases[i].trimmed)),
		    cases[i].text);
}

int main(void)
{
	numbers();
	taking();
	classes();
	every_point();
	bad_forms();
	characters();
	cases_of_letters();
	spaces();
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0;
}
