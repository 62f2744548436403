/* csv: what is read of a text, and what is written of a cell. */

#include "wire/csv.h"

#include <stdio.h>

/* Cells are joined by '_', records by '/'; a rule broken comes as '!'. */
static const struct {
	const char *text, *want;
} reads[] = {
    {"", ""},
    {"\n\r\n", ""},
    {"a,b\n1,2\n", "a_b/1_2/"},
    {"a,b\r\n1,2", "a_b/1_2/"},
    {"a,,\n", "a__/"},
    {",\n", "_/"},
    {"\"a\",\"\"\n", "a_/"},
    {"\"a \"\"q\"\"\",b\n", "a \"q\"_b/"},
    {"\"\"\"\"\n", "\"/"},
    {"\"a,\nb\r\nc\"\n", "a,\nb\r\nc/"},
    {"a\"b\n", "a\"b/"},
    {"\"a\"\r\nb\n", "a/b/"},
    {"\"a\"\"b\",\"c\"\"d\"\n", "a\"b_c\"d/"},
    {"a\n\"b", "a/!"},
    {"a\n\"b\"\"", "a/!"},
    {"\"a\" ,b\n", "!"},
    {"a\rb,c\n", "a\rb_c/"},
};

static const struct {
	const char *text, *want;
} writes[] = {
    {"", ""},
    {"plain", "plain"},
    {"a,b", "\"a,b\""},
    {"say \"x\"", "\"say \"\"x\"\"\""},
    {"a\r\nb\rc\nd", "\"a\nb\nc\nd\""},
    {"\r", "\"\n\""},
    {"\r\r\n", "\"\n\n\""},
    {" a", "\" a\""},
    {"\xc3\x9c", "\xc3\x9c"},
};

static int failed, passed;

static void check(struct span got, const char *want, const char *text)
{
	if (span_eq(got, span_of(want))) {
		passed++;
		return;
	}
	failed++;
	printf("csv: [%s]: got [%.*s], want [%s]\n", text, SPAN_ARG(got), want);
}

static void check_read(const char *text, const char *want)
{
	struct csv csv;
	struct buf got;

	buf_init(&got, 1000);
	csv_init(&csv, span_of(text), ',');
	while (csv_next(&csv)) {
		for (size_t i = 0; i < csv.n; i++) {
			buf_adds(&got, i > 0 ? "_" : "");
			buf_addspan(&got, csv.cells[i]);
		}
		buf_addc(&got, '/');
	}
	if (csv.why)
		buf_addc(&got, '!');
	check(buf_span(&got), want, text);
	csv_free(&csv);
	buf_free(&got);
}

int main(void)
{
	struct buf b;

	buf_init(&b, 1000);
	for (size_t i = 0; i < sizeof reads / sizeof *reads; i++)
		check_read(reads[i].text, reads[i].want);
	for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
		buf_clear(&b);
		csv_add(&b, span_of(writes[i].text), false);
		check(buf_span(&b), writes[i].want, writes[i].text);
	}
	buf_free(&b);
	printf("%d passed, %d failed\n", passed, failed);
	return failed > 0;
}
