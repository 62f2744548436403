/* RFC 8259 and RFC 3629 to the letter: what scan takes, and the rule it names when it does not. */

#include "base/die.h"
#include "json/row.h"
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- scan: one document, and the rule it breaks ---- */

#define OK NULL
#define V(text, why)                                                                               \
	{                                                                                          \
		{(text), sizeof(text) - 1}, (why)                                                  \
	}

static const char no[] = "not JSON", early[] = "ends too early", utf8[] = "not UTF-8",
                  control[] = "control byte in a string", lone[] = "lone surrogate",
                  twice[] = "duplicate key";

static const struct {
	struct span text;
	const char *why;
} documents[] = {
    /* literals, white space */
    V("null", OK),
    V("true", OK),
    V("false", OK),
    V(" \t\r\n1 \t\r\n", OK),
    V("", early),
    V(" ", early),
    V("nul", early),
    V("nulL", no),
    V("True", no),
    V("tru", early),
    V("nullx", no),
    V("null null", no),
    V("\v1", no),
    V("1\f", no),
    V("\0", no),
    V("1\0", no),
    V("\xef\xbb\xbf{}", no),
    V("\xc2\xa0", no),
    V("// x", no),
    V("NaN", no),
    V("Infinity", no),
    V("-Infinity", no),
    V("'a'", no),
    V("a", no),
    V("{}x", no),
    /* numbers */
    V("0", OK),
    V("-0", OK),
    V("-0.0e-0", OK),
    V("1e400", OK),
    V("1E+2", OK),
    V("1.5e-300", OK),
    V("123456789012345678901234567890", OK),
    V("0.1", OK),
    V("01", no),
    V("-01", no),
    V("00", no),
    V("+1", no),
    V(".5", no),
    V("1.", early),
    V("1.,", no),
    V("-", early),
    V("-a", no),
    V("1e", early),
    V("1e+", early),
    V("1e+a", no),
    V("1.e1", no),
    V("0x10", no),
    V("1_0", no),
    V("1 2", no),
    V("--1", no),
    V("1e1.5", no),
    V("\xef\xbc\x91", no),
    V("[-]", no),
    /* strings */
    V("\"\"", OK),
    V("\"a\"", OK),
    V("\"12345678\"", OK),
    V("\"1234567\\\"\"", OK),
    V("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", OK),
    V("\"\\u0000\"", OK),
    V("\"\\uAbcD\"", OK),
    V("\"\x7f\"", OK),
    V("\"", early),
    V("\"a", early),
    V("\"abcdefghijkl", early),
    V("\"\\", early),
    V("\"\\\"", early),
    V("\"\\a\"", no),
    V("\"\\U0041\"", no),
    V("\"\\u\"", early),
    V("\"\\u12\"", early),
    V("\"\\u12G4\"", no),
    V("\"\\u 123\"", no),
    V("\"\\x41\"", no),
    V("\"\\\0\"", no),
    V("\"\\'\"", no),
    V("\"\0\"", control),
    V("\"\n\"", control),
    V("\"\t\"", control),
    V("\"abcdefg\x1fhij\"", control),
    V("\"abcdefghijklmnop\x01\"", control),
    /* surrogates */
    V("\"\\ud83d\\ude00\"", OK),
    V("\"\\uD800\\uDC00\"", OK),
    V("\"\\uDBFF\\uDFFF\"", OK),
    V("\"\\ud83d\"", lone),
    V("\"\\ude00\"", lone),
    V("\"\\ud83d\\n\"", lone),
    V("\"\\ud83dabcdef\"", lone),
    V("\"\\ud83d\\ud83d\"", lone),
    V("\"\\ud83d\\u0041\"", lone),
    V("\"\\udc00\\ud800\"", lone),
    V("\"\\ud83d\\u12\"", lone),
    /* UTF-8 */
    V("\"\xc3\xa3\"", OK),
    V("\"\xe2\x82\xac\"", OK),
    V("\"\xf0\x9f\x98\x80\"", OK),
    V("\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\"", OK),
    V("\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"", OK),
    V("\"abcdefgh\xc3\xa3ijklmnopqr\"", OK),
    V("\"\x80\"", utf8),
    V("\"\xbf\"", utf8),
    V("\"\xc0\x80\"", utf8),
    V("\"\xc1\xbf\"", utf8),
    V("\"\xe0\x80\x80\"", utf8),
    V("\"\xe0\x9f\xbf\"", utf8),
    V("\"\xf0\x80\x80\x80\"", utf8),
    V("\"\xf0\x8f\xbf\xbf\"", utf8),
    V("\"\xed\xa0\x80\"", utf8),
    V("\"\xed\xbf\xbf\"", utf8),
    V("\"\xf4\x90\x80\x80\"", utf8),
    V("\"\xf5\x80\x80\x80\"", utf8),
    V("\"\xff\"", utf8),
    V("\"\xfe\"", utf8),
    V("\"\xc3\"", utf8),
    V("\"\xe2\x82\"", utf8),
    V("\"\xf0\x9f\x98\"", utf8),
    V("\"\xc3\x28\"", utf8),
    V("\"\xe2\x28\xa1\"", utf8),
    V("\"\xe2\x82\x28\"", utf8),
    V("\"\xf0\x9f\x28\x80\"", utf8),
    V("\"\xc3\xa3\xa3\"", utf8),
    V("\"\xc3", utf8),
    V("{\"\xff\":1}", utf8),
    /* arrays */
    V("[]", OK),
    V("[ ]", OK),
    V("[1]", OK),
    V("[1, 2 ,3]", OK),
    V("[[],[[]],{}]", OK),
    V("[", early),
    V("[1", early),
    V("[1,", early),
    V("[1,]", no),
    V("[,1]", no),
    V("[,]", no),
    V("[1 2]", no),
    V("[1,,2]", no),
    V("[1}", no),
    V("]", no),
    V("[]]", no),
    V("[1:2]", no),
    V("[\"a\":1]", no),
    /* objects */
    V("{}", OK),
    V("{ }", OK),
    V("{\"a\":1}", OK),
    V("{ \"a\" : 1 , \"b\" : 2 }", OK),
    V("{\"\":0}", OK),
    V("{\"a\":{\"a\":{\"a\":[]}}}", OK),
    V("{", early),
    V("{\"a\"", early),
    V("{\"a\":", early),
    V("{\"a\":1", early),
    V("{\"a\":1,", early),
    V("{\"a\":1,}", no),
    V("{,}", no),
    V("{\"a\"}", no),
    V("{\"a\":}", no),
    V("{\"a\" 1}", no),
    V("{\"a\"::1}", no),
    V("{a:1}", no),
    V("{1:1}", no),
    V("{\"a\":1]", no),
    V("{\"a\":1 \"b\":2}", no),
    V("{\"a\":1,,\"b\":2}", no),
    V("}", no),
    V("{}}", no),
    V("{\"a\",1}", no),
    V("{null:1}", no),
    V("{[]:1}", no),
    /* keys */
    V("{\"a\":1,\"a\":1}", twice),
    V("{\"a\":1,\"\\u0061\":1}", twice),
    V("{\"\\u0061\":1,\"a\":1}", twice),
    V("{\"\":1,\"\":1}", twice),
    V("{\"b\":{\"a\":1,\"c\":2,\"a\":3}}", twice),
    V("[[{\"x\":[{\"a\":1,\"a\":1}]}]]", twice),
    V("{\"\\u00e3\":1,\"\xc3\xa3\":1}", twice),
    V("{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":1}", twice),
    V("{\"\\/\":1,\"/\":1}", twice),
    V("{\"\\n\":1,\"\\u000a\":1}", twice),
    V("{\"\\n\":1,\"\\u000A\":1}", twice),
    V("{\"abcdefghijkl\":1,\"abcdefgh\\u0069jkl\":1}", twice),
    V("{\"abcdefgh\":1,\"abcdefg\\u0068\":1}", twice),
    V("{\"a\":1,\"A\":1}", OK),
    V("{\"a\":1,\"a\\u0000\":1}", OK),
    V("{\"\":1,\"\\u0000\":1}", OK),
    V("{\"a\":{\"b\":1},\"c\":{\"b\":1},\"b\":1}", OK),
    V("{\"a\":1,\"\\\\u0061\":1}", OK),
    V("[{\"a\":1},{\"a\":1}]", OK),
    V("{\"a\":[{\"a\":1}],\"b\":1}", OK),
    V("{\"\\\"\":1,\"\\\\\":1}", OK),
    V("{\"ab\":1,\"a\":1}", OK),
    V("{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"a\":1}", twice),
    V("{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"j\":1}", OK),
};

static bool same_rule(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* The text at the very end of its memory, so that the sanitizer sees a byte too far. */
static void scan_one(struct span text, const char *why)
{
	struct scan s = {0};
	struct row row = {0};
	struct span value, copy = {NULL, text.n};
	enum json type;
	char *memory = malloc(text.n ? text.n : 1), what[200];
	const char *got;

	memcpy(memory, text.p, text.n);
	copy.p = memory;
	got = scan_document(&s, copy, &value, &type);
	snprintf(what, sizeof what, "scan %.*s: %s, not %s", SPAN_ARG(text), got ? got : "ok",
	    why ? why : "ok");
	check(same_rule(got, why), what);
	check(!got || (s.at >= copy.p && s.at <= copy.p + copy.n), "scan: at is outside the text");
	got = row_parse(&row, copy);
	if (!why && type != JSON_OBJECT)
		why = "not a JSON object";
	check(same_rule(got, why), what);
	check(!same_rule(got, twice) || row.bad.p, "row: duplicate key not named");
	row_free(&row);
	scan_free(&s);
	free(memory);
}

static void test_documents(void)
{
	for (size_t i = 0; i < sizeof documents / sizeof *documents; i++)
		scan_one(documents[i].text, documents[i].why);
}

static void nest(size_t n, const char *open, const char *core, const char *close, const char *why)
{
	struct buf b;

	buf_init(&b, SIZE_MAX);
	for (size_t i = 0; i < n; i++)
		buf_adds(&b, open);
	buf_adds(&b, core);
	for (size_t i = 0; i < n; i++)
		buf_adds(&b, close);
	scan_one(buf_span(&b), why);
	buf_free(&b);
}

static void test_nesting(void)
{
	static const char deep[] = "nested too deep";

	nest(512, "[", "", "]", OK);
	nest(513, "[", "", "]", deep);
	nest(512, "{\"a\":", "1", "}", OK);
	nest(513, "{\"a\":", "1", "}", deep);
	nest(511, "[", "{}", "]", OK);
	nest(100000, "[", "", "]", deep);
	nest(100000, "{\"a\":", "1", "}", deep);
	nest(100, "[{\"a\":", "0", "}]", OK);
	nest(100, "[{\"a\":", "0", "]}", no);
}

/* n keys of `format`, and one more that repeats number `again` (none when it is n). */
static void keys(size_t n, size_t again, const char *format, const char *why)
{
	struct buf b;

	buf_init(&b, SIZE_MAX);
	buf_adds(&b, "{");
	for (size_t i = 0; i < n; i++) {
		char name[100];

		snprintf(name, sizeof name, format, i);
		buf_addf(&b, "%s\"%s\":%zu", i ? "," : "", name, i);
	}
	if (again < n)
		buf_addf(&b, ",\"\\u006b%zu\":0", again);
	buf_adds(&b, "}");
	scan_one(buf_span(&b), why);
	buf_free(&b);
}

static void test_keys(void)
{
	static const size_t counts[] = {1, 2, 7, 8, 9, 63, 64, 1023, 1024, 1025, 5000, 100000};

	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		keys(counts[i], counts[i], "k%zu", OK);
		keys(counts[i], 0, "k%zu", twice);
		keys(counts[i], counts[i] / 2, "k%zu", twice);
		keys(counts[i], counts[i] - 1, "k%zu", twice);
		keys(counts[i], counts[i], "a name with the same head and tail %zu ends here", OK);
	}
}

int main(void)
{
	prog_init("scan_test");
	test_documents();
	test_nesting();
	test_keys();
	return check_end();
}
