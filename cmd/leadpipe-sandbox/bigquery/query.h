#ifndef SANDBOX_BQ_QUERY_H
#define SANDBOX_BQ_QUERY_H

/* Query jobs. */

#include "bigquery/job.h"

/*
 * Does the work of a query job. False: a query that is wrong in itself, for which
 * there is no job (*e); what fails while it runs goes into the job.
 */
bool query_run(struct sandbox *sb, struct bq_job *job, struct bq_error *e);

#endif
