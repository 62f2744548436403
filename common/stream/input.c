#include "stream/input.h"

#include "base/stop.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

void input_init(struct input *in, char *const *paths, size_t max_line, bool demand)
{
	*in = (struct input){.demand = demand};
	lines_init(&in->lines, paths, max_line);
}

bool input_is_stdin(char *const *paths)
{
	if (!paths || !*paths)
		return true;
	for (; *paths; paths++)
		if (strcmp(*paths, "-") == 0)
			return true;
	return false;
}

static bool is_pipe(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}

bool input_demands(char *const *paths, enum seal seal)
{
	if (!input_is_stdin(paths))
		return false;
	return seal == SEAL_ON || (seal == SEAL_UNSAID && is_pipe(STDIN_FILENO));
}

static bool broken_here(struct input *in, const char *rule)
{
	return error_set(&in->error, STATUS_DATA, "%s:%ju: %s", in->lines.name,
	    (uintmax_t)in->lines.number, rule);
}

static bool is_stdin(const struct input *in)
{
	return in->lines.fd == STDIN_FILENO;
}

static bool upstream_failed(struct input *in)
{
	struct end *end = &in->end;
	bool passing = end->status == STATUS_AGAIN;

	if (!*end->error)
		snprintf(end->error, sizeof end->error, "failed without saying why");
	in->relayed = true;
	return error_set(&in->error, passing ? STATUS_AGAIN : STATUS_UPSTREAM, "%s: %s failed: %s",
	    in->lines.name, *end->tool ? end->tool : "the stage before", end->error);
}

/* The file ends with `line`. */
static bool take_end(struct input *in, struct span line)
{
	uint64_t rows = in->rows - in->rows_before;
	struct end end;

	if (!end_parse(line, &end))
		return broken_here(
		    in, in->lines.cut ? "ends in the middle of a row" : "malformed end record");
	if (in->ended_files > 0 && end.ok)
		end_join(&in->end, &end);
	else
		in->end = end;
	if (!end.ok)
		return upstream_failed(in);
	if (end.rows != END_UNCOUNTED && end.rows != rows)
		return error_set(&in->error, STATUS_UPSTREAM,
		    "%s: not complete: the end record counts %ju rows, but %ju came",
		    in->lines.name, (uintmax_t)end.rows, (uintmax_t)rows);
	in->ended_files++;
	in->file_ended = true;
	in->stdin_ended |= is_stdin(in);
	return true;
}

static bool no_more(struct input *in)
{
	in->ended = in->ended_files > 0 && in->ended_files == in->lines.files;
	if (!in->demand || in->stdin_ended)
		return false;
	return error_set(&in->error, STATUS_UPSTREAM,
	    "stdin: not sealed: no end record came, so rows may be missing; set "
	    "LEADPIPE_SEAL=1 for the whole pipe, or give --no-seal if no row can be missing");
}

static bool stopped(struct input *in)
{
	error_name_stop(&in->error);
	return false;
}

static bool unreadable(struct input *in)
{
	enum status status = errno == EACCES || errno == EPERM ? STATUS_DENIED : STATUS_IO;

	if (stop_signal())
		return stopped(in);
	return error_set(&in->error, status, "%s: %s", in->lines.name, strerror(errno));
}

static bool is_blank(struct span line)
{
	return line.n == 0 || ((unsigned char)*line.p <= ' ' && span_trim(line).n == 0);
}

/* A line that is not blank. False when the row is not to be handed out. */
static bool take_line(struct input *in, struct span line)
{
	if (in->file != in->lines.files) {
		in->file = in->lines.files;
		in->file_ended = false;
		in->rows_before = in->rows;
	}
	if (in->file_ended)
		return broken_here(in, "a line after the end record");
	if (end_is(line)) {
		take_end(in, line);
		return false;
	}
	in->rows++;
	return true;
}

bool input_next(struct input *in, struct span *line)
{
	while (!in->error.status) {
		if (stop_signal())
			return stopped(in);
		switch (lines_next(&in->lines, line)) {
		case LINES_END: return no_more(in);
		case LINES_FAIL: return unreadable(in);
		case LINES_LONG:
			return error_set(&in->error, STATUS_DATA, "%s:%ju: longer than %zu bytes",
			    in->lines.name, (uintmax_t)in->lines.number, in->lines.max);
		case LINES_LINE:
			if (!is_blank(*line) && take_line(in, *line))
				return true;
		}
	}
	return false;
}

bool input_was_cut(struct input *in)
{
	if (in->lines.cut)
		broken_here(in, "ends in the middle of a row");
	return in->lines.cut;
}

void input_free(struct input *in)
{
	lines_free(&in->lines);
}
