/* The loop of every row filter: what comes out, what is rejected, how it ends. */

#include "base/die.h"
#include "base/file.h"
#include "stream/filter.h"
#include "check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Copies a row without its field "drop"; "bad" is rejected, "skip" skipped, "fail" ends the run. */
static enum step copy(
    void *ctx, const struct row *row, struct span line, struct buf *out, struct bad *bad)
{
	const char *comma = "";

	(void)ctx;
	(void)line;
	buf_addc(out, '{');
	for (size_t i = 0; i < row->n; i++) {
		const struct field *f = &row->fields[i];

		*bad = (struct bad){.field = f->name, .reason = "not wanted"};
		if (span_eq(f->name, SPAN("bad")))
			return STEP_BAD;
		if (span_eq(f->name, SPAN("fail")))
			return STEP_FAIL;
		if (span_eq(f->name, SPAN("skip")))
			return STEP_SKIP;
		if (span_eq(f->name, SPAN("drop")))
			continue;
		buf_addf(out, "%s\"%.*s\":%.*s", comma, SPAN_ARG(f->name), SPAN_ARG(f->value));
		comma = ",";
	}
	buf_addc(out, '}');
	return STEP_WRITE;
}

#define FAILS(why, status)                                                                         \
	"{\"@end\":{\"ok\":false,\"tool\":\"filter_test\",\"error\":\"" why                        \
	"\",\"status\":" status "}}\n"
#define REJECT(line, field, row)                                                                   \
	"{\"line\":" line ",\"field\":\"" field "\",\"reason\":\"not wanted\","                    \
	"\"tool\":\"filter_test\",\"row\":" row "}\n"

static const struct {
	const char *in;
	bool seal, rejects;
	const char *limit;
	enum status status;
	const char *out, *rejected;
} runs[] = {
    {"", false, false, NULL, STATUS_OK, "", ""},
    {"{\"a\":1}\n\n{\"b\":8474.34}", false, false, NULL, STATUS_OK, "{\"a\":1}\n{\"b\":8474.34}\n",
        ""},
    {"{\"a\":1}\r\n{\"skip\":1}\r\n", false, false, NULL, STATUS_OK, "{\"a\":1}\n", ""},
    /* bad rows */
    {"{\"a\":1}\n{\"a\":2,\"bad\":1}\n{\"a\":3}\n", false, false, NULL, STATUS_DATA,
        "{\"a\":1}\n" FAILS("stdin:2: field bad: not wanted", "65"), ""},
    {"{\"a\":1}\n{\"a\":2,\"bad\": 1}\n{\"a\":3}\n", false, true, NULL, STATUS_REJECTS,
        "{\"a\":1}\n{\"a\":3}\n", REJECT("2", "bad", "{\"a\":2,\"bad\": 1}")},
    {"{\"fail\":1}\n", false, true, NULL, STATUS_DATA,
        FAILS("stdin:1: field fail: not wanted", "65"), ""},
    {"x\"\xff\n[]\n", false, true, NULL, STATUS_REJECTS, "",
        "{\"line\":1,\"reason\":\"not "
        "JSON\",\"tool\":\"filter_test\",\"raw\":\"x\\\"\xef\xbf\xbd\"}\n"
        "{\"line\":2,\"reason\":\"not a JSON object\",\"tool\":\"filter_test\",\"raw\":\"[]\"}\n"},
    {"{\"a\":1,\"a\":2}\n", false, false, NULL, STATUS_DATA,
        FAILS("stdin:1: field a: duplicate key", "65"), ""},
    {"{\"a\":1}\n{\"a\":", false, true, NULL, STATUS_DATA,
        "{\"a\":1}\n" FAILS("stdin:2: ends in the middle of a row", "65"), ""},
    {"{\"drop\":1,\"@end\":{\"ok\":true}}\n", false, false, NULL, STATUS_DATA,
        FAILS("stdin:1: field @end: the name is reserved", "65"), ""},
    /* limits */
    {"{\"bad\":1}\n{\"a\":1}\n", false, true, "1", STATUS_OK, "{\"a\":1}\n",
        REJECT("1", "bad", "{\"bad\":1}")},
    {"{\"bad\":1}\n{\"a\":1}\n", false, true, "0", STATUS_DATA,
        FAILS("stdin:1: field bad: not wanted; more than --max-rejects 0 rows do not fit", "65"),
        REJECT("1", "bad", "{\"bad\":1}")},
    {"{\"bad\":1}\n{\"a\":1}\n", false, true, "50%", STATUS_OK, "{\"a\":1}\n",
        REJECT("1", "bad", "{\"bad\":1}")},
    {"{\"bad\":1}\n{\"a\":1}\n", false, true, "49.9%", STATUS_DATA,
        "{\"a\":1}\n" FAILS("1 of 2 rows do not fit: more than --max-rejects 49.9%", "65"),
        REJECT("1", "bad", "{\"bad\":1}")},
    {"{\"a\":1}\n", false, false, "1", STATUS_USAGE,
        FAILS("--max-rejects: needs --rejects FILE", "64"), ""},
    /* end records */
    {"{\"a\":1}\n{\"skip\":1}\n{\"@end\":{\"ok\":true,\"tool\":\"t\",\"rows\":2,\"watermark\":"
     "\"2026-11-22T23:59:58Z\"}}\n",
        true, false, NULL, STATUS_OK,
        "{\"a\":1}\n{\"@end\":{\"ok\":true,\"tool\":\"t\",\"rows\":1,\"watermark\":"
        "\"2026-11-22T23:59:58Z\"}}\n",
        ""},
    {"{\"a\":1}\n{\"@end\":{\"ok\":true,\"tool\":\"t\"}}\n", false, false, NULL, STATUS_OK,
        "{\"a\":1}\n{\"@end\":{\"ok\":true,\"tool\":\"t\",\"rows\":1}}\n", ""},
    {"{\"a\":1}\n{\"@end\":{\"ok\":false,\"tool\":\"t\",\"error\":\"page 3\"}}\n", false, true,
        NULL, STATUS_UPSTREAM,
        "{\"a\":1}\n{\"@end\":{\"ok\":false,\"tool\":\"t\",\"error\":\"page 3\"}}\n", ""},
    {"{\"@end\":{\"ok\":false,\"tool\":\"t\",\"error\":\"x\",\"status\":75,\"who\":\"a@b\"}}\n",
        false, true, NULL, STATUS_AGAIN,
        "{\"@end\":{\"ok\":false,\"tool\":\"t\",\"error\":\"x\",\"status\":75}}\n", ""},
    {"{\"a\":1}\nx\n{\"@end\":{\"ok\":true,\"tool\":\"t\",\"rows\":2,\"rejected\":5}}\n", false,
        true, "1", STATUS_OK,
        "{\"a\":1}\n{\"@end\":{\"ok\":true,\"tool\":\"t\",\"rows\":1,\"rejected\":6}}\n",
        "{\"line\":2,\"reason\":\"not JSON\",\"tool\":\"filter_test\",\"raw\":\"x\"}\n"},
    {"{\"a\":1}\n", true, false, NULL, STATUS_UPSTREAM,
        "{\"a\":1}\n" FAILS(
            "stdin: not sealed: no end record came, so rows may be missing; set "
            "LEADPIPE_SEAL=1 for the whole pipe, or give --no-seal if no row can be missing",
            "66"),
        ""},
};

static int temp_with(const char *text)
{
	int fd = file_temp();

	if (fd < 0 || !file_write(fd, text, strlen(text)) || lseek(fd, 0, SEEK_SET) != 0)
		exit(1);
	return fd;
}

static void read_back(int fd, char *text, size_t size)
{
	ssize_t n = pread(fd, text, size - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	close(fd);
}

/* In a child: stdin and stdout as given, stderr to nowhere. Its exit status. */
static int run(int in, int out, const struct filter_options *options)
{
	static struct filter f;
	pid_t child;
	int status;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		dup2(in, 0);
		dup2(out, 1);
		dup2(open("/dev/null", O_WRONLY), 2);
		filter_guard(&f);
		_exit((int)filter_run(&f, options, copy, NULL));
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void test_runs(void)
{
	char path[] = "/tmp/filter_test.XXXXXX", out[1000], rejected[1000];

	close(mkstemp(path));
	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
		struct args args = {.seal = runs[i].seal ? SEAL_ON : SEAL_UNSAID};
		struct filter_options options = {.max_line = 1000,
		    .args = &args,
		    .rejects = runs[i].rejects ? path : NULL,
		    .max_rejects = runs[i].limit};
		int from = temp_with(runs[i].in), to = temp_with(""),
		    fd = open(path, O_RDWR | O_TRUNC);

		check(run(from, to, &options) == (int)runs[i].status, runs[i].in);
		close(from);
		read_back(to, out, sizeof out);
		check(strcmp(out, runs[i].out) == 0, out);
		read_back(fd, rejected, sizeof rejected);
		check(strcmp(rejected, runs[i].rejected) == 0, rejected);
	}
	unlink(path);
}

static void test_files(void)
{
	char path[] = "/tmp/filter_test.XXXXXX", none[] = "/nonexistent/file", kept[10] = "";
	char *one[] = {path, NULL}, *missing[] = {none, NULL};
	int full = open("/dev/full", O_WRONLY), empty = temp_with(""), to = temp_with("");
	int fd = mkstemp(path);
	struct args args = {.seal = SEAL_UNSAID};
	struct filter_options options = {
	    .args = &args, .paths = one, .max_line = 1000, .rejects = path};

	check(file_write(fd, "{}\n", 3), "set up");
	check(run(empty, to, &options) == STATUS_USAGE, "rejects are the input");
	check(pread(fd, kept, sizeof kept - 1, 0) == 3, "the input is kept");
	options.rejects = NULL;
	check(run(empty, to, &options) == STATUS_OK, "a file");
	check(run(empty, full, &options) == STATUS_IO, "stdout: full");
	options.paths = missing;
	check(run(empty, to, &options) == STATUS_IO, "no such file");
	options.paths = one;
	options.rejects = none;
	check(run(empty, to, &options) == STATUS_CREATE, "rejects cannot be made");
	options.rejects = "/dev/full";
	check(lseek(fd, 0, SEEK_SET) == 0 && file_write(fd, "x\n", 2), "set up");
	check(run(empty, to, &options) == STATUS_IO, "rejects: full");
	close(fd);
	close(full);
	close(empty);
	close(to);
	unlink(path);
}

int main(void)
{
	prog_init("filter_test");
	test_runs();
	test_files();
	return check_end();
}
