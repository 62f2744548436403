/* Query jobs: checked and estimated first, run when they may be. */

#include "base/mem.h"
#include "bigquery/job.h"

#include <stdlib.h>

enum { MIB = 1 << 20 };

#define BILLED_LEAST INT64_C(10485760) /* the 10 MiB that any query of a table costs */

struct query {
	struct sandbox *sb;
	struct job *job;
	const jdoc *config;
	struct sql_query sql;
	struct sql_result result;
	struct table *into; /* destinationTable, when it is there */
	int64_t bytes;      /* as it was estimated, before anything changed */
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

static void set_statistics(struct query *q)
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

static bool take_error(struct query *q, struct bq_error *e)
{
	return bq_fail(
	    e, *q->result.reason ? q->result.reason : "invalidQuery", "%s", q->result.message);
}

/* ---- destinationTable ---- */

static bool check_destination(struct query *q, struct bq_error *e)
{
	const jdoc *to = jdoc_at(q->config, "destinationTable");
	const char *project = jdoc_text(to, "projectId", q->job->project);
	const char *dataset = jdoc_text(to, "datasetId", "");
	const char *name = jdoc_text(to, "tableId", "");
	const char *write = jdoc_text(q->config, "writeDisposition", "WRITE_EMPTY");

	if (!to)
		return true;
	if (!catalog_has_dataset(q->sb->store, project, dataset))
		return bq_fail(e, "notFound", "Not found: Dataset %s:%s", project, dataset);
	if (!catalog_table_name(name))
		return bq_fail(e, "invalid", "Invalid destinationTable");
	if (strcmp(write, "WRITE_EMPTY") != 0 && strcmp(write, "WRITE_TRUNCATE") != 0)
		return bq_fail(e, "notImplemented",
		    "writeDisposition %.40s of a query is not supported by the sandbox", write);
	q->into = catalog_open(q->sb->store, project, dataset, name);
	if (q->into && strcmp(write, "WRITE_EMPTY") == 0 && catalog_rows(q->sb->store, q->into) > 0)
		return bq_fail(
		    e, "duplicate", "Already Exists: Table %s:%s.%s", project, dataset, name);
	return true;
}

static void copy_rows(struct query *q, const struct table *to)
{
	struct buf sql;

	buf_init(&sql, 1 << 24);
	buf_adds(&sql, "INSERT INTO ");
	catalog_quote(&sql, to->storage);
	for (size_t i = 0; i < to->n; i++) {
		buf_addc(&sql, i ? ',' : '(');
		catalog_quote(&sql, to->columns[i].name);
	}
	buf_adds(&sql, ") SELECT ");
	for (size_t i = 0; i < to->n; i++)
		buf_addf(&sql, "%sc%zu", i ? "," : "", i);
	buf_adds(&sql, " FROM ");
	catalog_quote(&sql, q->job->storage);
	store_exec(q->sb->store, buf_str(&sql));
	buf_free(&sql);
}

static void write_destination(struct query *q)
{
	const jdoc *to = jdoc_at(q->config, "destinationTable");
	const char *project = jdoc_text(to, "projectId", q->job->project);
	const char *dataset = jdoc_text(to, "datasetId", "");
	const char *name = jdoc_text(to, "tableId", "");
	struct table *t;

	store_begin(q->sb->store);
	if (q->into)
		catalog_drop(q->sb->store, q->into);
	catalog_create(q->sb->store, project, dataset, name, q->result.columns, q->result.n, NULL);
	t = catalog_open(q->sb->store, project, dataset, name);
	copy_rows(q, t);
	catalog_free(t);
	store_commit(q->sb->store);
}

/* ---- the run ---- */

static bool check_config(struct query *q, struct bq_error *e)
{
	if (jdoc_bool(q->config, "useLegacySql", true))
		return bq_fail(e, "invalid",
		    "Legacy SQL is not supported by the sandbox: set useLegacySql to false");
	if (!*q->sql.text)
		return bq_fail(e, "invalid", "Required parameter is missing: query");
	return true;
}

/* The dry run finds what is wrong with the query itself, and what it will cost. */
static bool estimate(struct query *q, struct bq_error *e)
{
	q->sql.dry_run = true;
	if (!sql_run(q->sb->store, &q->sql, &q->result))
		return take_error(q, e);
	q->bytes = q->result.bytes;
	return true;
}

static bool affordable(struct query *q, struct bq_error *e)
{
	int64_t most = jdoc_int(q->config, "maximumBytesBilled", 0);
	int64_t cost = billed(q->bytes);

	if (most <= 0 || cost <= most)
		return true;
	return bq_fail(e, "bytesBilledLimitExceeded",
	    "Query exceeded limit for bytes billed: %lld. %lld or higher required.",
	    (long long)most, (long long)cost);
}

static void keep_result(struct query *q)
{
	struct job *job = q->job;

	if (!q->result.columns)
		return;
	job->storage = mem_text(q->sql.destination);
	job->rows = q->result.rows;
	job->columns = columns_copy(q->result.columns, q->result.n);
	job->n = q->result.n;
	if (jdoc_at(q->config, "destinationTable"))
		write_destination(q);
}

/* False: there is no job. */
static bool run(struct query *q, struct bq_error *e)
{
	struct bq_error failure = {.reason = ""};

	if (!check_config(q, e) || !estimate(q, e))
		return false;
	if (q->job->dry_run) {
		set_statistics(q);
		return true;
	}
	if (!check_destination(q, &failure) || !affordable(q, &failure)) {
		job_fail(q->job, &failure);
		return true;
	}
	sql_result_clear(&q->result);
	q->result = (struct sql_result){0};
	q->sql.dry_run = false;
	if (sql_run(q->sb->store, &q->sql, &q->result)) {
		set_statistics(q);
		keep_result(q);
		return true;
	}
	take_error(q, &failure);
	job_fail(q->job, &failure);
	return true;
}

bool query_run(struct sandbox *sb, struct job *job, struct bq_error *e)
{
	jdoc *config = jdoc_copy(jdoc_at(job->resource, "configuration.query"));
	char *result = job_result_name(sb);
	struct query q = {.sb = sb, .job = job, .config = config};
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
	catalog_free(q.into);
	free(result);
	jdoc_free(config);
	return ok;
}
