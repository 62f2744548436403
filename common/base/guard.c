#include "base/guard.h"

#include "base/mem.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct used_file {
	char *name;
	bool there; /* it existed when it was entered */
	dev_t device;
	ino_t inode;
};

static struct {
	struct used_file *list;
	size_t n;
} used;

static void enter(const char *name, const struct stat *st)
{
	used.list = mem_resize(used.list, used.n + 1, sizeof *used.list);
	used.list[used.n++] = (struct used_file){.name = mem_text(name),
	    .there = st != NULL,
	    .device = st ? st->st_dev : 0,
	    .inode = st ? st->st_ino : 0};
}

void guard_enter_fd(const char *name, int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		enter(name, &st);
}

void guard_enter(const char *path)
{
	struct stat st;

	if (strcmp(path, "-") == 0)
		guard_enter_fd("stdin", STDIN_FILENO);
	else if (stat(path, &st) < 0)
		enter(path, NULL);
	else if (S_ISREG(st.st_mode))
		enter(path, &st);
}

static bool is_same(const struct used_file *f, const struct stat *st)
{
	struct stat now;

	if (f->there && f->device == st->st_dev && f->inode == st->st_ino)
		return true;
	return stat(f->name, &now) == 0 && now.st_dev == st->st_dev && now.st_ino == st->st_ino;
}

const char *guard_conflict(const char *path, int fd)
{
	struct stat st;

	if ((fd >= 0 ? fstat(fd, &st) : stat(path, &st)) < 0) {
		for (size_t i = 0; i < used.n; i++)
			if (strcmp(used.list[i].name, path) == 0)
				return used.list[i].name;
		return NULL;
	}
	for (size_t i = 0; i < used.n; i++)
		if (S_ISREG(st.st_mode) && is_same(&used.list[i], &st))
			return used.list[i].name;
	return NULL;
}
