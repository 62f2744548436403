#include "cloud/salesforce_job.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

static bool take_job(
    struct salesforce *sf, struct salesforce_job *job, const struct http_reply *reply)
{
	char why[JDOC_WHY];
	jdoc *doc = jdoc_parse_reply(buf_span(&reply->body), why);
	const char *id = jdoc_text(doc, "id", ""), *state = jdoc_text(doc, "state", "");
	bool ok =
	    strlen(id) == SALESFORCE_JOB_ID - 1 && *state && strlen(state) < sizeof job->state;

	if (ok) {
		memcpy(job->id, id, SALESFORCE_JOB_ID);
		snprintf(job->state, sizeof job->state, "%s", state);
		job->processed = jdoc_int(doc, "numberRecordsProcessed", 0);
		job->failed = jdoc_int(doc, "numberRecordsFailed", 0);
		snprintf(job->error, sizeof job->error, "%s", jdoc_text(doc, "errorMessage", ""));
	}
	jdoc_free(doc);
	return ok ||
	       salesforce_fail(sf, STATUS_REFUSED, "BAD_REPLY", "jobs/ingest: the reply is no job");
}

static bool ask(struct salesforce *sf, struct salesforce_job *job, const char *method,
    const char *path, const char *body)
{
	struct http_reply reply = {0};
	bool ok =
	    salesforce_call(sf, method, path, span_of(body), &reply) && take_job(sf, job, &reply);

	http_reply_free(&reply);
	return ok;
}

static bool ask_of(
    struct salesforce *sf, struct salesforce_job *job, const char *method, const char *body)
{
	char path[64];

	snprintf(path, sizeof path, "/jobs/ingest/%s", job->id);
	return ask(sf, job, method, path, body);
}

bool salesforce_job_create(
    struct salesforce *sf, struct salesforce_job *job, const char *object, const char *field)
{
	char *body =
	    mem_format("{\"object\":\"%s\",\"operation\":\"upsert\",\"externalIdFieldName\":\"%s\","
	               "\"contentType\":\"CSV\",\"lineEnding\":\"LF\","
	               "\"columnDelimiter\":\"COMMA\"%s%s%s}",
	        object, field, sf->assign ? ",\"assignmentRuleId\":\"" : "",
	        sf->assign ? sf->assign : "", sf->assign ? "\"" : "");
	bool ok;

	*job = (struct salesforce_job){0};
	ok = ask(sf, job, "POST", "/jobs/ingest", body);
	free(body);
	return ok;
}

/* A close whose reply was lost is refused when it is sent again: the state tells. */
static bool close_job(struct salesforce *sf, struct salesforce_job *job)
{
	if (ask_of(sf, job, "PATCH", "{\"state\":\"UploadComplete\"}"))
		return true;
	if (strcmp(sf->code, "INVALIDJOBSTATE") != 0 || !salesforce_job_read(sf, job))
		return false;
	if (strcmp(job->state, "Open") != 0 && strcmp(job->state, "Aborted") != 0)
		return true;
	return salesforce_fail(sf, STATUS_REFUSED, "INVALIDJOBSTATE",
	    "job %s: cannot be closed, and is %s", job->id, job->state);
}

bool salesforce_job_submit(
    struct salesforce *sf, struct salesforce_job *job, struct span csv, bool *again)
{
	char path[64];
	struct http_reply reply = {0};
	bool ok;

	snprintf(path, sizeof path, "/jobs/ingest/%s/batches", job->id);
	ok = salesforce_send(sf,
	    &(struct salesforce_request){
	        .method = "PUT", .path = path, .type = "text/csv", .body = csv, .once = true},
	    &reply);
	*again = !ok && reply.again;
	http_reply_free(&reply);
	return ok && close_job(sf, job);
}

bool salesforce_job_read(struct salesforce *sf, struct salesforce_job *job)
{
	return ask_of(sf, job, "GET", NULL);
}

bool salesforce_job_abort(struct salesforce *sf, struct salesforce_job *job)
{
	return ask_of(sf, job, "PATCH", "{\"state\":\"Aborted\"}");
}

struct span salesforce_job_kind(const struct salesforce_job *job)
{
	size_t n = strcspn(job->error, ":");

	n += job->error[n] == ':';
	n += strcspn(job->error + n, ":\"'");
	return span_trim((struct span){job->error, n});
}

bool salesforce_job_is_over(const struct salesforce_job *job)
{
	return strcmp(job->state, "JobComplete") == 0 || strcmp(job->state, "Failed") == 0 ||
	       strcmp(job->state, "Aborted") == 0;
}

bool salesforce_job_results(struct salesforce *sf, const struct salesforce_job *job,
    enum salesforce_outcome outcome, int fd, uint64_t most)
{
	char path[96];
	struct http_reply reply = {0};
	bool ok;

	snprintf(path, sizeof path, "/jobs/ingest/%s/%sResults", job->id,
	    outcome == SALESFORCE_SUCCESSFUL ? "successful" : "failed");
	ok = salesforce_send(sf,
	    &(struct salesforce_request){
	        .method = "GET", .path = path, .save_fd = fd, .save_max = most},
	    &reply);
	http_reply_free(&reply);
	return ok;
}
