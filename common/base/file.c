#define _GNU_SOURCE /* O_TMPFILE */
#include "base/file.h"

#include "base/time.h"
#include "base/guard.h"
#include "base/mem.h"
#include "base/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { READ_AT_ONCE = 65536, GROUPS_MOST = 16384, SECRET_WAIT_US = 5000000 };

/* Bytes of a pipe, within the time that is left for it; a deadline of 0 waits for ever. */
static ssize_t read_some(int fd, char *to, size_t n, int64_t deadline)
{
	for (;;) {
		int64_t left = deadline ? (deadline - clock_mono()) / 1000 : -1;
		struct pollfd waiting = {.fd = fd, .events = POLLIN};
		ssize_t got = -1;

		errno = ETIMEDOUT;
		if (deadline && (left <= 0 || poll(&waiting, 1, (int)left) == 0))
			return -1;
		got = read(fd, to, n);
		if (got >= 0 || (errno != EINTR && errno != EAGAIN) || stop_signal())
			return got;
	}
}

static file_error read_all(int fd, struct buf *b, int64_t deadline)
{
	for (;;) {
		ssize_t got;
		size_t room = b->max - b->n < READ_AT_ONCE ? b->max - b->n : READ_AT_ONCE;
		char spare;

		if (room > 0 && !buf_reserve(b, room))
			return "too large";
		got = room > 0 ? read_some(fd, b->p + b->n, room, deadline)
		               : read_some(fd, &spare, 1, deadline);
		if (got < 0)
			return errno == ETIMEDOUT ? "nothing came through this pipe within 5 s"
			                          : strerror(errno);
		if (got > 0 && room == 0)
			return "too large";
		if (got == 0)
			return NULL;
		b->n += (size_t)got;
	}
}

file_error file_read(const char *path, struct buf *b)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	file_error error;

	if (fd < 0)
		return strerror(errno);
	guard_enter_fd(standard ? "stdin" : path, fd);
	error = read_all(fd, b, 0);
	if (!standard)
		close(fd);
	return error;
}

/* ---- secrets ---- */

static bool is_read_only(int fd)
{
	struct statvfs fs;

	return fstatvfs(fd, &fs) == 0 && (fs.f_flag & ST_RDONLY);
}

static bool is_in_private_directory(const char *path)
{
	char *real = realpath(path, NULL), *slash = real ? strrchr(real, '/') : NULL;
	struct stat st;
	bool yes;

	if (slash)
		slash[slash == real] = '\0';
	yes = slash && stat(real, &st) == 0 && st.st_uid == geteuid() && !(st.st_mode & 077);
	free(real);
	return yes;
}

static bool is_our_group(gid_t group)
{
	gid_t list[GROUPS_MOST];
	int n = getgroups(GROUPS_MOST, list);
	bool found = group == getegid();

	for (int i = 0; i < n; i++)
		found |= list[i] == group;
	return found;
}

static file_error check_secret(int fd, const char *path)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return strerror(errno);
	if (S_ISFIFO(st.st_mode))
		return NULL;
	if (!S_ISREG(st.st_mode))
		return "neither a regular file nor a pipe";
	if (st.st_mode & 022)
		return "group or others can write it: chmod 600 it";
	if (!(st.st_mode & 044) || is_read_only(fd) || is_in_private_directory(path))
		return NULL;
	if (st.st_mode & 004)
		return "others can read it: chmod 600 it";
	return is_our_group(st.st_gid) ? NULL : "another group can read it: chmod 600 it";
}

/* `path` is where its directory is looked up. */
static file_error read_secret(int fd, const char *path, struct buf *b)
{
	file_error error = check_secret(fd, path);

	if (!error)
		error = read_all(fd, b, clock_mono() + SECRET_WAIT_US);
	close(fd);
	return error;
}

file_error file_read_secret(const char *path, struct buf *b)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return strerror(errno);
	guard_enter_fd(path, fd);
	return read_secret(fd, path, b);
}

file_error file_read_secret_fd(int fd, struct buf *b)
{
	char path[64];

	if (fcntl(fd, F_GETFD) < 0)
		return strerror(errno);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	guard_enter_fd(path, fd);
	return read_secret(fd, path, b);
}

/* ---- temporary files ---- */

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

/* Waits until a descriptor that does not block takes bytes again. */
static bool wait_for_room(int fd)
{
	struct pollfd room = {.fd = fd, .events = POLLOUT};

	return poll(&room, 1, -1) >= 0 || errno == EINTR;
}

bool file_write(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n > 0) {
		ssize_t put = write(fd, p, n);

		if (put < 0 && stop_expired())
			return false;
		if (put < 0 && errno != EINTR && (errno != EAGAIN || !wait_for_room(fd)))
			return false;
		if (put > 0) {
			p += put;
			n -= (size_t)put;
		}
	}
	return true;
}
