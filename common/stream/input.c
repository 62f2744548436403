#include "stream/input.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

void input_init(struct input *in, char *const *paths, size_t max_line, bool seal)
{
	*in = (struct input){.seal = seal};
	lines_init(&in->lines, paths, max_line);
}

__attribute__((format(printf, 3, 4))) static bool broken(
    struct input *in, enum status status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(in->why, sizeof in->why, format, args);
	va_end(args);
	in->status = status;
	return false;
}

static bool broken_here(struct input *in, const char *rule)
{
	return broken(
	    in, STATUS_DATA, "%s:%ju: %s", in->lines.name, (uintmax_t)in->lines.number, rule);
}

/* The stream ends with `line`. */
static bool take_end(struct input *in, struct span line)
{
	struct end *end = &in->end;

	if (!end_parse(line, end))
		return broken_here(
		    in, in->lines.cut ? "ends in the middle of a row" : "malformed end record");
	if (!end->ok) {
		if (!*end->error)
			snprintf(end->error, sizeof end->error, "failed without saying why");
		return broken(in, STATUS_UPSTREAM, "%s: %s failed: %s", in->lines.name,
		    *end->tool ? end->tool : "the stage before", end->error);
	}
	if (end->rows != END_UNCOUNTED && end->rows != in->rows)
		return broken(in, STATUS_UPSTREAM,
		    "%s: not complete: the end record counts %ju rows, but %ju came",
		    in->lines.name, (uintmax_t)end->rows, (uintmax_t)in->rows);
	in->ended = true;
	return true;
}

static bool no_more(struct input *in)
{
	if (in->seal && !in->ended)
		return broken(in, STATUS_UPSTREAM,
		    "%s: not sealed: no end record came, so rows may be missing; run the stages "
		    "before with --seal, or this one without it",
		    in->lines.name);
	return false;
}

static bool unreadable(struct input *in)
{
	enum status status = errno == EACCES || errno == EPERM ? STATUS_DENIED : STATUS_IO;

	return broken(in, status, "%s: %s", in->lines.name, strerror(errno));
}

static bool is_blank(struct span line)
{
	return line.n == 0 || ((unsigned char)*line.p <= ' ' && span_trim(line).n == 0);
}

bool input_next(struct input *in, struct span *line)
{
	while (!in->status) {
		switch (lines_next(&in->lines, line)) {
		case LINES_END: return no_more(in);
		case LINES_FAIL: return unreadable(in);
		case LINES_LONG:
			return broken(in, STATUS_DATA, "%s:%ju: longer than %zu bytes",
			    in->lines.name, (uintmax_t)in->lines.number, in->lines.max);
		case LINES_LINE: break;
		}
		if (is_blank(*line))
			continue;
		if (in->ended)
			return broken_here(in, "a line after the end record");
		if (!end_is(*line)) {
			in->rows++;
			return true;
		}
		take_end(in, *line);
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
