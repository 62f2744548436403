#ifndef BASE_GUARD_H
#define BASE_GUARD_H

/*
 * Which files this program uses, so that no output can destroy one of them: rows,
 * contract, key, state and the other outputs. file.h and lines.h enter what they read
 * by themselves. Two names are the same file when device and inode are the same; a file
 * that does not exist yet is looked up again by its name.
 *
 *	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);       not O_TRUNC
 *	if ((other = guard_conflict(path, fd)))
 *		...                                    path is also `other`: usage error
 *	guard_enter(path);
 *	ftruncate(fd, 0);
 */

#include <stdbool.h>

/* Enters a file by its name; "-" is stdin. */
void guard_enter(const char *path);

/* Enters what a descriptor is open on, under that name. Only regular files count. */
void guard_enter_fd(const char *name, int fd);

/*
 * The name of a file entered before that is the one `fd` is open on, or NULL. `path` is
 * looked up instead where fd is -1.
 */
const char *guard_conflict(const char *path, int fd);

#endif
