#ifndef BASE_WHOLE_H
#define BASE_WHOLE_H

/*
 * A file that appears whole or not at all: written beside its place, brought to
 * the disk, renamed over what stood there, and the folder brought to the disk
 * too. Whenever the process or the machine stops, the old file or the new one is
 * there. Mode 0600.
 *
 *	if (!whole_open(&w, path, false))
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

/*
 * `alone`: the caller holds a lock, so the file beside can have a fixed name
 * (PATH.new) and what a killed run left is written over. Else its name is
 * random, and a killed run leaves it behind. False and errno when it cannot be made.
 */
bool whole_open(struct whole *w, const char *path, bool alone);

/* Puts it in its place. False and errno when it cannot; the old file is then still there. */
bool whole_commit(struct whole *w);

/* Gives it up; the old file stays. */
void whole_drop(struct whole *w);

#endif
