/* destinationTable of a query. */

#include "base/mem.h"
#include "bigquery/destination.h"
#include "bigquery/decorator.h"
#include "bigquery/evolve.h"
#include "bigquery/partition.h"

#include <stdlib.h>

enum write_disposition { WRITE_EMPTY, WRITE_APPEND, WRITE_TRUNCATE };

struct destination {
	struct store *store;
	const char *project, *dataset; /* of the configuration */
	char *name, *full;             /* "t", "p:d.t" */
	const char *decorator;         /* or NULL */
	enum write_disposition write;
	struct catalog_table *table; /* NULL: not there yet */
};

static bool read_write(struct destination *d, const jdoc *config, struct bq_error *e)
{
	static const char *const names[] = {"WRITE_EMPTY", "WRITE_APPEND", "WRITE_TRUNCATE"};
	const char *wanted = jdoc_text(config, "writeDisposition", names[WRITE_EMPTY]);

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(wanted, names[i]) == 0) {
			d->write = (enum write_disposition)i;
			return true;
		}
	return bq_fail(e, "notImplemented",
	    "writeDisposition %.40s of a query is not supported by the sandbox", wanted);
}

static bool check(struct destination *d, const jdoc *config, struct bq_error *e)
{
	bool never = strcmp(jdoc_text(config, "createDisposition", ""), "CREATE_NEVER") == 0;

	if (!catalog_has_dataset(d->store, d->project, d->dataset))
		return bq_fail(e, "notFound", "Not found: Dataset %s:%s", d->project, d->dataset);
	if (!catalog_table_name(d->name))
		return bq_fail(e, "invalid", "Invalid destinationTable");
	if (jdoc_count(jdoc_at(config, "schemaUpdateOptions")))
		return bq_fail(e, "notImplemented",
		    "schemaUpdateOptions of a query are not supported by the sandbox");
	if (!read_write(d, config, e))
		return false;
	d->table = catalog_open(d->store, d->project, d->dataset, d->name);
	if (!d->table)
		return !never || bq_fail(e, "notFound", "Not found: Table %s", d->full);
	if (d->decorator && !decorator_check(d->table, d->decorator, e))
		return false;
	if (!partition_same(d->table->resource, config))
		return bq_fail(e, "invalid",
		    "Incompatible table partitioning specification for table %s", d->full);
	if (d->write == WRITE_EMPTY && decorator_rows(d->store, d->table, d->decorator, true) > 0)
		return bq_fail(e, "duplicate", "Already Exists: Table %s", d->full);
	return true;
}

struct destination *destination_open(
    struct store *s, const char *project, const jdoc *config, struct bq_error *e)
{
	const jdoc *to = jdoc_at(config, "destinationTable");
	struct destination *d = mem_alloc(sizeof *d);

	d->store = s;
	d->project = jdoc_text(to, "projectId", project);
	d->dataset = jdoc_text(to, "datasetId", "");
	d->decorator = decorator_cut(jdoc_text(to, "tableId", ""), &d->name);
	d->full = mem_format("%s:%s.%s", d->project, d->dataset, d->name);
	if (check(d, config, e))
		return d;
	destination_free(d);
	return NULL;
}

void destination_free(struct destination *d)
{
	if (!d)
		return;
	catalog_free(d->table);
	free(d->name);
	free(d->full);
	free(d);
}

/*
 * The table anew, with the result's columns and the partitioning that it had or that is asked
 * for.
 */
static bool create(
    struct destination *d, const jdoc *config, const struct bq_job *job, struct bq_error *e)
{
	static const char *const keys[] = {"timePartitioning", "rangePartitioning", "clustering"};
	jdoc *resource = d->table ? jdoc_copy(d->table->resource) : jdoc_object();
	bool ok;

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		bq_copy(resource, keys[i], config, keys[i]);
	ok = partition_check(resource, job->columns, job->n, e);
	if (ok && d->table)
		catalog_drop(d->store, d->table);
	if (ok)
		catalog_create(
		    d->store, d->project, d->dataset, d->name, job->columns, job->n, resource);
	catalog_free(d->table);
	d->table = ok ? catalog_open(d->store, d->project, d->dataset, d->name) : NULL;
	jdoc_free(resource);
	return ok && (!d->decorator || decorator_check(d->table, d->decorator, e));
}

/* Rows are added to the table as it is: the result must fit its columns. */
static bool fits(const struct destination *d, const struct bq_job *job, struct bq_error *e)
{
	struct evolve how = {.table = d->full};
	struct catalog_column *merged;
	size_t n;

	if (!evolve_columns(
	        &how, d->table->columns, d->table->n, job->columns, job->n, &merged, &n, e))
		return false;
	columns_free(merged, n);
	return true;
}

static void copy_rows(const struct destination *d, const struct bq_job *job)
{
	struct buf sql;

	buf_init(&sql, 1 << 24);
	buf_adds(&sql, "INSERT INTO ");
	store_quote(&sql, d->table->storage);
	for (size_t i = 0; i < job->n; i++) {
		buf_addc(&sql, i ? ',' : '(');
		store_quote(&sql, job->columns[i].name);
	}
	buf_adds(&sql, ") SELECT ");
	for (size_t i = 0; i < job->n; i++)
		buf_addf(&sql, "%sc%zu", i ? "," : "", i);
	buf_adds(&sql, " FROM ");
	store_quote(&sql, job->storage);
	store_exec(d->store, buf_str(&sql));
	buf_free(&sql);
}

static bool write_rows(
    struct destination *d, const jdoc *config, const struct bq_job *job, struct bq_error *e)
{
	bool anew = !d->table || !d->table->n || (d->write == WRITE_TRUNCATE && !d->decorator);
	int64_t outside;

	if (anew ? !create(d, config, job, e) : !fits(d, job, e))
		return false;
	if (d->decorator && d->write == WRITE_TRUNCATE)
		decorator_empty(d->store, d->table, d->decorator);
	outside = d->decorator ? decorator_rows(d->store, d->table, d->decorator, false) : 0;
	copy_rows(d, job);
	if (d->decorator && decorator_rows(d->store, d->table, d->decorator, false) != outside)
		return bq_fail(e, "invalid",
		    "Some rows belong to different partitions rather than destination partition %s",
		    d->decorator);
	catalog_touch(d->store, d->table);
	return true;
}

bool destination_write(
    struct destination *d, const jdoc *config, const struct bq_job *job, struct bq_error *e)
{
	bool ok;

	store_begin(d->store);
	ok = write_rows(d, config, job, e);
	if (ok)
		store_commit(d->store);
	else
		store_rollback(d->store);
	return ok;
}
