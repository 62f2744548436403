/* Vectors for the row wing: scan, row, jstr, lines, out, end, input, reject. */

#include "base/die.h"
#include "base/file.h"
#include "base/mem.h"
#include "row/input.h"
#include "row/jstr.h"
#include "row/reject.h"
#include "row/row.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int passed, failed;

static void check(bool good, const char *what)
{
	if (good) {
		passed++;
		return;
	}
	failed++;
	printf("failed: %.120s\n", what);
}

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

/* ---- walking what was scanned ---- */

static void test_walking(void)
{
	struct span text = SPAN(" { \"a\" : [1, \"]\\\"\" ,{\"x\":[]}, [ ] ] , \"b\\u0062\":{ } ,"
	                        "\"c\":\"\\\\\",\"d\":-1.5e3}");
	static const char *const items[] = {"1", "\"]\\\"\"", "{\"x\":[]}", "[ ]"};
	struct row row = {0}, nested = {0};
	struct span rest, item;
	size_t n = 0;

	check(!row_parse(&row, text) && row.n == 4, "row_parse: four fields");
	check(span_eq(row.fields[1].name, SPAN("b\\u0062")) && !row.fields[1].plain &&
	          row.fields[0].plain,
	    "row_parse: raw names");
	check(span_eq(row.fields[1].value, SPAN("{ }")), "row_parse: value without white space");
	check(row.fields[3].type == JSON_NUMBER && span_eq(row.fields[3].value, SPAN("-1.5e3")),
	    "row_parse: number");
	check(row_find(&row, SPAN("bb")) == &row.fields[1], "row_find: unescaped");
	check(row_find(&row, SPAN("d")) == &row.fields[3] && !row_find(&row, SPAN("bbb")) &&
	          !row_find(&row, SPAN("b")),
	    "row_find");
	for (rest = row.fields[0].value; scan_item(&rest, &item); n++)
		check(n < 4 && span_eq(item, span_of(items[n])), "scan_item");
	check(n == 4, "scan_item: four items");
	row_split(&nested, text);
	check(nested.n == row.n, "row_split: as many fields");
	for (size_t i = 0; i < nested.n && i < row.n; i++)
		check(span_eq(nested.fields[i].name, row.fields[i].name) &&
		          span_eq(nested.fields[i].value, row.fields[i].value) &&
		          nested.fields[i].type == row.fields[i].type &&
		          nested.fields[i].plain == row.fields[i].plain,
		    "row_split: same fields");
	row_split(&nested, SPAN("{}"));
	check(nested.n == 0, "row_split: empty");
	row_free(&row);
	row_free(&nested);
}

/* Several values in one text. */
static void test_values(void)
{
	struct scan s = {0};
	struct span rest = SPAN(" {\"a\":1} [2]3 x"), value;
	enum json type;

	check(!scan_value(&s, rest, &value, &type, &rest) && type == JSON_OBJECT &&
	          span_eq(value, SPAN("{\"a\":1}")),
	    "scan_value: object");
	check(
	    !scan_value(&s, rest, &value, &type, &rest) && type == JSON_ARRAY, "scan_value: array");
	check(!scan_value(&s, rest, &value, &type, &rest) && span_eq(rest, SPAN(" x")),
	    "scan_value: number");
	check(same_rule(scan_value(&s, rest, &value, &type, &rest), no), "scan_value: rest");
	scan_free(&s);
}

/* ---- jstr ---- */

static const struct {
	struct span raw, text, quoted;
} strings[] = {
#define S(raw, text, quoted)                                                                       \
	{                                                                                          \
		{(raw), sizeof(raw) - 1}, {(text), sizeof(text) - 1},                              \
		{                                                                                  \
			(quoted), sizeof(quoted) - 1                                               \
		}                                                                                  \
	}
    S("\"\"", "", "\"\""),
    S("\"abc\"", "abc", "\"abc\""),
    S("\"\\u0061\\/\\\\\"", "a/\\", "\"a/\\\\\""),
    S("\"\\b\\f\\n\\r\\t\\\"\"", "\b\f\n\r\t\"", "\"\\b\\f\\n\\r\\t\\\"\""),
    S("\"\\u0000x\"", "\0x", "\"\\u0000x\""),
    S("\"\\u001F\x7f\"", "\x1f\x7f", "\"\\u001f\x7f\""),
    S("\"\\u00e3\\u20AC\"", "\xc3\xa3\xe2\x82\xac", "\"\xc3\xa3\xe2\x82\xac\""),
    S("\"\\ud83D\\uDE00!\"", "\xf0\x9f\x98\x80!", "\"\xf0\x9f\x98\x80!\""),
    S("\"\\udbff\\udfff\"", "\xf4\x8f\xbf\xbf", "\"\xf4\x8f\xbf\xbf\""),
    S("\"0123456789\\n0123456789\"", "0123456789\n0123456789", "\"0123456789\\n0123456789\""),
};

static void test_strings(void)
{
	struct buf scratch, out;
	struct span any = SPAN("a\xff\xc3\xa3\xc3\n\xed\xa0\x80\"");

	buf_init(&scratch, 1000);
	buf_init(&out, 1000);
	for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
		buf_clear(&out);
		check(span_eq(jstr_text(strings[i].raw, &scratch), strings[i].text),
		    strings[i].raw.p);
		jstr_quote(&out, strings[i].text);
		check(span_eq(buf_span(&out), strings[i].quoted), strings[i].quoted.p);
	}
	buf_clear(&out);
	jstr_quote_any(&out, any);
	check(span_eq(buf_span(&out), SPAN("\"a\xef\xbf\xbd\xc3\xa3\xef\xbf\xbd\\n\xef\xbf\xbd"
	                                   "\xef\xbf\xbd\xef\xbf\xbd\\\"\"")),
	    "jstr_quote_any");
	buf_free(&out);
	buf_free(&scratch);
}

/* ---- lines ---- */

/* stdin becomes a pipe into which `text` is written `piece` bytes at a time. */
static pid_t feed(struct span text, size_t piece)
{
	int ends[2];
	pid_t child;

	if (pipe(ends) < 0)
		exit(1);
	fflush(stdout);
	child = fork();
	if (child == 0) {
		close(ends[0]);
		for (size_t i = 0; i < text.n; i += piece)
			if (!file_write(
			        ends[1], text.p + i, text.n - i < piece ? text.n - i : piece))
				_exit(1);
		_exit(0);
	}
	dup2(ends[0], 0);
	close(ends[0]);
	close(ends[1]);
	return child;
}

static void done(pid_t child)
{
	int null = open("/dev/null", O_RDONLY);

	dup2(null, 0);
	close(null);
	waitpid(child, NULL, 0);
}

static const struct {
	struct span text;
	const char *lines; /* joined by | */
	bool cut;
} streams[] = {
#define L(text, lines, cut)                                                                        \
	{                                                                                          \
		{(text), sizeof(text) - 1}, (lines), (cut)                                         \
	}
    L("", "", false),
    L("a\n", "a|", false),
    L("a", "a|", true),
    L("\n", "|", false),
    L("a\nb\n", "a|b|", false),
    L("a\r\nb\r\n", "a|b|", false),
    L("a\r\nb\r", "a|b\r|", true),
    L("\xef\xbb\xbf"
      "a\n\xef\xbb\xbf"
      "b\n",
        "a|\xef\xbb\xbf"
        "b|",
        false),
    L("\xef\xbb\xbf"
      "a",
        "a|", true),
    L("\r\n\r\n", "||", false),
    L("a\n\nb", "a||b|", true),
    L("a\rb\n", "a\rb|", false),
};

static void read_lines(struct span text, size_t piece, const char *want, bool cut)
{
	pid_t child = feed(text, piece);
	struct lines l;
	struct span line;
	struct buf got;
	uint64_t n = 0;

	buf_init(&got, 10000);
	lines_init(&l, NULL, 100);
	while (lines_next(&l, &line) == LINES_LINE) {
		buf_addspan(&got, line);
		buf_addc(&got, '|');
		check(l.number == ++n, "lines: number");
	}
	check(span_eq(buf_span(&got), span_of(want)), want);
	check(l.cut == cut && l.bytes == text.n, "lines: cut, bytes");
	lines_free(&l);
	buf_free(&got);
	done(child);
}

static void test_lines(void)
{
	for (size_t i = 0; i < sizeof streams / sizeof *streams; i++)
		for (size_t piece = 1; piece < 4; piece++)
			read_lines(streams[i].text, piece, streams[i].lines, streams[i].cut);
}

/* A line of n bytes, then a short one, where `max` are allowed. */
static void long_line(size_t n, size_t max, const char *mark, enum lines_got want)
{
	struct buf b;
	struct lines l;
	struct span line;
	pid_t child;

	buf_init(&b, SIZE_MAX);
	buf_reserve(&b, n + 10);
	memset(b.p, 'x', n);
	b.n = n;
	buf_adds(&b, mark);
	buf_adds(&b, *mark ? "y\n" : "");
	child = feed(buf_span(&b), 60000);
	lines_init(&l, NULL, max);
	check(lines_next(&l, &line) == want && l.number == 1, "lines: a long line");
	check(want != LINES_LINE || line.n == n, "lines: length");
	if (want == LINES_LINE && *mark)
		check(
		    lines_next(&l, &line) == LINES_LINE && span_eq(line, SPAN("y")), "lines: next");
	check(l.cap <= (max + 2 > 128 * 1024 ? max + 2 : 128 * 1024), "lines: memory");
	lines_free(&l);
	buf_free(&b);
	done(child);
}

static void test_long_lines(void)
{
	static const size_t maxima[] = {1, 100, 131071, 131072, 300000, 1000000};

	for (size_t i = 0; i < sizeof maxima / sizeof *maxima; i++) {
		size_t max = maxima[i];

		long_line(max, max, "\n", LINES_LINE);
		long_line(max, max, "\r\n", LINES_LINE);
		long_line(max, max, "", LINES_LINE);
		long_line(max + 1, max, "\n", LINES_LONG);
		long_line(max + 1, max, "\r\n", LINES_LONG);
		long_line(max + 1, max, "", LINES_LONG);
		long_line(max * 3, max, "\n", LINES_LONG);
	}
}

static void test_files(void)
{
	char one[] = "/tmp/row_test.XXXXXX", none[] = "/nonexistent/file", standard[] = "-";
	char *paths[] = {one, standard, one, none, NULL};
	int fd = mkstemp(one);
	pid_t child = feed(SPAN("s\n"), 1);
	struct lines l;
	struct span line;

	check(file_write(fd,
	          "\xef\xbb\xbf"
	          "f",
	          4),
	    "file_write");
	lines_init(&l, paths, 100);
	check(lines_next(&l, &line) == LINES_LINE && span_eq(line, SPAN("f")) && l.cut &&
	          strcmp(l.name, one) == 0,
	    "lines: file");
	check(lines_next(&l, &line) == LINES_LINE && span_eq(line, SPAN("s")) && !l.cut &&
	          strcmp(l.name, "stdin") == 0 && l.number == 1,
	    "lines: stdin");
	check(lines_next(&l, &line) == LINES_LINE && span_eq(line, SPAN("f")), "lines: file again");
	check(lines_next(&l, &line) == LINES_FAIL && strcmp(l.name, none) == 0, "lines: no file");
	lines_free(&l);
	close(fd);
	unlink(one);
	done(child);
}

/* ---- out ---- */

static void test_out(void)
{
	int fd = file_temp();
	struct out o;
	char got[200] = "";
	ssize_t n;

	out_init(&o, fd);
	buf_adds(&o.buf, "{\"lost\":1}");
	out_undo(&o);
	out_line(&o, SPAN("a"));
	out_hold(&o);
	out_line(&o, SPAN("b"));
	check(out_flush(&o) && o.rows == 2, "out: flush while on hold");
	out_drop(&o);
	check(o.rows == 1 && o.bytes == 2, "out: drop");
	out_hold(&o);
	out_line(&o, SPAN("c"));
	out_release(&o);
	buf_adds(&o.buf, "half");
	check(out_flush(&o) && o.rows == 2 && o.bytes == 4, "out: release");
	end_fail(&o, "t", "x\xff\ny");
	n = pread(fd, got, sizeof got - 1, 0);
	check(n > 0 && strcmp(got, "a\nc\n{\"@end\":{\"ok\":false,\"tool\":\"t\",\"error\":"
	                           "\"x\xef\xbf\xbd\\ny\"}}\n") == 0,
	    "out: end_fail");
	check(out_close(&o), "out: close");
	fd = open("/dev/full", O_WRONLY);
	out_init(&o, fd);
	out_line(&o, SPAN("a"));
	check(!out_close(&o) && o.error == ENOSPC, "out: /dev/full");
	out_init(&o, 987);
	check(!out_close(&o) && o.error == EBADF, "out: closed descriptor");
}

/* ---- end and input ---- */

static void test_end(void)
{
	static const struct {
		const char *line;
		bool is, good;
	} ends[] = {
	    {"{\"@end\":{\"ok\":true}}", true, true},
	    {" { \"@end\" : { \"ok\" : false , \"new\":[1] } } ", true, true},
	    {"{\"@end\":{\"ok\":1}}", true, false},
	    {"{\"@end\":{}}", true, false},
	    {"{\"@end\":[]}", true, false},
	    {"{\"@end\":{\"ok\":true},\"x\":1}", true, false},
	    {"{\"@end\":{\"ok\":true,\"rows\":-1}}", true, false},
	    {"{\"@end\":{\"ok\":true,\"rows\":1.0}}", true, false},
	    {"{\"@end\":{\"ok\":true,\"rows\":\"1\"}}", true, false},
	    {"{\"@end\":{\"ok\":true,\"rows\":99999999999999999999}}", true, false},
	    {"{\"@end\":{\"ok\":true,\"tool\":7}}", true, false},
	    {"{\"@end\":{\"ok\":true", true, false},
	    {"{\"@end\"", true, false},
	    {"{\"@ends\":1}", false, false},
	    {"{\"a\":\"@end\"}", false, false},
	    {"[]", false, false},
	    {"", false, false},
	    {"{", false, false},
	};
	struct end end;

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		check(end_is(span_of(ends[i].line)) == ends[i].is, ends[i].line);
		check(!ends[i].is || end_parse(span_of(ends[i].line), &end) == ends[i].good,
		    ends[i].line);
	}
	check(end_parse(SPAN("{\"@end\":{\"ok\":true,\"tool\":\"a\\n\",\"rows\":12,\"watermark\":"
	                     "\"w\"}}"),
	          &end) &&
	          end.ok && end.rows == 12 && strcmp(end.tool, "a\n") == 0 &&
	          strcmp(end.watermark, "w") == 0,
	    "end_parse");
	check(end_parse(SPAN("{\"@end\":{\"ok\":true}}"), &end) && end.rows == END_UNCOUNTED,
	    "end_parse: uncounted");
}

static const struct {
	const char *text;
	bool seal;
	uint64_t rows;
	enum status status;
	const char *why;
} inputs[] = {
    {"", false, 0, 0, ""},
    {"{}\n\n \t\n{}", false, 2, 0, ""},
    {"{}\n", true, 1, STATUS_UPSTREAM,
        "stdin: not sealed: no end record came, so rows may be missing; run the stages before "
        "with --seal, or this one without it"},
    {"{}\n{\"@end\":{\"ok\":true,\"rows\":1}}\n\n", true, 1, 0, ""},
    {"{}\n{\"@end\":{\"ok\":true}}", true, 1, 0, ""},
    {"{\"@end\":{\"ok\":true,\"rows\":0}}\n", false, 0, 0, ""},
    {"{}\n{\"@end\":{\"ok\":true,\"rows\":2}}\n", false, 1, STATUS_UPSTREAM,
        "stdin: not complete: the end record counts 2 rows, but 1 came"},
    {"{}\n{\"@end\":{\"ok\":false,\"tool\":\"t\",\"error\":\"page 3\"}}\n{}\n", false, 1,
        STATUS_UPSTREAM, "stdin: t failed: page 3"},
    {"{\"@end\":{\"ok\":false}}\n", false, 0, STATUS_UPSTREAM,
        "stdin: the stage before failed: failed without saying why"},
    {"{\"@end\":{\"ok\":true}}\n{}\n", false, 0, STATUS_DATA,
        "stdin:2: a line after the end record"},
    {"{}\n{\"@end\":7}\n", false, 1, STATUS_DATA, "stdin:2: malformed end record"},
    {"{}\n{\"@end\":{\"ok", false, 1, STATUS_DATA, "stdin:2: ends in the middle of a row"},
    {"{}\n{\"a\":\"0123456789012345678901234567890123456789012345678901234567890\"}\n", false, 1,
        STATUS_DATA, "stdin:2: longer than 60 bytes"},
};

static void test_input(void)
{
	for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
		pid_t child = feed(span_of(inputs[i].text), 7);
		struct input in;
		struct span line;

		input_init(&in, NULL, 60, inputs[i].seal);
		while (input_next(&in, &line))
			;
		check(in.status == inputs[i].status && in.rows == inputs[i].rows, inputs[i].text);
		check(strcmp(in.why, inputs[i].why) == 0, in.why);
		check(!input_next(&in, &line), "input: no row after the end");
		input_free(&in);
		done(child);
	}
}

/* ---- reject ---- */

static void test_limits(void)
{
	static const struct {
		const char *limit;
		enum status status;
	} limits[] = {{"0", 0}, {"12", 0}, {"5%", 0}, {"0.5%", 0}, {"100%", 0}, {"", STATUS_USAGE},
	    {"-1", STATUS_USAGE}, {"x", STATUS_USAGE}, {"1x", STATUS_USAGE}, {"101%", STATUS_USAGE},
	    {"5%%", STATUS_USAGE}, {"1.5", STATUS_USAGE}, {"1.", STATUS_USAGE},
	    {"%", STATUS_USAGE}};
	struct reject r;

	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		reject_init(&r, "/dev/null", limits[i].limit);
		check(r.status == limits[i].status, limits[i].limit);
		reject_close(&r, 0);
	}
	reject_init(&r, NULL, "1");
	check(r.status == STATUS_USAGE, "reject: a limit without a file");
	reject_init(&r, "/nonexistent/file", NULL);
	check(r.status == STATUS_CREATE, "reject: no such folder");
}

static void test_reject(void)
{
	char path[] = "/tmp/row_test.XXXXXX", got[300] = "";
	int fd = mkstemp(path);
	struct bad bad = {SPAN("s\"x"), "not a number"}, plain = {{0}, "not JSON"};
	struct reject r;
	struct stat st;

	check(fchmod(fd, 0644) == 0 && file_write(fd, "old", 3), "reject: set up");
	reject_init(&r, path, "1");
	check(
	    fstat(fd, &st) == 0 && st.st_size == 0 && (st.st_mode & 0777) == 0600, "reject: mode");
	check(reject_row(&r, "stdin", 17, &bad, SPAN("{\"s\": \"secret\"}"), true), "reject: one");
	check(
	    !reject_row(&r, "stdin", 18, &plain, SPAN("{\xff\n"), false) && r.status == STATUS_DATA,
	    "reject: two");
	check(strcmp(r.why, "stdin:18: not JSON; more than --max-rejects 1 rows do not fit") == 0,
	    r.why);
	check(!reject_close(&r, 20), "reject: close keeps the failure");
	check(pread(fd, got, sizeof got - 1, 0) > 0 &&
	          strcmp(got,
	              "{\"line\":17,\"field\":\"s\\\"x\",\"reason\":\"not a number\",\"tool\":"
	              "\"row_test\",\"row\":{\"s\": \"secret\"}}\n{\"line\":18,\"reason\":"
	              "\"not JSON\",\"tool\":\"row_test\",\"raw\":\"{\xef\xbf\xbd\\n\"}\n") == 0,
	    got);
	close(fd);
	unlink(path);
	reject_init(&r, NULL, NULL);
	check(!reject_row(&r, "stdin", 17, &bad, SPAN("{}"), true), "reject: no file");
	check(strcmp(r.why, "stdin:17: field s\"x: not a number") == 0, r.why);
	reject_init(&r, "/dev/full", NULL);
	check(reject_row(&r, "stdin", 1, &bad, SPAN("{}"), true) && !reject_close(&r, 1) &&
	          r.status == STATUS_IO,
	    "reject: full");
	reject_init(&r, "/dev/null", "10%");
	check(reject_row(&r, "stdin", 1, &bad, SPAN("{}"), true) && reject_close(&r, 10), "10%");
	reject_init(&r, "/dev/null", "9.9%");
	check(reject_row(&r, "stdin", 1, &bad, SPAN("{}"), true) && !reject_close(&r, 10) &&
	          r.status == STATUS_DATA,
	    "9.9%");
}

int main(void)
{
	prog_init("row_test");
	test_documents();
	test_nesting();
	test_keys();
	test_walking();
	test_values();
	test_strings();
	test_lines();
	test_long_lines();
	test_files();
	test_out();
	test_end();
	test_input();
	test_limits();
	test_reject();
	printf("%d passed, %d failed\n", passed, failed);
	return failed > 0;
}
