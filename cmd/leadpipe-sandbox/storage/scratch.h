#ifndef SANDBOX_SCRATCH_H
#define SANDBOX_SCRATCH_H

/* Private temporary directories (mode 0700) that disappear with the sandbox. */

#include <stdbool.h>

/*
 * Makes DIR/PREFIX.XXXXXX, where DIR is $TMPDIR or /tmp when it is NULL. Sets *path (the caller
 * frees it); false and errno when it cannot be made.
 */
bool scratch_make(const char *dir, const char *prefix, char **path);

/* Removes the directory and everything below it, without following links. Best effort. */
void scratch_remove(const char *path);

#endif
