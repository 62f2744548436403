/* jobs.insert, however its document came: alone, multipart, or ahead of an upload. */

#include "bigquery/job.h"
#include "bigquery/load.h"
#include "bigquery/query.h"

bool job_struck(struct sandbox *sb, struct bq_job *job)
{
	const char *reason = job->dry_run ? NULL : fault_strike(&sb->faults, "bq-job");
	struct bq_error e;

	if (!reason)
		return false;
	if (strcmp(reason, "wait") == 0) {
		if (!jdoc_at(job->resource, "configuration.query"))
			return false;
		jdoc_set_text(job->resource, "status.state", "PENDING");
		return true;
	}
	bq_fail(&e, reason, "%s",
	    strcmp(reason, "rateLimitExceeded") == 0
	        ? "Exceeded rate limits: too many table update operations for this table"
	        : "An internal error occurred and the request could not be completed");
	job_fail(job, &e);
	return true;
}

void job_go_on(struct sandbox *sb, struct bq_job *job)
{
	bool running = strcmp(jdoc_text(job->resource, "status.state", ""), "RUNNING") == 0;
	struct bq_error e;

	jdoc_set_text(job->resource, "status.state", running ? "DONE" : "RUNNING");
	if (running && !query_run(sb, job, &e))
		job_fail(job, &e);
	job_finish(sb, job, NULL);
}

void job_insert(struct sandbox *sb, const char *project, const jdoc *document, struct span media,
    struct bq_job **job, struct bq_error *e)
{
	*job = job_new(sb, project, document, e);
	if (!*job)
		return;
	if (job_struck(sb, *job)) {
		job_finish(sb, *job, NULL);
		return;
	}
	if (jdoc_at((*job)->resource, "configuration.load")) {
		load_run(sb, *job, media);
	} else if (!query_run(sb, *job, e)) {
		job_free(*job);
		*job = NULL;
		return;
	}
	job_finish(sb, *job, NULL);
}

void job_reply(struct sandbox *sb, const char *project, const jdoc *document, struct span media,
    struct reply *rp)
{
	struct bq_error e = {.reason = ""};
	struct bq_job *job;

	job_insert(sb, project, document, media, &job, &e);
	if (!job)
		bq_refuse(rp, &e);
	else if (job->dry_run)
		reply_json(rp, 200, jdoc_copy(job->resource));
	else
		reply_json(rp, 200, job_running(job));
	job_free(job);
}

void job_post(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	jdoc *document = bq_body(rq, rp);

	if (document)
		job_reply(sb, rq->part[0].p, document, (struct span){NULL, 0}, rp);
	jdoc_free(document);
}
