/* Rows, strings, writing, end records, rejects. */

#include "base/die.h"
#include "base/file.h"
#include "base/mem.h"
#include "stream/end.h"
#include "json/jstr.h"
#include "stream/reject.h"
#include "json/row.h"
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

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

static bool inside(struct span part, struct span text)
{
	return part.n > 0 && part.p >= text.p && part.p + part.n <= text.p + text.n;
}

/* Texts that scan never saw: cut short, or with one byte changed. Run it under ASan too. */
static void test_walking_anything(void)
{
	static const char whole[] = "{\"a\":[1,\"\\\"x\",{\"b\":[]}],\"c\":\"d\",\"e\":tr}";
	static const char changed[] = "\"\\{}[],: ";

	for (size_t n = 0; n < sizeof whole; n++)
		for (size_t k = 0; k < sizeof changed; k++) {
			struct span text = {mem_dup(whole, n), n}, rest = text, name, value;
			struct row row = {0};

			if (n > 0)
				memset((char *)(uintptr_t)text.p + n / 2, changed[k], 1);
			while (scan_item(&rest, &value))
				check(inside(value, text), "scan_item: outside the text");
			for (rest = text; scan_member(&rest, &name, &value);)
				check(inside(value, text) &&
				          (scan_type(value) != JSON_STRING ||
				              (value.n > 1 && value.p[value.n - 1] == '"')),
				    "scan_member: outside the text, or a string without its end");
			row_split(&row, text);
			row_free(&row);
			free((char *)(uintptr_t)text.p);
		}
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
	check(scan_value(&s, rest, &value, &type, &rest), "scan_value: rest");
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

/* ---- out ---- */

static void test_out(void)
{
	int fd = file_temp();
	struct error error = {.status = STATUS_OK};
	struct end end;
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
	end_of_failure(&end, STATUS_DATA, "x\xff\ny");
	end_fail(&o, &end);
	n = pread(fd, got, sizeof got - 1, 0);
	check(n > 0 && strcmp(got, "a\nc\n{\"@end\":{\"ok\":false,\"tool\":\"row_test\","
	                           "\"error\":\"x?"
	                           "?y\",\"status\":65}}\n") == 0,
	    got);
	fd = open("/dev/full", O_WRONLY);
	out_init(&o, fd);
	out_line(&o, SPAN("a"));
	check(!out_close(&o, &error) && o.error == ENOSPC, "out: /dev/full");
	out_init(&o, 987);
	check(!out_close(&o, &error) && o.error == EBADF, "out: closed descriptor");
}

/* ---- end ---- */

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
	    {"{\"@end\":{\"ok\":true,\"tool\":\"a@b.c\"}}", true, true},
	    {"{\"@end\":{\"ok\":true,\"watermark\":\"a@b.c\"}}", true, false},
	    {"{\"@end\":{\"ok\":true,\"since\":\"2026-11-22\"}}", true, false},
	    {"{\"@end\":{\"ok\":true,\"shard\":\"3/8\",\"masked\":\"0a\"}}", true, true},
	    {"{\"@end\":{\"ok\":true,\"shard\":\"3/\"}}", true, false},
	    {"{\"@end\":{\"ok\":true,\"masked\":\"joao\"}}", true, false},
	    {"{\"@end\":{\"ok\":false,\"status\":256}}", true, false},
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
	check(end_parse(SPAN("{\"@end\":{\"ok\":true,\"tool\":\"a-1\",\"rows\":12,\"watermark\":"
	                     "\"2026-11-22T23:59:58Z\"}}"),
	          &end) &&
	          end.ok && end.rows == 12 && strcmp(end.tool, "a-1") == 0 &&
	          strcmp(end.watermark, "2026-11-22T23:59:58Z") == 0,
	    "end_parse");
	check(end_parse(SPAN("{\"@end\":{\"ok\":true}}"), &end) && end.rows == END_UNCOUNTED,
	    "end_parse: uncounted");
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
		check(r.error.status == limits[i].status, limits[i].limit);
		reject_close(&r, 0);
	}
	reject_init(&r, NULL, "1");
	check(r.error.status == STATUS_USAGE, "reject: a limit without a file");
	reject_init(&r, "/nonexistent/file", NULL);
	check(r.error.status == STATUS_CREATE, "reject: no such folder");
}

static void test_reject(void)
{
	char path[] = "/tmp/row_test.XXXXXX", got[300] = "";
	int fd = mkstemp(path);
	struct bad bad = {.field = SPAN("s\"x"), .reason = "not a number"},
	           plain = {.reason = "not JSON"};
	struct reject r;
	struct stat st;

	check(fchmod(fd, 0644) == 0 && file_write(fd, "old", 3), "reject: set up");
	reject_init(&r, path, "1");
	check(
	    fstat(fd, &st) == 0 && st.st_size == 0 && (st.st_mode & 0777) == 0600, "reject: mode");
	check(reject_row(&r, "stdin", 17, &bad, SPAN("{\"s\": \"secret\"}"), true), "reject: one");
	check(!reject_row(&r, "stdin", 18, &plain, SPAN("{\xff\n"), false) &&
	          r.error.status == STATUS_DATA,
	    "reject: two");
	check(strcmp(r.error.text,
	          "stdin:18: not JSON; more than --max-rejects 1 rows do not fit") == 0,
	    r.error.text);
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
	check(strcmp(r.error.text, "stdin:17: field s\"x: not a number") == 0, r.error.text);
	reject_init(&r, "/dev/full", NULL);
	check(reject_row(&r, "stdin", 1, &bad, SPAN("{}"), true) && !reject_close(&r, 1) &&
	          r.error.status == STATUS_IO,
	    "reject: full");
	reject_init(&r, "/dev/null", "10%");
	check(reject_row(&r, "stdin", 1, &bad, SPAN("{}"), true) && reject_close(&r, 10), "10%");
	reject_init(&r, "/dev/null", "9.9%");
	check(reject_row(&r, "stdin", 1, &bad, SPAN("{}"), true) && !reject_close(&r, 10) &&
	          r.error.status == STATUS_DATA,
	    "9.9%");
}

int main(void)
{
	prog_init("row_test");
	test_walking();
	test_walking_anything();
	test_values();
	test_strings();
	test_out();
	test_end();
	test_limits();
	test_reject();
	return check_end();
}
