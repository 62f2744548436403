/* A job from beginning to end: at once, or one step each time that it is looked for. */

#include "bigquery/run.h"
#include "bigquery/load.h"
#include "bigquery/query.h"

#include <strings.h>

static void go_on(struct sandbox *sb, struct bq_job *job)
{
	bool running = strcmp(jdoc_text(job->resource, "status.state", ""), "RUNNING") == 0;
	struct bq_error e;

	jdoc_set_text(job->resource, "status.state", running ? "DONE" : "RUNNING");
	if (running && !query_run(sb, job, &e))
		job_fail(job, &e);
	job_finish(sb, job, NULL);
}

struct bq_job *run_open(
    struct sandbox *sb, const char *project, const char *id, const char *location)
{
	struct bq_job *job = job_find(sb, project, id);
	const char *place = job ? jdoc_text(job->resource, "jobReference.location", "US") : "US";

	if (location && *location ? strcasecmp(location, place) != 0
	                          : strcasecmp(place, "US") != 0 && strcasecmp(place, "EU") != 0) {
		job_free(job);
		return NULL;
	}
	if (job && !job_is_done(job))
		go_on(sb, job);
	return job;
}

void run_insert(struct sandbox *sb, const char *project, const jdoc *document, struct span media,
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

void run_reply(struct sandbox *sb, const char *project, const jdoc *document, struct span media,
    struct reply *rp)
{
	struct bq_error e = {.reason = ""};
	struct bq_job *job;

	run_insert(sb, project, document, media, &job, &e);
	if (!job)
		bq_refuse(rp, &e);
	else if (job->dry_run)
		reply_json(rp, 200, jdoc_copy(job->resource));
	else
		reply_json(rp, 200, job_running(job));
	job_free(job);
}
