#ifndef NORMALIZE_SAVE_H
#define NORMALIZE_SAVE_H

/*
 * Files that appear whole or not at all: written beside the place they are for,
 * synced, then renamed. A symbolic link at `path` keeps being one.
 */

#include "base/span.h"

/* Ends the program (STATUS_CREATE) when a file of that name can surely not be written. */
void save_check(const char *path);

/* Writes the file. Ends the program with STATUS_CREATE or STATUS_IO when it cannot. */
void save(const char *path, struct span text);

#endif
