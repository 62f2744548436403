#ifndef BASE_ERROR_H
#define BASE_ERROR_H

/*
 * Why something failed: an exit status and one line for people. Functions below cmd
 * return false and fill one of these; a program's main, the filter loop and the sink
 * loop decide what to do about it. The text names the thing first, then the rule
 * broken, and never holds a value or a secret.
 *
 *	if (fd < 0)
 *		return error_set(error, STATUS_CREATE, "%s: %s", path, strerror(errno));
 */

#include "base/status.h"

#include <stdbool.h>

enum { ERROR_TEXT = 1024 }; /* bytes, the NUL included; a longer text is cut */

struct error {
	enum status status; /* STATUS_OK: nothing failed */
	char text[ERROR_TEXT];
};

/* Fills it, and returns false. The first error stays: a later one does not replace it. */
bool error_set(struct error *error, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Takes over another module's status and text; returns false. */
bool error_copy(struct error *error, const struct error *from);

/*
 * Where a signal asked the program to stop, that is the reason for whatever failed: the
 * status becomes that of the signal, and the text begins with it.
 */
void error_name_stop(struct error *error);

#endif
