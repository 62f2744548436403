#ifndef BQ_LOAD_COLUMNS_H
#define BQ_LOAD_COLUMNS_H

/*
 * The columns that rows bring and the contract does not name (the `evolve` mode
 * of the stage before): found while the rows go by, so that the load job's schema
 * can add them. Names compare without case, as BigQuery's do.
 *
 * A type is taken from what was seen: STRING, INT64, NUMERIC (whole numbers of 16
 * digits and more), FLOAT64, BOOL; JSON for objects, arrays and mixed kinds; STRING
 * when there was nothing but null.
 */

#include "base/map.h"
#include "schema/contract.h"
#include "json/row.h"
#include "wire/jdoc.h"

struct column {
	char *name;
	size_t n;
	bool known;    /* the contract names it, or the table has it */
	unsigned seen; /* kinds of values, private */
};

struct columns {
	struct column *list;
	size_t n, cap;
	/* private */
	struct map map; /* of places in list */
	size_t *hints;  /* where the i-th field of the last row was found */
	size_t n_hints;
	struct buf scratch;
};

/* `have`: the fields of a table whose columns stay, or NULL. */
void columns_init(struct columns *c, const struct contract *contract, const jdoc *have);

/* Looks at a row. NULL, or the rule that its field *bad breaks. */
const char *columns_see(struct columns *c, const struct row *row, struct span *bad);

/* Pushes the columns that are not known to `fields`, NULLABLE. */
void columns_push(const struct columns *c, jdoc *fields);

void columns_free(struct columns *c);

#endif
