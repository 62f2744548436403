#ifndef GAIO_FETCH_VARIABLE_H
#define GAIO_FETCH_VARIABLE_H

/* {env.NAME} in a source file: a variable of the environment that is not a secret. */

#include "base/buf.h"
#include "base/error.h"

/*
 * Is `name` (between braces) such a placeholder? Then *value is it, or *error (78) where it is
 * not set.
 */
bool variable_of(struct span name, struct span *value, struct error *error);

/* The text with all of them filled in; the caller frees. */
char *variable_fill(struct span text, struct error *error);

#endif
