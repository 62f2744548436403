#include "original.h"

#include "base/file.h"
#include "base/mem.h"
#include "stream/end.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { END_MAX = 64 << 10 };

static bool is_stdin(const char *path)
{
	return !path || strcmp(path, "-") == 0;
}

bool original_open(struct original *o, char *const *paths)
{
	const char *path = is_stdin(paths[0]) ? NULL : paths[0];

	*o = (struct original){.fd = -1, .path = path};
	if (paths[0] && paths[1])
		return false;
	o->fd = path ? open(path, O_RDONLY | O_CLOEXEC) : dup(STDIN_FILENO);
	if (o->fd >= 0 && fstat(o->fd, &o->was) == 0 && S_ISREG(o->was.st_mode) &&
	    (o->begin = path ? 0 : lseek(o->fd, 0, SEEK_CUR)) >= 0)
		return true;
	original_close(o);
	return false;
}

static bool has_changed(const struct original *o)
{
	struct stat now;

	return fstat(o->fd, &now) != 0 || now.st_size != o->was.st_size ||
	       now.st_mtim.tv_sec != o->was.st_mtim.tv_sec ||
	       now.st_mtim.tv_nsec != o->was.st_mtim.tv_nsec;
}

static ssize_t read_at(const struct original *o, uint64_t at, char *to, size_t n)
{
	return file_read_at(o->fd, (uint64_t)o->begin + at, to, n);
}

/* Nothing but one end record comes after the rows. */
static bool is_end(const struct original *o, uint64_t at, size_t n)
{
	char *text = mem_alloc(n + 1);
	struct span tail = {text, n};
	bool yes = n <= END_MAX && read_at(o, at, text, n) == (ssize_t)n;

	if (yes && text[n - 1] == '\n')
		tail.n--;
	yes = yes && end_is(tail) && !memchr(text, '\n', tail.n) && !memchr(text, '\r', tail.n);
	free(text);
	return yes;
}

bool original_is(struct original *o, uint64_t bytes)
{
	uint64_t size = (uint64_t)(o->was.st_size - o->begin);

	/* Whatever else the file holds (blank lines, \r, a byte order mark) makes it longer. */
	o->size = bytes;
	if (has_changed(o) || bytes > size)
		return false;
	return bytes == size ||
	       (size - bytes <= END_MAX && is_end(o, bytes, (size_t)(size - bytes)));
}

void original_rewind(struct original *o)
{
	lseek(o->fd, o->begin, SEEK_SET); /* stdin shares the place */
}

ssize_t original_read(void *ctx, uint64_t at, char *to, size_t n)
{
	struct original *o = ctx;
	uint64_t left = o->size - at;

	o->changed = o->changed || (n >= left && has_changed(o));
	if (o->changed) {
		errno = EIO;
		return -1;
	}
	return read_at(o, at, to, n < left ? n : (size_t)left);
}

void original_close(struct original *o)
{
	if (o->fd >= 0)
		close(o->fd);
	o->fd = -1;
}
