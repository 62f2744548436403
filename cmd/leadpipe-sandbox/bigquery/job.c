/* Jobs: made, kept, found. */

#include "bigquery/job.h"
#include "base/clock.h"
#include "base/mem.h"
#include "wire/crypt.h"
#include "storage/catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum {
	ID_MAX = 1024,
	WARNINGS_MAX = 5,
	RESULT_MS = 24 * 60 * 60 * 1000,
	REQUEST_MS = 15 * 60 * 1000
};

void job_set_up(struct store *s)
{
	store_exec(s,
	    "CREATE TABLE IF NOT EXISTS bq_job(number INTEGER PRIMARY KEY, project TEXT, id TEXT,"
	    " resource TEXT, storage TEXT, columns TEXT, rows INTEGER, created INTEGER,"
	    " request TEXT, deleted INTEGER DEFAULT 0, UNIQUE(project, id))");
}

/* ---- making ---- */

static bool check_id(const char *id)
{
	size_t n = strlen(id);

	return n && n <= ID_MAX &&
	       strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == n;
}

static char *make_id(void)
{
	uint8_t bytes[12];
	struct buf hex;
	char *id;

	crypt_random(bytes, sizeof bytes);
	buf_init(&hex, 64);
	crypt_hex(&hex, bytes, sizeof bytes);
	id = mem_format("job_%s", buf_str(&hex));
	buf_free(&hex);
	return id;
}

static const char *kind_of(const jdoc *configuration)
{
	return jdoc_at(configuration, "load")      ? "LOAD"
	       : jdoc_at(configuration, "query")   ? "QUERY"
	       : jdoc_at(configuration, "copy")    ? "COPY"
	       : jdoc_at(configuration, "extract") ? "EXTRACT"
	                                           : NULL;
}

static bool check(struct sandbox *sb, const char *project, const jdoc *document, struct bq_error *e)
{
	const char *id = jdoc_text(document, "jobReference.jobId", NULL);
	const char *kind = kind_of(jdoc_at(document, "configuration"));
	const char *named = jdoc_text(document, "jobReference.projectId", project);

	if (!kind)
		return bq_fail(e, "invalid",
		    "Job configuration must contain exactly one "
		    "job-specific configuration object (e.g., query, load, "
		    "extract, spreadsheetExtract), but there were 0: ");
	if (strcmp(kind, "COPY") == 0 || strcmp(kind, "EXTRACT") == 0)
		return bq_fail(
		    e, "notImplemented", "%s jobs are not supported by the sandbox", kind);
	if (strcmp(named, project) != 0)
		return bq_fail(e, "invalid",
		    "Value in jobReference.projectId does not match the project of the URL");
	if (id && !check_id(id))
		return bq_fail(e, "invalid",
		    "Invalid job ID. Job IDs must be alphanumeric (plus underscores and dashes) "
		    "and "
		    "must be at most 1024 characters long.");
	job_set_up(sb->store);
	if (id && store_int(sb->store, 0, "SELECT 1 FROM bq_job WHERE project = ?1 AND id = ?2",
	              "tt", project, id))
		return bq_fail(e, "duplicate", "Already Exists: Job %s:%s.%s", project,
		    jdoc_text(document, "jobReference.location", "US"), id);
	return true;
}

/* Where a job runs that does not say where: at its destination's or default dataset, else in US. */
static char *place_of(struct store *s, const char *project, const jdoc *document)
{
	static const char *const datasets[] = {"configuration.load.destinationTable",
	    "configuration.query.destinationTable", "configuration.query.defaultDataset"};
	char *place = NULL;

	for (size_t i = 0; !place && i < sizeof datasets / sizeof *datasets; i++) {
		const jdoc *of = jdoc_at(document, datasets[i]);
		const char *owner = jdoc_text(of, "projectId", project);
		const char *dataset = jdoc_text(of, "datasetId", "");

		if (catalog_has_dataset(s, owner, dataset))
			place = store_text(s,
			    "SELECT json_extract(resource, '$.location') FROM bq_dataset"
			    " WHERE project = ?1 AND name = ?2",
			    "tt", owner, dataset);
	}
	return place ? place : mem_text("US");
}

struct bq_job *job_new(
    struct sandbox *sb, const char *project, const jdoc *document, struct bq_error *e)
{
	const jdoc *configuration = jdoc_at(document, "configuration");
	char *place = place_of(sb->store, project, document);
	const char *location = jdoc_text(document, "jobReference.location", place);
	const char *id = jdoc_text(document, "jobReference.jobId", NULL);
	struct bq_job *job;
	jdoc *r, *own;
	char *full;

	if (!check(sb, project, document, e)) {
		free(place);
		return NULL;
	}
	job = mem_alloc(sizeof *job);
	job->project = mem_text(project);
	job->id = id ? mem_text(id) : make_id();
	job->dry_run = jdoc_bool(configuration, "dryRun", false);
	r = job->resource = jdoc_object();
	full = mem_format("%s:%s.%s", project, location, job->id);
	jdoc_set_text(r, "kind", "bigquery#job");
	jdoc_set_text(r, "id", full);
	jdoc_set_text(r, "user_email", SANDBOX_USER);
	jdoc_set_text(r, "jobReference.projectId", project);
	jdoc_set_text(r, "jobReference.jobId", job->id);
	jdoc_set_text(r, "jobReference.location", location);
	own = jdoc_copy(configuration);
	bq_int64_texts(own);
	jdoc_set(r, "configuration", own);
	jdoc_set_text(r, "configuration.jobType", kind_of(configuration));
	bq_set_int64(r, "statistics.creationTime", clock_now() / 1000);
	bq_set_int64(r, "statistics.startTime", clock_now() / 1000);
	jdoc_set_text(r, "status.state", "DONE");
	free(place);
	free(full);
	return job;
}

static jdoc *problem_of(const char *reason, const char *message, const char *location)
{
	jdoc *problem = jdoc_object();

	jdoc_set_text(problem, "reason", reason);
	jdoc_set_text(problem, "location", location);
	jdoc_set_text(problem, "message", message);
	return problem;
}

bool job_is_done(const struct bq_job *job)
{
	return strcmp(jdoc_text(job->resource, "status.state", ""), "DONE") == 0;
}

void job_fail(struct bq_job *job, const struct bq_error *e)
{
	jdoc *all = jdoc_array();

	jdoc_push(all, problem_of(e->reason, e->message, NULL));
	for (size_t i = 0; i < jdoc_count(job->errors); i++)
		jdoc_push(all, jdoc_copy(jdoc_item(job->errors, i, NULL)));
	jdoc_free(job->errors);
	job->errors = all;
	jdoc_set(job->resource, "status.errorResult", problem_of(e->reason, e->message, NULL));
}

bool job_failed(const struct bq_job *job, struct bq_error *e)
{
	const jdoc *result = jdoc_at(job->resource, "status.errorResult");

	if (result && e)
		bq_fail(e, jdoc_text(result, "reason", ""), "%s", jdoc_text(result, "message", ""));
	return result != NULL;
}

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

void job_warn(struct bq_job *job, const char *message, const char *location)
{
	if (!job->errors)
		job->errors = jdoc_array();
	if (jdoc_count(job->errors) < WARNINGS_MAX)
		jdoc_push(job->errors, problem_of("invalid", message, location));
}

/* ---- keeping ---- */

/* Query results are there for a day, as BigQuery's anonymous tables are. */
static void forget_old_results(struct store *s)
{
	char *storage;

	while ((storage = store_text(s,
	            "SELECT storage FROM bq_job WHERE storage IS NOT NULL AND created < ?1", "i",
	            clock_now() / 1000 - RESULT_MS))) {
		struct buf sql;

		buf_init(&sql, 1 << 16);
		buf_adds(&sql, "DROP TABLE IF EXISTS ");
		store_quote(&sql, storage);
		store_exec(s, buf_str(&sql));
		store_run(s, "UPDATE bq_job SET storage = NULL WHERE storage = ?1", "t", storage);
		buf_free(&sql);
		free(storage);
	}
}

char *job_result_name(struct sandbox *sb)
{
	job_set_up(sb->store);
	return mem_format("bq_result:%lld",
	    (long long)store_int(sb->store, 0, "SELECT max(number) FROM bq_job", NULL) + 1);
}

void job_finish(struct sandbox *sb, struct bq_job *job, const char *request_id)
{
	jdoc *schema;
	char *text, *columns;

	if (job_is_done(job))
		bq_set_int64(job->resource, "statistics.endTime", clock_now() / 1000);
	if (job->errors)
		jdoc_set(job->resource, "status.errors", jdoc_copy(job->errors));
	if (job->dry_run)
		return;
	job_set_up(sb->store);
	forget_old_results(sb->store);
	schema = columns_schema(job->columns, job->n);
	text = jdoc_dump(job->resource);
	columns = jdoc_dump(schema);
	store_run(sb->store,
	    "INSERT OR REPLACE INTO bq_job(project, id, resource, storage, columns, rows, created, "
	    "request)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	    "tttttiit", job->project, job->id, text, job->storage, columns, job->rows,
	    clock_now() / 1000, request_id);
	jdoc_free(schema);
	free(text);
	free(columns);
}

/* The job that the statement, of the columns below, has just stepped to. */
static struct bq_job *read_job(sqlite3_stmt *stmt)
{
	struct bq_job *job = mem_alloc(sizeof *job);
	const char *storage = (const char *)sqlite3_column_text(stmt, 3);
	char why[JDOC_WHY];
	jdoc *schema;

	job->project = mem_text((const char *)sqlite3_column_text(stmt, 0));
	job->id = mem_text((const char *)sqlite3_column_text(stmt, 1));
	job->resource = jdoc_parse(span_of((const char *)sqlite3_column_text(stmt, 2)), why);
	job->storage = storage ? mem_text(storage) : NULL;
	schema = jdoc_parse(span_of((const char *)sqlite3_column_text(stmt, 4)), why);
	columns_read(schema, &job->columns, &job->n, why);
	jdoc_free(schema);
	job->rows = sqlite3_column_int64(stmt, 5);
	return job;
}

#define SELECT_JOB "SELECT project, id, resource, storage, columns, rows FROM bq_job "

struct bq_job *job_find(struct sandbox *sb, const char *project, const char *id)
{
	struct bq_job *job = NULL;
	sqlite3_stmt *stmt;

	job_set_up(sb->store);
	stmt = store_query(sb->store, SELECT_JOB "WHERE project = ?1 AND id = ?2 AND NOT deleted",
	    "tt", project, id);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		job = read_job(stmt);
	sqlite3_finalize(stmt);
	return job;
}

struct bq_job *job_of_request(struct sandbox *sb, const char *project, const char *request_id)
{
	struct bq_job *job = NULL;
	sqlite3_stmt *stmt;

	job_set_up(sb->store);
	stmt = store_query(sb->store,
	    SELECT_JOB "WHERE project = ?1 AND request = ?2 AND created > ?3 AND NOT deleted",
	    "tti", project, request_id, clock_now() / 1000 - REQUEST_MS);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		job = read_job(stmt);
	sqlite3_finalize(stmt);
	return job;
}

jdoc *job_running(const struct bq_job *job)
{
	static const char *const same[] = {"kind", "id", "user_email", "jobReference",
	    "configuration", "statistics.creationTime", "statistics.startTime"};
	jdoc *doc = jdoc_object();

	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		bq_copy(doc, same[i], job->resource, same[i]);
	jdoc_set_text(doc, "status.state", "RUNNING");
	return doc;
}

void job_free(struct bq_job *job)
{
	if (!job)
		return;
	columns_free(job->columns, job->n);
	jdoc_free(job->resource);
	jdoc_free(job->errors);
	free(job->project);
	free(job->id);
	free(job->storage);
	free(job);
}

void job_forget(struct sandbox *sb, const struct bq_job *job)
{
	store_run(sb->store,
	    "UPDATE bq_job SET deleted = 1, created = 0 WHERE project = ?1 AND id = ?2", "tt",
	    job->project, job->id);
	forget_old_results(sb->store);
}
