#ifndef SANDBOX_SQL_TY_H
#define SANDBOX_SQL_TY_H

/*
 * GoogleSQL's types: names, which one takes the place of which, and what a literal
 * becomes. INT64 coerces to NUMERIC, BIGNUMERIC and FLOAT64, NUMERIC to BIGNUMERIC
 * and FLOAT64, DATE to DATETIME; a literal or parameter further: STRING to a date,
 * time or timestamp, FLOAT64 to NUMERIC. NULL is of any type.
 */

#include "sql/tree.h"

struct ty ty_of(enum type kind);
struct ty ty_array(struct ty of);
struct ty ty_element(struct ty array);
struct ty ty_range(struct sql *q, struct ty of); /* RANGE<of> */
struct ty ty_range_of(struct ty range);
bool ty_same(struct ty a, struct ty b);

/* A column's type, and a type as a column (mode REPEATED for an array) of the arena. */
struct ty ty_column(const struct catalog_column *c);
struct catalog_column ty_as_column(struct sql *q, struct ty ty, struct span name);

/* "INT64", "ARRAY<STRUCT<a STRING>>" */
const char *ty_name(struct sql *q, struct ty ty);

/* "INT64, NULL": of bound arguments, for a message. */
const char *ty_names(struct sql *q, const struct list *exprs);

/* Can the bound expression stand where `to` is wanted, with no CAST written? */
bool ty_takes(const struct expr *e, struct ty to);

/* The expression as `to`: itself, a literal, or in an implicit CAST. ty_takes must hold. */
struct expr *ty_coerce(struct sql *q, struct expr *e, struct ty to);

/* The type that all of them coerce to; false when there is none. NULLs alone are INT64. */
bool ty_common(const struct list *exprs, size_t from, size_t step, struct ty *ty);

/* Is there a CAST from one to the other? */
bool ty_casts(struct ty from, struct ty to);

/* Are = and GROUP BY, or < and ORDER BY, defined for it? */
bool ty_groups(struct ty ty);
bool ty_orders(struct ty ty);
bool ty_is_number(struct ty ty);

/*
 * The stored text (as E_LITERAL has it) of a STRING as a value of `to`; NULL when it
 * is none.
 */
const char *ty_literal(struct sql *q, struct ty to, struct span text);

#endif
