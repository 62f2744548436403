#ifndef BQ_LOAD_COLUMNS_H
#define BQ_LOAD_COLUMNS_H

/*
 * The columns that rows bring and the contract does not name (the `evolve` mode
 * of the stage before), in its RECORDs too: found while the rows go by, so that the
 * load job's schema can add them. Their types are those of schema/infer, as in the
 * contract that the stage before grows. Names compare without case, as BigQuery's do.
 */

#include "schema/contract.h"
#include "schema/infer.h"
#include "wire/jdoc.h"

struct new_columns {
	/* private */
	struct infer in;
	bool settled;
};

/* `have`: the fields of a table whose columns stay, or NULL. */
void columns_init(struct new_columns *c, const struct contract *contract, const jdoc *have);

/* The load has begun: from now on a row with a new column is refused. */
void columns_settle(struct new_columns *c);

/* Looks at a row. NULL, or the rule that its field *bad breaks. */
const char *columns_see(struct new_columns *c, const struct row *row, struct span *bad);

/*
 * `fields`, those of the contract and of the table, with the new ones behind them: NULLABLE or
 * REPEATED. The
 * caller frees.
 */
jdoc *columns_join(const struct new_columns *c, const jdoc *fields);

void columns_free(struct new_columns *c);

#endif
