#ifndef CLOUD_BQJOBS_H
#define CLOUD_BQJOBS_H

/*
 * Single requests to BigQuery's jobs: one is sent, asked for, or only estimated. bqjob.h makes
 * one that happens once of them. Source: jobs.insert, jobs.get.
 */

#include "cloud/bigquery.h"

/*
 * The configuration of a query job in GoogleSQL. `most`: bytes billed, 0: no limit. The caller
 * frees.
 */
jdoc *bqjobs_query(struct span sql, uint64_t most);

/* jobs.insert: the submit of jobs that carry no data. */
jdoc *bqjobs_insert(struct bigquery *bq, const jdoc *job, const char *location, void *ctx);

/*
 * A dry run: checked and estimated by BigQuery, not run. The job as answered, or NULL.
 * For queries only: for loads its outcome is not defined.
 */
jdoc *bqjobs_dry_run(struct bigquery *bq, const char *location, const jdoc *configuration);

/* jobs.get; NULL when it failed (code 404: none). */
jdoc *bqjobs_get(struct bigquery *bq, const char *id, const char *location);

#endif
