#include "base/whole.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool whole_open(struct whole *w, const char *path)
{
	w->path = mem_text(path);
	w->temp = mem_format("%s.new", path);
	unlink(w->temp);
	w->fd = open(w->temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (w->fd >= 0)
		return true;
	free(w->path);
	free(w->temp);
	return false;
}

static void release(struct whole *w)
{
	if (w->fd >= 0)
		close(w->fd);
	free(w->path);
	free(w->temp);
	*w = (struct whole){.fd = -1};
}

bool whole_sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? mem_dup(path, (size_t)(slash - path) + 1) : mem_text(".");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	free(folder);
	return ok;
}

bool whole_commit(struct whole *w)
{
	bool ok = fsync(w->fd) == 0 && rename(w->temp, w->path) == 0;
	int error;

	if (!ok) {
		error = errno;
		unlink(w->temp);
	} else {
		ok = whole_sync_folder(w->path);
		error = errno;
	}
	release(w);
	errno = error;
	return ok;
}

void whole_drop(struct whole *w)
{
	unlink(w->temp);
	release(w);
}
