/* Query jobs: checked and estimated first, run when they may be. */

#include "base/mem.h"
#include "bigquery/query.h"
#include "bigquery/anonymous.h"
#include "bigquery/destination.h"
#include "sql/sql.h"

#include <stdlib.h>

enum { MIB = 1 << 20 };

#define BILLED_LEAST INT64_C(10485760) /* the 10 MiB that any query of a table costs */

struct bq_query {
	struct sandbox *sb;
	struct bq_job *job;
	const jdoc *config;
	struct sql_query sql;
	struct sql_result result;
	struct destination *into; /* destinationTable, or NULL */
	int64_t bytes;            /* as it was estimated, before anything changed */
};

static int64_t billed(int64_t bytes)
{
	if (bytes <= 0)
		return 0;
	bytes = (bytes + MIB - 1) / MIB * MIB;
	return bytes > BILLED_LEAST ? bytes : BILLED_LEAST;
}

static void set_dml(jdoc *r, const struct sql_result *result)
{
	static const char *const words[] = {"INSERT", "UPDATE", "DELETE", "MERGE"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!result->statement || strcmp(result->statement, words[i]) != 0)
			continue;
		bq_set_int64(r, "statistics.query.dmlStats.insertedRowCount", result->inserted);
		bq_set_int64(r, "statistics.query.dmlStats.updatedRowCount", result->updated);
		bq_set_int64(r, "statistics.query.dmlStats.deletedRowCount", result->deleted);
		bq_set_int64(r, "statistics.query.numDmlAffectedRows",
		    result->inserted + result->updated + result->deleted);
	}
}

static void set_statistics(struct bq_query *q)
{
	jdoc *r = q->job->resource;

	bq_set_int64(r, "statistics.totalBytesProcessed", q->bytes);
	jdoc_set_text(r, "statistics.query.statementType", q->result.statement);
	bq_set_int64(r, "statistics.query.totalBytesProcessed", q->bytes);
	bq_set_int64(
	    r, "statistics.query.totalBytesBilled", q->job->dry_run ? 0 : billed(q->bytes));
	jdoc_set_bool(r, "statistics.query.cacheHit", false);
	if (!q->job->dry_run)
		set_dml(r, &q->result);
	else if (q->result.columns)
		jdoc_set(
		    r, "statistics.query.schema", columns_schema(q->result.columns, q->result.n));
}

static bool take_error(struct bq_query *q, struct bq_error *e)
{
	return bq_fail(
	    e, *q->result.reason ? q->result.reason : "invalidQuery", "%s", q->result.message);
}

/* ---- the run ---- */

static bool check_config(struct bq_query *q, struct bq_error *e)
{
	if (jdoc_bool(q->config, "useLegacySql", true))
		return bq_fail(e, "invalid",
		    "Legacy SQL is not supported by the sandbox: set useLegacySql to false");
	if (!*q->sql.text)
		return bq_fail(e, "invalid", "Required parameter is missing: query");
	return true;
}

/* The dry run finds what is wrong with the query itself, and what it will cost. */
static bool estimate(struct bq_query *q, struct bq_error *e)
{
	q->sql.dry_run = true;
	if (!sql_run(q->sb->store, &q->sql, &q->result))
		return take_error(q, e);
	q->bytes = q->result.bytes;
	return true;
}

static bool affordable(struct bq_query *q, struct bq_error *e)
{
	int64_t most = jdoc_int(q->config, "maximumBytesBilled", 0);
	int64_t cost = billed(q->bytes);

	if (most <= 0 || cost <= most)
		return true;
	return bq_fail(e, "bytesBilledLimitExceeded",
	    "Query exceeded limit for bytes billed: %lld. %lld or higher required.",
	    (long long)most, (long long)cost);
}

static bool keep_result(struct bq_query *q, struct bq_error *e)
{
	struct bq_job *job = q->job;

	if (!q->result.columns)
		return true;
	job->storage = mem_text(q->sql.destination);
	job->rows = q->result.rows;
	job->columns = columns_copy(q->result.columns, q->result.n);
	job->n = q->result.n;
	if (!q->into)
		anonymous_name(job);
	return !q->into || destination_write(q->into, q->config, job, e);
}

/* False: there is no job. */
static bool run(struct bq_query *q, struct bq_error *e)
{
	struct bq_error failure = {.reason = ""};

	if (!check_config(q, e) || !estimate(q, e))
		return false;
	if (q->job->dry_run) {
		set_statistics(q);
		return true;
	}
	if (jdoc_at(q->config, "destinationTable"))
		q->into = destination_open(q->sb->store, q->job->project, q->config, &failure);
	if (*failure.reason || !affordable(q, &failure)) {
		job_fail(q->job, &failure);
		return true;
	}
	sql_result_clear(&q->result);
	q->result = (struct sql_result){0};
	q->sql.dry_run = false;
	if (sql_run(q->sb->store, &q->sql, &q->result)) {
		set_statistics(q);
		if (keep_result(q, &failure))
			return true;
	} else {
		take_error(q, &failure);
	}
	job_fail(q->job, &failure);
	return true;
}

bool query_run(struct sandbox *sb, struct bq_job *job, struct bq_error *e)
{
	jdoc *config = jdoc_copy(jdoc_at(job->resource, "configuration.query"));
	char *result = job_result_name(sb);
	struct bq_query q = {.sb = sb, .job = job, .config = config};
	bool ok;

	q.sql = (struct sql_query){
	    .text = jdoc_text(config, "query", ""),
	    .project = jdoc_text(config, "defaultDataset.projectId", job->project),
	    .dataset = jdoc_text(config, "defaultDataset.datasetId", NULL),
	    .parameters = jdoc_at(config, "queryParameters"),
	    .destination = result,
	};
	*e = (struct bq_error){.reason = ""};
	ok = run(&q, e);
	sql_result_clear(&q.result);
	destination_free(q.into);
	free(result);
	jdoc_free(config);
	return ok;
}
