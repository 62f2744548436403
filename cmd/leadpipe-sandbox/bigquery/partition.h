#ifndef SANDBOX_BQ_PARTITION_H
#define SANDBOX_BQ_PARTITION_H

/* What partitioning and clustering may name. */

#include "bigquery/bq.h"
#include "storage/columns.h"

/*
 * timePartitioning, rangePartitioning and clustering of `resource` against the columns;
 * expirationTime.
 */
bool partition_check(
    const jdoc *resource, const struct catalog_column *columns, size_t n, struct bq_error *e);

/* Does the partitioning that `wanted` names (if it does) equal the one of `resource`? */
bool partition_same(const jdoc *resource, const jdoc *wanted);

#endif
