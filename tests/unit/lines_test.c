/* Streams in: lines of any length however they arrive, and the protocol of their end. */

#include "base/die.h"
#include "base/file.h"
#include "stream/input.h"
#include "check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* ---- input ---- */

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
        "stdin: not sealed: no end record came, so rows may be missing; set "
        "LEADPIPE_SEAL=1 for the whole pipe, or give --no-seal if no row can be missing"},
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
		check(in.error.status == inputs[i].status && in.rows == inputs[i].rows,
		    inputs[i].text);
		check(strcmp(in.error.text, inputs[i].why) == 0, in.error.text);
		check(!input_next(&in, &line), "input: no row after the end");
		input_free(&in);
		done(child);
	}
}

int main(void)
{
	prog_init("lines_test");
	test_lines();
	test_long_lines();
	test_files();
	test_input();
	return check_end();
}
