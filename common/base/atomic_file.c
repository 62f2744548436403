#include "base/atomic_file.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void release(struct atomic_file *f)
{
	int error = errno;

	if (f->fd >= 0)
		close(f->fd);
	free(f->path);
	free(f->temp);
	*f = (struct atomic_file){.fd = -1};
	errno = error;
}

static bool make_private(struct atomic_file *f)
{
	f->temp = mem_format("%s.new", f->path);
	unlink(f->temp);
	f->fd = open(f->temp, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return f->fd >= 0;
}

static mode_t usual_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

static bool make_shared(struct atomic_file *f, const struct stat *old)
{
	char *target = old ? realpath(f->path, NULL) : NULL;

	if (target) {
		free(f->path);
		f->path = target;
	}
	f->temp = mem_format("%s.XXXXXX", f->path);
	f->fd = mkstemp(f->temp);
	return f->fd >= 0 && fcntl(f->fd, F_SETFD, FD_CLOEXEC) == 0 &&
	       fchmod(f->fd, old ? old->st_mode & 07777 : usual_mode()) == 0;
}

bool atomic_file_open(struct atomic_file *f, const char *path, enum atomic_file_kind kind)
{
	struct stat st;
	bool there = stat(path, &st) == 0;

	*f = (struct atomic_file){.fd = -1};
	if (there && !S_ISREG(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
		return false;
	}
	f->path = mem_text(path);
	if (kind == ATOMIC_FILE_PRIVATE ? make_private(f) : make_shared(f, there ? &st : NULL))
		return true;
	if (f->fd >= 0)
		unlink(f->temp);
	release(f);
	return false;
}

bool atomic_file_sync_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *directory = slash ? mem_dup(path, (size_t)(slash - path) + 1) : mem_text(".");
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC), error;
	bool ok = fd >= 0 && fsync(fd) == 0;

	error = errno;
	if (fd >= 0)
		close(fd);
	free(directory);
	errno = error;
	return ok;
}

static bool conclude(struct atomic_file *f, bool placed)
{
	int error = errno;

	if (!placed)
		unlink(f->temp);
	errno = error;
	placed = placed && atomic_file_sync_directory(f->path);
	release(f);
	return placed;
}

bool atomic_file_commit(struct atomic_file *f)
{
	return conclude(f, fsync(f->fd) == 0 && rename(f->temp, f->path) == 0);
}

bool atomic_file_commit_new(struct atomic_file *f)
{
	bool ok = fsync(f->fd) == 0 && link(f->temp, f->path) == 0;

	if (ok)
		unlink(f->temp);
	return conclude(f, ok);
}

void atomic_file_drop(struct atomic_file *f)
{
	if (f->fd < 0 || !f->temp)
		return;
	unlink(f->temp);
	release(f);
}
