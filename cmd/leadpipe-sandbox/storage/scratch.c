#include "storage/scratch.h"

#include "base/mem.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEPTH_MAX = 64 };

bool scratch_make(const char *dir, const char *prefix, char **path)
{
	const char *tmp = getenv("TMPDIR");

	if (!dir)
		dir = tmp && *tmp ? tmp : "/tmp";
	*path = mem_format("%s/%s.XXXXXX", dir, prefix);
	return mkdtemp(*path) != NULL;
}

/* `dir` is closed. */
static void empty(int dir, int depth)
{
	DIR *list = fdopendir(dir);
	const struct dirent *entry;

	while (list && (entry = readdir(list))) {
		const char *name = entry->d_name;
		int below;

		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
		    unlinkat(dir, name, 0) == 0 || depth == DEPTH_MAX)
			continue;
		below = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (below >= 0)
			empty(below, depth + 1);
		unlinkat(dir, name, AT_REMOVEDIR);
	}
	if (list)
		closedir(list);
	else
		close(dir);
}

void scratch_remove(const char *path)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (dir >= 0)
		empty(dir, 0);
	rmdir(path);
}
