#ifndef SFDC_BULK_RESULTS_H
#define SFDC_BULK_RESULTS_H

/* The results of one Bulk job. */

#include "upsert.h"

#include "cloud/salesforce_job.h"

/*
 * Fetches the results of a job that is over: its rows in [from, to) that are in them get
 * their answers. Results longer than the rows can make them are refused. False:
 * u->sf->error or u->rows.error.
 */
bool bulk_results_take(struct sfdc_upsert *u, const struct salesforce_job *job, uint32_t number,
    size_t from, size_t to);

#endif
