#include "stream/lines.h"

#include "base/guard.h"
#include "base/mem.h"
#include "base/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

enum { BLOCK = 128 * 1024, LINE_END = 2 };

static char *const standard_input[] = {(char[]){"-"}, NULL};

void lines_init(struct lines *l, char *const *paths, size_t max)
{
	*l = (struct lines){.name = "stdin",
	    .paths = paths && *paths ? paths : standard_input,
	    .fd = -1,
	    .block = mem_resize(NULL, BLOCK, 1),
	    .cap = BLOCK,
	    .max = max < SIZE_MAX / 4 ? max : SIZE_MAX / 4};
	for (char *const *path = l->paths; *path; path++)
		guard_enter(*path);
}

static void close_file(struct lines *l)
{
	if (l->open && l->fd != STDIN_FILENO)
		close(l->fd);
	l->open = false;
}

static bool open_file(struct lines *l)
{
	bool standard = strcmp(*l->paths, "-") == 0;

	l->name = standard ? "stdin" : *l->paths;
	l->fd = standard ? STDIN_FILENO : open(*l->paths, O_RDONLY | O_CLOEXEC);
	l->open = l->fd >= 0;
	l->at_end = false;
	l->number = 0;
	l->from = l->to = l->seen = 0;
	if (l->open) {
		l->paths++;
		l->files++;
	}
	return l->open;
}

/* Room after `to`: what was handed out is forgotten first; a long line makes the block grow. */
static void make_room(struct lines *l)
{
	size_t most = l->max + LINE_END > BLOCK ? l->max + LINE_END : BLOCK;

	if (l->from > 0) {
		memmove(l->block, l->block + l->from, l->to - l->from);
		l->to -= l->from;
		l->from = 0;
	}
	if (l->to < l->cap)
		return;
	l->cap = l->cap < most / 2 ? l->cap * 2 : most;
	l->block = mem_resize(l->block, l->cap, 1);
}

static bool read_more(struct lines *l)
{
	ssize_t got;

	make_room(l);
	while ((got = read(l->fd, l->block + l->to, l->cap - l->to)) < 0) {
		struct pollfd wait = {.fd = l->fd, .events = POLLIN};

		if (errno == EAGAIN)
			poll(&wait, 1, -1);
		else if (errno != EINTR)
			return false;
		if (stop_signal()) {
			errno = EINTR;
			return false;
		}
	}
	l->to += (size_t)got;
	l->bytes += (size_t)got;
	l->at_end = got == 0;
	return true;
}

/* The n bytes from `from` on are the next line; `mark` bytes after them end it. */
static enum lines_got hand_out(struct lines *l, size_t n, size_t mark, struct span *line)
{
	struct span s = {l->block + l->from, n};

	if (mark > 0 && s.n > 0 && s.p[s.n - 1] == '\r')
		s.n--;
	if (l->number == 0 && span_starts(s, SPAN("\xef\xbb\xbf")))
		s = span_skip(s, 3);
	l->number++;
	if (s.n > l->max)
		return LINES_LONG;
	l->from += n + mark;
	l->seen = 0;
	l->cut = mark == 0;
	*line = s;
	return LINES_LINE;
}

static enum lines_got next_line(struct lines *l, struct span *line)
{
	for (;;) {
		size_t left = l->to - l->from;
		const char *from = l->block + l->from;
		const char *mark =
		    left > l->seen ? memchr(from + l->seen, '\n', left - l->seen) : NULL;

		if (mark)
			return hand_out(l, (size_t)(mark - from), 1, line);
		l->seen = left;
		if (l->at_end)
			return left > 0 ? hand_out(l, left, 0, line) : LINES_END;
		if (left >= l->max + LINE_END) {
			l->number++;
			return LINES_LONG;
		}
		if (!read_more(l))
			return LINES_FAIL;
	}
}

enum lines_got lines_next(struct lines *l, struct span *line)
{
	for (;;) {
		enum lines_got got = l->open ? next_line(l, line) : LINES_END;

		if (got != LINES_END)
			return got;
		close_file(l);
		if (!*l->paths)
			return LINES_END;
		if (!open_file(l))
			return LINES_FAIL;
	}
}

bool lines_waiting(const struct lines *l)
{
	struct pollfd in = {.fd = l->fd, .events = POLLIN};

	return l->open && !l->at_end && !memchr(l->block + l->from, '\n', l->to - l->from) &&
	       poll(&in, 1, 0) == 0;
}

void lines_free(struct lines *l)
{
	close_file(l);
	free(l->block);
	*l = (struct lines){.name = "stdin", .paths = standard_input + 1, .fd = -1};
}
