#ifndef SFDC_BULK_H
#define SFDC_BULK_H

/*
 * Sends rows by jobs of Bulk API 2.0, four at a time: each job's CSV (bulk_csv.h) is uploaded,
 * the job is watched until it is over, and its results (bulk_results.h) are taken.
 */

#include "upsert.h"

/*
 * Sends all rows that have no answer, except those whose external id came before: these, and
 * rows that are still locked, have no answer afterwards. False: u->sf->error, u->rows.error,
 * u->resume.error.
 */
bool bulk_send(struct sfdc_upsert *u);

/* Takes up a job of a run that was killed: waits for it, takes its answers. False as bulk_send. */
bool bulk_resume(struct sfdc_upsert *u, const struct resume_job *job);

#endif
