#ifndef SANDBOX_SQL_FUNC_H
#define SANDBOX_SQL_FUNC_H

/*
 * The functions of the subset: their names, what they take, what they give, and
 * how SQLite is told. One row per signature, rows of a name together.
 *
 * A signature is one letter per argument:
 *	s STRING  b BYTES  i INT64  f FLOAT64  n NUMERIC  N BIGNUMERIC  o BOOL
 *	d DATE  T TIME  m DATETIME  t TIMESTAMP  j JSON
 *	x a type T, the same in all its places   X a T that can be sorted
 *	a ARRAY<T>   y any type at all
 *	V INTERVAL (a value)
 *	S I F Q D M J  ARRAY of STRING, INT64, FLOAT64, NUMERIC, DATE, TIMESTAMP, JSON
 *	p a date part (DAY ...)   v INTERVAL n part   c a literal text, for a JSON path
 * | says that the rest may be absent, * that the last one repeats.
 */

#include "sql/ty.h"

enum func_kind { FUNC_SCALAR, FUNC_AGGREGATE, FUNC_WINDOW };

struct func {
	const char *name;
	const char *args;
	char result; /* a letter as above */
	const char
	    *sql; /* SQLite's function, or a text with %1 ... %* for arguments; NULL: refused */
	enum func_kind kind;
};

/* The rows of dates and times; the rest is in func.c. Both end with a zero name. */
extern const struct func func_times[];

/* The first row of that name, or NULL; the table's rows of one name follow one another. */
const struct func *func_find(struct span name);

/* Finds f's row that takes the arguments; coerces them, sets e->func and e->ty. False: none. */
bool func_match(struct sql *q, const struct func *f, struct expr *e);

#endif
