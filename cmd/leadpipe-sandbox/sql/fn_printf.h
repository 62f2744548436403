#ifndef SANDBOX_SQL_FN_PRINTF_H
#define SANDBOX_SQL_FN_PRINTF_H

/*
 * What the two rooms of FORMAT, GoogleSQL's printf, share.
 * Source: cloud.google.com/bigquery/docs/reference/standard-sql/string_functions#format_string.
 */

#include "sql/fn.h"

/* %[flags][width][.precision]letter */
struct item {
	bool left, plus, space, sharp, zero, group;
	int64_t width, precision; /* -1: none */
	char letter;
};

struct work {
	struct span rest;  /* of the format */
	const char *kinds; /* for each argument: s b i f n o j; d t: a time, as STRING */
	sqlite3_value **v;
	int n, at;
	bool null; /* so is the result */
	struct buf out;
	char *error;
};

/* The next argument, where it is of one of these kinds; NULL: it is not (an error), or NULL, and so is the result. */
sqlite3_value *printf_take(struct work *w, const char *kinds, char letter);

/* False, with the error (of sqlite3_mprintf). */
bool printf_fail(struct work *w, char *error);

/* Adds the text in the item's width, behind `head` (a sign), which zeros do not precede. */
void printf_put(struct work *w, const struct item *it, const char *head, struct span text);

/* The next argument, by %d %i %o %x %X, and by %f %F %e %E %g %G. False: an error. */
bool printf_int(struct work *w, struct item *it);
bool printf_real(struct work *w, struct item *it);

#endif
