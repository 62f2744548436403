#ifndef CLOUD_SALESFORCE_JOB_H
#define CLOUD_SALESFORCE_JOB_H

/*
 * One upsert job of Salesforce's Bulk API 2.0: a CSV of up to 100 MB is uploaded once, the
 * job is closed, worked off, and its results are fetched. Their order is not the upload's.
 *
 *	if (!salesforce_job_create(&sf, &job, "Lead", "Ext__c") ||
 *	    !salesforce_job_submit(&sf, &job, csv, &again))
 *		...                                            sf.error.status, sf.error.text
 *	do
 *		clock_sleep(...);
 *	while (salesforce_job_read(&sf, &job) && !salesforce_job_is_over(&job));
 *	salesforce_job_results(&sf, &job, SALESFORCE_SUCCESSFUL, fd);
 */

#include "cloud/salesforce.h"

enum { SALESFORCE_JOB_ID = 19 };

/* What the last answer said of the job. */
struct salesforce_job {
	char id[SALESFORCE_JOB_ID]; /* "750...", 18 characters */
	char state[24]; /* Open, UploadComplete, InProgress, JobComplete, Failed, Aborted */
	int64_t processed, failed; /* records; the failed ones are among the processed */
	char error[512]; /* errorMessage of a job that failed, or "": it may hold values */
};

/* A job without data, with the assignment rule sf->assign. False as salesforce_call. */
bool salesforce_job_create(
    struct salesforce *sf, struct salesforce_job *job, const char *object, const char *field);

/*
 * Uploads and closes. An upload that may or may not have arrived cannot be sent again, since a
 * job takes one: *again is set, and the job should be aborted and made anew. An expired
 * session is renewed and the upload replayed.
 */
bool salesforce_job_submit(
    struct salesforce *sf, struct salesforce_job *job, struct span csv, bool *again);

/* Asks for the state. False: sf->code is NOT_FOUND when there is no such job (any more). */
bool salesforce_job_read(struct salesforce *sf, struct salesforce_job *job);

bool salesforce_job_abort(struct salesforce *sf, struct salesforce_job *job);

/*
 * What kind of error ended the job, without what it quotes: "InvalidBatch : Field name not
 * found". Part of job->error.
 */
struct span salesforce_job_kind(const struct salesforce_job *job);

/* JobComplete, Failed or Aborted? */
bool salesforce_job_is_over(const struct salesforce_job *job);

enum salesforce_outcome { SALESFORCE_SUCCESSFUL, SALESFORCE_FAILED };

/* Fetches one list of results into the file, from its beginning: CSV, at most that many bytes. */
bool salesforce_job_results(struct salesforce *sf, const struct salesforce_job *job,
    enum salesforce_outcome outcome, int fd, uint64_t most);

#endif
