#include "base/mem.h"
#include "bigquery/results.h"
#include "bigquery/query.h"
#include "bigquery/run.h"
#include "bigquery/page.h"

#include <stdlib.h>

enum { ROWS_MOST = 100000 };

/* What stands before the rows in both replies. */
static jdoc *head(const struct bq_job *job, const char *kind)
{
	const jdoc *r = job->resource;
	jdoc *doc = jdoc_object();

	jdoc_set_text(doc, "kind", kind);
	if (!job->dry_run)
		bq_copy(doc, "jobReference", r, "jobReference");
	jdoc_set_bool(doc, "jobComplete", true);
	jdoc_set_bool(doc, "cacheHit", false);
	bq_copy(doc, "totalBytesProcessed", r, "statistics.query.totalBytesProcessed");
	bq_copy(doc, "numDmlAffectedRows", r, "statistics.query.numDmlAffectedRows");
	if (strcmp(kind, "bigquery#queryResponse") == 0)
		bq_copy(doc, "dmlStats", r, "statistics.query.dmlStats");
	bq_copy(doc, "errors", r, "status.errors");
	if (job->dry_run)
		bq_copy(doc, "schema", r, "statistics.query.schema");
	else if (job->storage)
		jdoc_set(doc, "schema", columns_schema(job->columns, job->n));
	if (job->storage || job->dry_run)
		bq_set_int64(doc, "totalRows", job->rows);
	return doc;
}

static void answer(struct sandbox *sb, struct reply *rp, const struct bq_job *job, const char *kind,
    const struct bq_page *page)
{
	struct bq_error e;
	struct buf from;
	struct bq_rows rows;
	jdoc *doc;

	if (job_failed(job, &e)) {
		bq_refuse(rp, &e);
		return;
	}
	doc = head(job, kind);
	if (!job->storage) {
		reply_json(rp, 200, doc);
		return;
	}
	buf_init(&from, 1 << 16);
	store_quote(&from, job->storage);
	rows = (struct bq_rows){.from = buf_str(&from),
	    .columns = job->columns,
	    .n = job->n,
	    .numbered = true,
	    .total = job->rows};
	page_rows(sb, rp, doc, &rows, page);
	buf_free(&from);
}

/* With timeoutMs 0 the client does not wait: then the job is not complete yet. */
static void answer_later(struct reply *rp, const struct bq_job *job)
{
	jdoc *doc = jdoc_object();

	jdoc_set_text(doc, "kind", "bigquery#queryResponse");
	bq_copy(doc, "jobReference", job->resource, "jobReference");
	jdoc_set_bool(doc, "jobComplete", false);
	reply_json(rp, 200, doc);
}

void results_get(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	const char *location = request_query(rq, "location");
	struct bq_job *job = run_open(sb, rq->part[0].p, rq->part[1].p, location);
	struct bq_page page;

	if (!job)
		bq_reject(rp, "notFound", "Not found: Job %s:%s", rq->part[0].p, rq->part[1].p);
	else if (!jdoc_at(job->resource, "configuration.query"))
		bq_reject(rp, "invalid", "Cannot return results of a job that is no query");
	else if (!job_is_done(job))
		answer_later(rp, job);
	else if (page_wanted(&page, rq, ROWS_MOST, rp))
		answer(sb, rp, job, "bigquery#getQueryResultsResponse", &page);
	job_free(job);
}

/* The QueryRequest as the Job that jobs.insert would be sent. */
static jdoc *as_job(const jdoc *request)
{
	static const char *const same[] = {"query", "useLegacySql", "defaultDataset",
	    "queryParameters", "parameterMode", "maximumBytesBilled", "useQueryCache"};
	jdoc *document = jdoc_object();

	jdoc_set(document, "configuration.query", jdoc_object());
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		char *path = mem_format("configuration.query.%s", same[i]);

		bq_copy(document, path, request, same[i]);
		free(path);
	}
	bq_copy(document, "configuration.dryRun", request, "dryRun");
	bq_copy(document, "configuration.labels", request, "labels");
	bq_copy(document, "jobReference.location", request, "location");
	return document;
}

static struct bq_job *make_job(struct sandbox *sb, const char *project, const jdoc *request,
    const char *request_id, struct bq_error *e)
{
	jdoc *document = as_job(request);
	struct bq_job *job = job_new(sb, project, document, e);

	if (job && !job_struck(sb, job) && !query_run(sb, job, e)) {
		job_free(job);
		job = NULL;
	}
	if (job)
		job_finish(sb, job, request_id);
	jdoc_free(document);
	return job;
}

void results_query(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	jdoc *request = bq_body(rq, rp);
	const char *project = rq->part[0].p;
	const char *request_id = jdoc_text(request, "requestId", NULL);
	struct bq_page page = {.most = jdoc_int(request, "maxResults", ROWS_MOST)};
	struct bq_error e = {.reason = ""};
	struct bq_job *job = NULL;

	if (!request)
		return;
	if (page.most < 0 || page.most > ROWS_MOST)
		page.most = ROWS_MOST;
	page.int64_timestamp = jdoc_bool(request, "formatOptions.useInt64Timestamp", false);
	if (request_id && !jdoc_bool(request, "dryRun", false))
		job = job_of_request(sb, project, request_id);
	if (!job)
		job = make_job(sb, project, request, request_id, &e);
	if (!job)
		bq_refuse(rp, &e);
	else if (!job_is_done(job) || (!job->dry_run && jdoc_int(request, "timeoutMs", -1) == 0))
		answer_later(rp, job);
	else
		answer(sb, rp, job, "bigquery#queryResponse", &page);
	job_free(job);
	jdoc_free(request);
}
