#ifndef GAIO_FETCH_STATE_H
#define GAIO_FETCH_STATE_H

/*
 * The watermark in a file, for those who do not keep it in the warehouse. A run reads it,
 * and only --commit with the receipt of what was loaded moves it, so that a run whose rows
 * never arrived is fetched again.
 *
 *	{"resource":"leads","watermark":"2026-11-22T23:59:58Z"}
 */

#include "base/error.h"

#include <stdint.h>

/*
 * The watermark of that resource; a file that is not there has none. False and *error: 65,
 * 74, 77.
 */
bool state_read(
    const char *path, const char *resource, bool *has, int64_t *us, struct error *error);

/*
 * Moves it to the watermark of the receipt (its last line: a receipt, or an end record). It
 * never moves back. False and *error.
 */
bool state_commit(const char *path, const char *resource, const char *receipt, struct error *error);

#endif
