#ifndef SANDBOX_BQ_DETECT_H
#define SANDBOX_BQ_DETECT_H

/* The schema that rows have. */

#include "bigquery/bq.h"
#include "storage/catalog.h"

/*
 * Schema auto-detection, as load jobs ask for it: the columns of the first 500 rows, NULLABLE or
 * REPEATED; NULL where no row has any. Strings that look like numbers, booleans, dates and
 * times become those, and what is mixed becomes a STRING, as BigQuery does it. Columns that
 * `table` (or NULL) has are as it has them. False: a field is a record here and none there, or
 * its name cannot be a column's.
 */
bool detect_columns(struct span media, const struct catalog_table *table,
    struct catalog_column **columns, size_t *n, struct bq_error *e);

#endif
