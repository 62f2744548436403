/* jobs.insert, get, list, cancel, delete. */

#include "bigquery/jobs.h"
#include "bigquery/run.h"
#include "bigquery/page.h"

#include <stdlib.h>
#include <strings.h>

enum { LIST_MOST = 1000 };

static struct bq_job *open_part(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	const char *location = request_query(rq, "location");
	struct bq_job *job = run_open(sb, rq->part[0].p, rq->part[1].p, location);

	if (!job)
		bq_reject(rp, "notFound", "Not found: Job %s:%s%s%s", rq->part[0].p,
		    location ? location : "", location ? "." : "", rq->part[1].p);
	return job;
}

void jobs_get(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	struct bq_job *job = open_part(sb, rq, rp);

	if (job)
		reply_json(rp, 200, jdoc_copy(job->resource));
	job_free(job);
}

void jobs_cancel(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	struct bq_job *job = open_part(sb, rq, rp);
	jdoc *doc;

	if (!job)
		return;
	doc = jdoc_object();
	jdoc_set_text(doc, "kind", "bigquery#jobCancelResponse");
	jdoc_set(doc, "job", jdoc_copy(job->resource));
	reply_json(rp, 200, doc);
	job_free(job);
}

void jobs_delete(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	struct bq_job *job = open_part(sb, rq, rp);

	if (!job)
		return;
	job_forget(sb, job);
	job_free(job);
	rp->status = 204;
}

static const char *text_query(const struct request *rq, const char *name)
{
	const char *text = request_query(rq, name);

	return text ? text : "";
}

/* A job as jobs.list shows it: with state and errorResult beside it; configuration only in full. */
static jdoc *list_item(struct span text, bool full)
{
	static const char *const minimal[] = {
	    "kind", "id", "jobReference", "statistics", "status", "user_email", NULL};
	char why[JDOC_WHY];
	jdoc *whole = jdoc_parse(text, why),
	     *doc = full ? jdoc_copy(whole) : bq_chosen(whole, minimal);

	jdoc_free(whole);
	bq_copy(doc, "state", doc, "status.state");
	bq_copy(doc, "errorResult", doc, "status.errorResult");
	return doc;
}

void jobs_list(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	static const char sql[] = "SELECT resource FROM bq_job WHERE project = ?1 AND NOT deleted"
	                          " AND created BETWEEN ?4 AND ?5"
	                          " ORDER BY number DESC LIMIT ?2 OFFSET ?3";
	const char *state = request_query(rq, "stateFilter");
	const char *parent = request_query(rq, "parentJobId");
	bool full = strcasecmp(text_query(rq, "projection"), "full") == 0;
	int64_t from = strtoll(text_query(rq, "minCreationTime"), NULL, 10);
	int64_t to = strtoll(text_query(rq, "maxCreationTime"), NULL, 10);
	jdoc *doc, *list;
	sqlite3_stmt *stmt;
	struct bq_page page;
	int64_t next;

	if (!page_wanted(&page, rq, LIST_MOST, rp))
		return;
	job_set_up(sb->store);
	doc = jdoc_object();
	list = jdoc_array();
	next = page.start;
	/* between two requests none is pending or running; none has a parent */
	if ((state && strcasecmp(state, "done") != 0) || (parent && *parent))
		page.most = 0;
	stmt = store_query(sb->store, sql, "tiiii", rq->part[0].p, page.most, page.start, from,
	    to ? to : INT64_MAX);
	for (; sqlite3_step(stmt) == SQLITE_ROW; next++)
		jdoc_push(
		    list, list_item(span_of((const char *)sqlite3_column_text(stmt, 0)), full));
	sqlite3_finalize(stmt);
	jdoc_set_text(doc, "kind", "bigquery#jobList");
	jdoc_set(doc, "jobs", list);
	if (page.most && next - page.start == page.most)
		page_token(doc, "nextPageToken", next);
	reply_json(rp, 200, doc);
}

void jobs_post(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	jdoc *document = bq_body(rq, rp);

	if (document)
		run_reply(sb, rq->part[0].p, document, (struct span){NULL, 0}, rp);
	jdoc_free(document);
}
