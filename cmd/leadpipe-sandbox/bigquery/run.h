#ifndef SANDBOX_BQ_RUN_H
#define SANDBOX_BQ_RUN_H

/* Jobs, from their document to their end. */

#include "bigquery/job.h"

/*
 * NULL when there is none, or not at that location (NULL: not said, which finds US and EU).
 * A job that waits goes one step on: PENDING, RUNNING, and then it is done.
 */
struct bq_job *run_open(
    struct sandbox *sb, const char *project, const char *id, const char *location);

/*
 * A whole jobs.insert, with the bytes of an upload or the absent span: *job is the
 * finished job (the caller frees), or NULL and *e says why there is none.
 */
void run_insert(struct sandbox *sb, const char *project, const jdoc *document, struct span media,
    struct bq_job **job, struct bq_error *e);

/* run_insert and the reply. */
void run_reply(struct sandbox *sb, const char *project, const jdoc *document, struct span media,
    struct reply *rp);

#endif
