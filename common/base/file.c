#define _GNU_SOURCE /* O_TMPFILE */
#include "base/file.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_AT_ONCE = 65536 };

static file_error read_all(int fd, struct buf *b)
{
	for (;;) {
		ssize_t got;
		size_t room = b->max - b->n < READ_AT_ONCE ? b->max - b->n : READ_AT_ONCE;
		char spare;

		if (room > 0 && !buf_reserve(b, room))
			return "too large";
		got = room > 0 ? read(fd, b->p + b->n, room) : read(fd, &spare, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return strerror(errno);
		if (got > 0 && room == 0)
			return "too large";
		if (got == 0)
			return NULL;
		b->n += (size_t)got;
	}
}

static file_error check_secret(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return strerror(errno);
	if (!S_ISREG(st.st_mode))
		return "not a regular file";
	if (st.st_mode & 077)
		return "group or others can read it: chmod 600 it";
	return NULL;
}

static file_error open_and_read(const char *path, struct buf *b, bool secret)
{
	bool standard = !secret && strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	file_error error = fd < 0 ? strerror(errno) : NULL;

	if (!error && secret)
		error = check_secret(fd);
	if (!error)
		error = read_all(fd, b);
	if (fd >= 0 && !standard)
		close(fd);
	return error;
}

file_error file_read(const char *path, struct buf *b)
{
	return open_and_read(path, b, false);
}

file_error file_read_secret(const char *path, struct buf *b)
{
	return open_and_read(path, b, true);
}

int file_temp(void)
{
	const char *dir = getenv("TMPDIR");
	char *name;
	int fd;

	if (!dir || !*dir)
		dir = "/tmp";
	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
		return fd;
	name = mem_format("%s/leadpipe.XXXXXX", dir);
	fd = mkostemp(name, O_CLOEXEC);
	if (fd >= 0)
		unlink(name);
	free(name);
	return fd;
}

FILE *file_temp_stream(void)
{
	int fd = file_temp(), error;
	FILE *file = fd >= 0 ? fdopen(fd, "w+") : NULL;

	if (fd >= 0 && !file) {
		error = errno;
		close(fd);
		errno = error;
	}
	return file;
}

ssize_t file_read_at(int fd, uint64_t at, void *to, size_t n)
{
	ssize_t got;

	do
		got = pread(fd, to, n, (off_t)at);
	while (got < 0 && errno == EINTR);
	return got;
}

bool file_write(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n > 0) {
		ssize_t put = write(fd, p, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		p += put;
		n -= (size_t)put;
	}
	return true;
}
