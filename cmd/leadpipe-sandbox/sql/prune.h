#ifndef SANDBOX_SQL_PRUNE_H
#define SANDBOX_SQL_PRUNE_H

/*
 * Which partitions of a table a statement reads: what a dry run counts, and what
 * requirePartitionFilter demands. A partition is passed over when a condition on the
 * partition column alone, against constants, cannot hold in it: =, <, <=, >, >=,
 * BETWEEN, IN, IN UNNEST, IS [NOT] NULL of the column, or of DATE(column) and _TRUNC
 * of it to no finer a unit; AND and OR of these. The result of a statement never
 * depends on it. (BigQuery docs: querying-partitioned-tables, using-dml-with-partitioned-tables.)
 */

#include "sql/tree.h"

/* The number of tables that the statement has named so far: a mark for prune_filter. */
size_t prune_mark(const struct sql *q);

/* The tables named since `from`, before `to`, are read where `condition` (bound, or NULL) holds. */
void prune_filter(struct sql *q, size_t from, size_t to, struct expr *condition);

/*
 * The bytes of the columns read, in the partitions read, of all tables. Fails the
 * statement for a table that demands a filter on its partition column and has none.
 */
int64_t prune_estimate(struct sql *q);

/* The partition column of a table, or NULL. */
const char *prune_column(const struct catalog_table *t);

/* SQLite's SQL for the id of a row's partition (storage/partitioning.h); NULL: not partitioned. */
const char *prune_id(struct sql *q, const struct catalog_table *t);

#endif
