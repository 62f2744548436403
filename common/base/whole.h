#ifndef BASE_WHOLE_H
#define BASE_WHOLE_H

/*
 * A file that appears whole or not at all: written beside its place (PATH.new),
 * brought to the disk, renamed over what stood there, and the folder brought to the
 * disk too. Whenever the process or the machine stops, the old file or the new one is
 * there. Mode 0600. The caller holds a lock that keeps others from the same path; what
 * a killed run left beside is removed; a link that stands there is not followed.
 *
 *	if (!whole_open(&w, path))
 *		...                               errno
 *	file_write(w.fd, bytes, n);
 *	if (!whole_commit(&w))                    or whole_drop(&w)
 *		...                               errno
 */

#include <stdbool.h>

struct whole {
	int fd; /* to write to */
	/* private */
	char *path, *temp;
};

/* False and errno when the file beside cannot be made. */
bool whole_open(struct whole *w, const char *path);

/* Puts it in its place. False and errno when it cannot; the old file is then still there. */
bool whole_commit(struct whole *w);

/* Gives it up; the old file stays. */
void whole_drop(struct whole *w);

/* Brings the folder that a path is in to the disk, so that a new name in it stays. False and errno. */
bool whole_sync_folder(const char *path);

#endif
