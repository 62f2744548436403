#ifndef DIFF_LETTERS_H
#define DIFF_LETTERS_H

/* The file of --dead-letter: rows that a sink refused too often, byte for byte. */

#include "base/error.h"

#include <stdio.h>

/* No other file of the program may be it. `path` NULL: there is none. False: 64. */
bool letters_guard(const char *path, struct error *error);

/* Puts what was written to the stream in the place of the file (mode 0600). False: 73, 74. */
bool letters_keep(FILE *rows, const char *path, struct error *error);

#endif
