#ifndef GAIO_FETCH_STAMP_H
#define GAIO_FETCH_STAMP_H

/* Times as an API writes them: the formats of the source file. */

#include "api.h"
#include "base/time.h"

enum { STAMP_TEXT = 48 };

/* The text of an instant; what the format cannot hold is cut off. Returns its length. */
size_t stamp_write(char text[STAMP_TEXT], enum api_format format, int64_t us);

/* A JSON value: a string, or a number for the epochs. False: it is not a time of that format. */
bool stamp_read(struct span raw, enum api_format format, int64_t *us);

/* The least difference that the format can write, in microseconds. */
int64_t stamp_unit(enum api_format format);

/* Is it written as a number? */
bool stamp_is_number(enum api_format format);

#endif
