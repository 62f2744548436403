#ifndef SANDBOX_BQ_LOAD_H
#define SANDBOX_BQ_LOAD_H

/* Load jobs. */

#include "bigquery/job.h"

/* Does the work of a load job: all or nothing. Failures go into the job. */
void load_run(struct sandbox *sb, struct bq_job *job, struct span media);

#endif
