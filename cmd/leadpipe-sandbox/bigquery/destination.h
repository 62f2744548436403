#ifndef SANDBOX_BQ_DESTINATION_H
#define SANDBOX_BQ_DESTINATION_H

/* The table that a query writes. */

#include "bigquery/job.h"

/*
 * Where a query's rows go besides its own result: destinationTable, its decorator,
 * and what writeDisposition and createDisposition of `config` allow. NULL: *e says
 * why not. The table changes wholly or not at all.
 */
struct destination *destination_open(
    struct store *s, const char *project, const jdoc *config, struct bq_error *e);
bool destination_write(
    struct destination *d, const jdoc *config, const struct bq_job *job, struct bq_error *e);
void destination_free(struct destination *d);

#endif
