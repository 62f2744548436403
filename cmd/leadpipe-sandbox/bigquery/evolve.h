#ifndef SANDBOX_BQ_EVOLVE_H
#define SANDBOX_BQ_EVOLVE_H

/* What a new schema may change. */

#include "bigquery/bq.h"
#include "storage/columns.h"

/* What a new schema may do to the one that is there. */
struct evolve {
	bool add, relax;   /* fields; REQUIRED to NULLABLE */
	bool whole;        /* it must name all fields (tables.patch) */
	const char *table; /* "p:d.t", for messages */
};

/*
 * The old columns with what `fresh` adds and relaxes, for catalog_alter; the caller
 * owns them. False: the message says why not.
 */
bool evolve_columns(const struct evolve *how, const struct catalog_column *old, size_t n_old,
    const struct catalog_column *fresh, size_t n_fresh, struct catalog_column **merged,
    size_t *n_merged, struct bq_error *e);

#endif
