#include "save.h"

#include "base/die.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/whole.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void save_check(const char *path)
{
	char *copy = mem_text(path), *folder = dirname(copy);
	struct stat st;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		die(STATUS_CREATE, "%s: not a regular file", path);
	if (access(folder, W_OK | X_OK) < 0)
		die(STATUS_CREATE, "%s: %s", path, strerror(errno));
	free(copy);
}

/* A file that was there keeps its mode. */
static int create(const char *temp, const char *target)
{
	struct stat st;
	int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);

	if (fd >= 0 && stat(target, &st) == 0)
		fchmod(fd, st.st_mode & 07777);
	return fd;
}

void save(const char *path, struct span text)
{
	char *real = realpath(path, NULL);
	const char *target = real ? real : path;
	char *temp = mem_format("%s.%ld.tmp", target, (long)getpid());
	int fd = create(temp, target);
	bool good;

	if (fd < 0)
		die(STATUS_CREATE, "%s: %s", path, strerror(errno));
	good = file_write(fd, text.p, text.n) && fsync(fd) == 0;
	good = close(fd) == 0 && good;
	if (!good || rename(temp, target) < 0) {
		int error = errno;

		unlink(temp);
		die(STATUS_IO, "%s: %s", path, strerror(error));
	}
	whole_sync_folder(target);
	free(temp);
	free(real);
}
