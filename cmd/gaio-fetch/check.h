#ifndef GAIO_FETCH_CHECK_H
#define GAIO_FETCH_CHECK_H

/*
 * --check: reads the source file and prints the requests that it would make, without
 * secrets and without the network.
 */

#include "ask.h"

#include <stdio.h>

/* One resource, or NULL: all of them. False and *error. */
bool check_source(const char *path, const char *resource, const struct ask_values *values, FILE *to,
    struct error *error);

#endif
