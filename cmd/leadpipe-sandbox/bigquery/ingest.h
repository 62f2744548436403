#ifndef SANDBOX_BQ_INGEST_H
#define SANDBOX_BQ_INGEST_H

/* Rows in. */

#include "json/row.h"
#include "storage/catalog.h"
#include "storage/value.h"

/* One INSERT into a table, prepared once. */
struct bq_ingest {
	const struct catalog_table *table;
	struct value_in in;
	/* private */
	sqlite3_stmt *stmt;
	struct span *values;
	struct buf scratch;
};

void ingest_open(
    struct bq_ingest *g, struct store *s, const struct catalog_table *table, bool ignore_unknown);

/*
 * Stores one row. NULL, or the rule it breaks (value_say with g->in.field); then nothing is
 * stored.
 */
const char *ingest_row(struct bq_ingest *g, const struct row *row);
void ingest_close(struct bq_ingest *g);

#endif
