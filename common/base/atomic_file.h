#ifndef BASE_ATOMIC_FILE_H
#define BASE_ATOMIC_FILE_H

/*
 * A file that appears whole or not at all: written beside its place, brought to the
 * disk, renamed over what was there, and its directory brought to the disk too.
 * Whenever the process or the machine stops, the old file or the new one is there.
 *
 *	if (!atomic_file_open(&f, path, ATOMIC_FILE_SHARED))
 *		...                                     errno
 *	file_write(f.fd, bytes, n);
 *	if (!atomic_file_commit(&f))                    or atomic_file_drop(&f)
 *		...                                     errno
 */

#include <stdbool.h>

enum atomic_file_kind {
	/* Mode 0600, and a symbolic link at `path` is replaced. The caller holds a lock on
	 * the path, so a file that a killed run left beside it is removed. */
	ATOMIC_FILE_PRIVATE,
	/* The mode of the file that was there, else as the umask says; a symbolic link at
	 * `path` stays, and what it points to is replaced. */
	ATOMIC_FILE_SHARED,
};

struct atomic_file {
	int fd; /* to write to */
	/* private */
	char *path, *temp;
};

/* False and errno when the file beside it cannot be made, or `path` is not a regular file. */
bool atomic_file_open(struct atomic_file *f, const char *path, enum atomic_file_kind kind);

/* Puts it in its place. False and errno when it cannot; the old file is then still there. */
bool atomic_file_commit(struct atomic_file *f);

/* The same, but a file that is there already is kept: false, errno EEXIST. */
bool atomic_file_commit_new(struct atomic_file *f);

/* Gives it up; the old file stays. Does nothing where none is open. */
void atomic_file_drop(struct atomic_file *f);

/* Brings the directory of `path` to the disk, so that a new name in it stays. False and errno. */
bool atomic_file_sync_directory(const char *path);

#endif
