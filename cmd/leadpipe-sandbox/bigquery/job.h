#ifndef SANDBOX_BQ_JOB_H
#define SANDBOX_BQ_JOB_H

/*
 * Jobs. The sandbox does a job's work at once, while it is inserted; yet insert
 * answers RUNNING and only jobs.get DONE, so that a client must poll as it would
 * in the cloud. A job is kept as its finished Job resource; jobs and the results
 * of queries survive a restart. An id is used up for good, even when its job is
 * deleted.
 */

#include "bigquery/bq.h"
#include "storage/columns.h"

struct bq_job {
	char *project, *id;
	jdoc *resource; /* as jobs.get answers it */
	jdoc *errors;   /* what becomes status.errors; NULL while there is none */
	bool dry_run;   /* never kept */
	/* The result of a query; storage NULL when there is none. */
	char *storage; /* the SQLite table of the rows, columns c0, c1 ... */
	struct catalog_column *columns;
	size_t n;
	int64_t rows;
};

/*
 * Begins a job: checks the project, the id (one is made when none is given) and
 * whether it is used up. `document`: {"jobReference":...,"configuration":...}.
 * NULL: *e says why. The caller frees with job_free.
 */
struct bq_job *job_new(
    struct sandbox *sb, const char *project, const jdoc *document, struct bq_error *e);

/* NULL when there is none. */
struct bq_job *job_find(struct sandbox *sb, const char *project, const char *id);

/* The job that jobs.query made for the same requestId in the last 15 minutes, or NULL. */
struct bq_job *job_of_request(struct sandbox *sb, const char *project, const char *request_id);

/* Not so for a job that waits for its turn. */
bool job_is_done(const struct bq_job *job);

/* The failure becomes errorResult and the first of errors. */
void job_fail(struct bq_job *job, const struct bq_error *e);
bool job_failed(const struct bq_job *job, struct bq_error *e);

/*
 * --fault bq-job:KIND: is this one to fail, with nothing done? Then it has. Or is it to wait? Then
 * nothing is done yet. Dry runs never do.
 */
bool job_struck(struct sandbox *sb, struct bq_job *job);

/* Adds to status.errors: a row's error, with its place (or NULL). */
void job_warn(struct bq_job *job, const char *message, const char *location);

/* A name for the SQLite table of the next job's result. The caller frees. */
char *job_result_name(struct sandbox *sb);

/* Sets its end and keeps it. request_id: of jobs.query, or NULL. */
void job_finish(struct sandbox *sb, struct bq_job *job, const char *request_id);

/* What insert answers for a job that was just kept: RUNNING, without what only the end can tell. */
jdoc *job_running(const struct bq_job *job);

/* Deletes it and its result; the id stays used up. */
void job_forget(struct sandbox *sb, const struct bq_job *job);

void job_free(struct bq_job *job);

/* Makes the table bq_job, once. */
void job_set_up(struct store *s);

#endif
