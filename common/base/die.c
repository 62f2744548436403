#include "base/die.h"

#include "base/error.h"
#include "base/stop.h"
#include "base/text.h"
#include "base/time.h"

#include <stdarg.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MESSAGE_MAX = 2000, PROGRESS_EVERY_US = 100000 };

static char stderr_room[8192]; /* a message leaves in one write */

static struct {
	const char *name, *run_id, *trace;
	bool json, terminal, line_shown;
	int verbosity;
	int64_t started, shown_at;
	void (*speak)(enum status, const char *, void *);
	void *ctx;
} prog = {.name = "leadpipe", .run_id = "", .trace = ""};

static const char *env(const char *name)
{
	const char *value = getenv(name);
	return value ? value : "";
}

/* A label in the log: what it holds must not break a line of JSON. */
static const char *plain_env(const char *name)
{
	char *value = getenv(name);

	if (value)
		text_plain(value);
	return value ? value : "";
}

static bool is_pipe(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
}

/*
 * A file or socket that is opened later must never become a standard stream. The
 * stand-in has the wrong direction, so that reading or writing it fails with EBADF.
 */
static void occupy_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			_exit(STATUS_IO);
}

void prog_init(const char *name)
{
	const char *format = env("LEADPIPE_LOG");

	occupy_standard_streams();
	stop_init();
	setvbuf(stderr, stderr_room, _IOFBF, sizeof stderr_room);
	prog.name = name;
	prog.run_id = plain_env("LEADPIPE_RUN_ID");
	prog.trace = plain_env("LEADPIPE_TRACE");
	prog.json = strcmp(format, "json") == 0 ||
	            (!*format && (*env("CLOUD_RUN_JOB") || *env("K_SERVICE")));
	prog.terminal =
	    isatty(STDERR_FILENO) == 1 && !(is_pipe(STDIN_FILENO) && is_pipe(STDOUT_FILENO));
	prog.started = clock_mono();
	if (*format && strcmp(format, "json") != 0 && strcmp(format, "text") != 0)
		die(STATUS_CONFIG, "LEADPIPE_LOG: must be text or json");
}

const char *prog_name(void)
{
	return prog.name;
}

const char *prog_run_id(void)
{
	return prog.run_id;
}

void prog_verbosity(int level)
{
	prog.verbosity = level;
}

int prog_verbose(void)
{
	return prog.verbosity;
}

static void wipe_progress(void)
{
	if (prog.line_shown)
		fputs("\r\033[K", stderr);
	prog.line_shown = false;
}

static void put_quoted(const char *text)
{
	putc('"', stderr);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putc('\\', stderr);
		putc((unsigned char)*text < 0x20 ? ' ' : *text, stderr);
	}
	putc('"', stderr);
}

static void put_pair(const char *before, const char *key, const char *text)
{
	fputs(before, stderr);
	put_quoted(key);
	putc(':', stderr);
	put_quoted(text);
}

static void put_figure(const char *key, uint64_t n)
{
	fprintf(stderr, ",\"%s\":%ju", key, (uintmax_t)n);
}

static void put_json(const char *severity, const char *message, const struct summary *s)
{
	char now[TIME_TEXT];

	time_rfc3339(now, clock_now());
	put_pair("{", "severity", severity);
	put_pair(",", "message", message);
	put_pair(",", "time", now);
	if (*prog.trace)
		put_pair(",", "logging.googleapis.com/trace", prog.trace);
	if (s) {
		put_figure("rows_in", s->rows_in);
		put_figure("rows_out", s->rows_out);
		put_figure("rejected", s->rejected);
		put_figure("bytes", s->bytes);
		put_figure("retries", s->retries);
	}
	put_pair(",\"logging.googleapis.com/labels\":{", "tool", prog.name);
	if (*prog.run_id)
		put_pair(",", "run_id", prog.run_id);
	fputs("}}\n", stderr);
}

static void say(const char *severity, const char *message, const struct summary *s)
{
	char line[MESSAGE_MAX + 64];

	wipe_progress();
	snprintf(line, sizeof line, "%s: %.*s", prog.name, MESSAGE_MAX, message);
	text_plain(line);
	if (prog.json)
		put_json(severity, line, s);
	else
		fprintf(stderr, "%s\n", line);
	fflush(stderr);
}

static void sayv(const char *severity, const char *format, va_list args)
{
	char message[MESSAGE_MAX];

	vsnprintf(message, sizeof message, format, args);
	say(severity, message, NULL);
}

void die(enum status status, const char *format, ...)
{
	struct error error = {.status = status};
	va_list args;
	void (*speak)(enum status, const char *, void *) = prog.speak;

	va_start(args, format);
	vsnprintf(error.text, sizeof error.text, format, args);
	va_end(args);
	error_name_stop(&error);
	say("ERROR", error.text, NULL);
	prog.speak = NULL;
	if (speak) {
		text_plain(error.text);
		speak(error.status, error.text, prog.ctx);
	}
	exit(prog_end(error.status));
}

int prog_end(enum status status)
{
	if (status > STATUS_STOPPED && stop_signal())
		stop_die();
	return (int)status;
}

void complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	sayv("ERROR", format, args);
	va_end(args);
}

void warn(const char *format, ...)
{
	va_list args;

	if (prog.verbosity < 0)
		return;
	va_start(args, format);
	sayv("WARNING", format, args);
	va_end(args);
}

void inform(int level, const char *format, ...)
{
	va_list args;

	if (prog.verbosity < level)
		return;
	va_start(args, format);
	sayv("INFO", format, args);
	va_end(args);
}

void die_last_words(void (*speak)(enum status, const char *, void *), void *ctx)
{
	prog.speak = speak;
	prog.ctx = ctx;
}

static size_t figure(char *line, size_t at, uint64_t n, const char *one, const char *many)
{
	if (n == 0)
		return at;
	return at + (size_t)sprintf(
	                line + at, "%s%ju %s", at ? ", " : "", (uintmax_t)n, n == 1 ? one : many);
}

void summarise(const struct summary *s)
{
	char line[MESSAGE_MAX];
	size_t n = 0;

	if (prog.verbosity < 0)
		return;
	n = figure(line, n, s->rows_in, "row in", "rows in");
	n = figure(line, n, s->rows_out, n ? "out" : "row out", n ? "out" : "rows out");
	n = figure(line, n, s->rejected, "rejected", "rejected");
	if (n == 0 && !s->detail)
		n = (size_t)sprintf(line, "no rows");
	n = figure(line, n, s->bytes, "byte", "bytes");
	n = figure(line, n, s->retries, "retry", "retries");
	snprintf(line + n, sizeof line - n, "%s%s, %.1f s", n && s->detail ? ", " : "",
	    s->detail ? s->detail : "", (double)(clock_mono() - prog.started) / 1e6);
	say("INFO", line, s);
}

void progress(const char *format, ...)
{
	char line[200];
	va_list args;
	int64_t now = clock_mono();

	if (!prog.terminal || prog.json || prog.verbosity < 0 ||
	    now - prog.shown_at < PROGRESS_EVERY_US)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	text_plain(line);
	fprintf(stderr, "\r\033[K%s: %s", prog.name, line);
	fflush(stderr);
	prog.line_shown = true;
	prog.shown_at = now;
}
