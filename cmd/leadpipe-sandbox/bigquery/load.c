/* Load jobs: NDJSON into a table, all of it or nothing. */

#include "storage/catalog_size.h"
#include "base/mem.h"
#include "bigquery/load.h"
#include "bigquery/decorator.h"
#include "bigquery/detect.h"
#include "bigquery/evolve.h"
#include "bigquery/ingest.h"
#include "bigquery/partition.h"
#include "server/body.h"
#include "storage/inflate.h"

#include <stdio.h>
#include <stdlib.h>

enum { SHOWN = 5 };

enum disposition { WRITE_APPEND, WRITE_TRUNCATE, WRITE_TRUNCATE_DATA, WRITE_EMPTY };

struct bq_load {
	struct sandbox *sb;
	struct bq_job *job;
	const jdoc *config;
	const char *project, *dataset;
	char *name, *full;     /* "t" and "p:d.t" */
	const char *decorator; /* the partition that is loaded into, or NULL */
	int64_t outside;       /* with it: the rows in other partitions */
	enum disposition write;
	bool add, relax;                /* schemaUpdateOptions */
	bool detect;                    /* the schema comes from the rows */
	struct catalog_column *columns; /* of the job's schema; NULL when it has none */
	size_t n;
	struct catalog_table *table;
	int64_t rows, bad, bytes_before;
	struct span media, raw; /* what is read, and (gzip) what was sent */
	struct body plain;      /* what raw was unpacked to */
	struct bq_error error;
};

/* ---- what was asked for ---- */

static bool read_write(struct bq_load *l)
{
	static const char *const names[] = {
	    "WRITE_APPEND", "WRITE_TRUNCATE", "WRITE_TRUNCATE_DATA", "WRITE_EMPTY"};
	const char *wanted = jdoc_text(l->config, "writeDisposition", names[WRITE_APPEND]);

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(wanted, names[i]) == 0) {
			l->write = (enum disposition)i;
			return true;
		}
	return bq_fail(&l->error, "invalid", "Invalid value for writeDisposition");
}

static bool read_updates(struct bq_load *l)
{
	const jdoc *options = jdoc_at(l->config, "schemaUpdateOptions");

	for (size_t i = 0; i < jdoc_count(options); i++) {
		const char *option = jdoc_text(jdoc_item(options, i, NULL), "", "");

		if (strcmp(option, "ALLOW_FIELD_ADDITION") == 0)
			l->add = true;
		else if (strcmp(option, "ALLOW_FIELD_RELAXATION") == 0)
			l->relax = true;
		else
			return bq_fail(
			    &l->error, "invalid", "Invalid value for schemaUpdateOptions");
	}
	if ((l->add || l->relax) && l->write != WRITE_APPEND && l->write != WRITE_TRUNCATE_DATA &&
	    !(l->write == WRITE_TRUNCATE && l->decorator))
		return bq_fail(&l->error, "invalid",
		    "Schema update options should only be specified with WRITE_APPEND disposition, "
		    "or with WRITE_TRUNCATE disposition on a table partition.");
	if ((l->add || l->relax) && !l->columns && !l->detect)
		return bq_fail(&l->error, "invalid",
		    "Schema update options need a schema in the job or autodetect.");
	return true;
}

static bool read_schema(struct bq_load *l)
{
	const jdoc *schema = jdoc_at(l->config, "schema");
	char why[JDOC_WHY];

	if (!jdoc_count(jdoc_at(schema, "fields"))) {
		l->detect = jdoc_bool(l->config, "autodetect", false);
		return true;
	}
	return columns_read(schema, &l->columns, &l->n, why) ||
	       bq_fail(&l->error, "invalid", "%s", why);
}

static bool read_config(struct bq_load *l)
{
	const char *format = jdoc_text(l->config, "sourceFormat", "CSV");

	l->project = jdoc_text(l->config, "destinationTable.projectId", l->job->project);
	l->dataset = jdoc_text(l->config, "destinationTable.datasetId", "");
	l->decorator =
	    decorator_cut(jdoc_text(l->config, "destinationTable.tableId", ""), &l->name);
	l->full = mem_format("%s:%s.%s", l->project, l->dataset, l->name);
	if (!catalog_table_name(l->name) || !catalog_dataset_name(l->dataset))
		return bq_fail(&l->error, "invalid", "Invalid destinationTable");
	if (strcmp(format, "NEWLINE_DELIMITED_JSON") != 0)
		return bq_fail(&l->error, "invalid",
		    "sourceFormat %.40s is not supported by the sandbox", format);
	if (!l->raw.p)
		return bq_fail(&l->error, "invalid",
		    jdoc_count(jdoc_at(l->config, "sourceUris"))
		        ? "sourceUris are not supported by the sandbox: upload the data"
		        : "Load configuration must specify at least one source URI");
	return read_write(l) && read_schema(l) && read_updates(l);
}

/* ---- the table ---- */

static bool create(struct bq_load *l, const jdoc *old_resource)
{
	static const char *const keys[] = {"timePartitioning", "rangePartitioning", "clustering"};
	static const char *const properties[] = {
	    "description", "friendlyName", "labels", "expirationTime"};
	jdoc *resource = old_resource ? jdoc_copy(old_resource) : jdoc_object();
	bool ok;

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		bq_copy(resource, keys[i], l->config, keys[i]);
	for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
		char path[64];

		snprintf(path, sizeof path, "destinationTableProperties.%s", properties[i]);
		bq_copy(resource, properties[i], l->config, path);
	}
	ok = partition_check(resource, l->columns, l->n, &l->error);
	if (ok) {
		catalog_create(
		    l->sb->store, l->project, l->dataset, l->name, l->columns, l->n, resource);
		l->table = catalog_open(l->sb->store, l->project, l->dataset, l->name);
	}
	jdoc_free(resource);
	return ok;
}

static bool make_table(struct bq_load *l)
{
	if (strcmp(jdoc_text(l->config, "createDisposition", ""), "CREATE_NEVER") == 0)
		return bq_fail(&l->error, "notFound", "Not found: Table %s", l->full);
	if (!l->columns)
		return bq_fail(&l->error, "invalid", "No schema specified on job or table.");
	return create(l, NULL);
}

/* WRITE_TRUNCATE: the table anew, with the job's schema. */
static bool replace_table(struct bq_load *l)
{
	struct catalog_table *old = l->table;
	bool ok;

	if (!l->columns) {
		decorator_empty(l->sb->store, old, NULL);
		return true;
	}
	l->table = NULL;
	catalog_drop(l->sb->store, old);
	ok = create(l, old->resource);
	catalog_free(old);
	return ok;
}

static bool evolve_table(struct bq_load *l)
{
	struct evolve how = {.add = l->add, .relax = l->relax, .table = l->full};
	struct catalog_column *merged;
	size_t n;

	if (!l->columns)
		return true;
	if (!evolve_columns(
	        &how, l->table->columns, l->table->n, l->columns, l->n, &merged, &n, &l->error))
		return false;
	catalog_alter(l->sb->store, l->table, merged, n);
	return true;
}

static bool use_table(struct bq_load *l)
{
	if (l->write == WRITE_EMPTY &&
	    decorator_rows(l->sb->store, l->table, l->decorator, true) > 0)
		return bq_fail(&l->error, "duplicate", "Already Exists: Table %s%s%s", l->full,
		    l->decorator ? "$" : "", l->decorator ? l->decorator : "");
	if (!partition_same(l->table->resource, l->config))
		return bq_fail(&l->error, "invalid",
		    "Incompatible table partitioning specification for table %s", l->full);
	if (!l->columns && !l->table->n)
		return bq_fail(&l->error, "invalid", "No schema specified on job or table.");
	if (l->write == WRITE_TRUNCATE && !l->decorator)
		return replace_table(l);
	if (l->write == WRITE_TRUNCATE || l->write == WRITE_TRUNCATE_DATA)
		decorator_empty(l->sb->store, l->table, l->decorator);
	/* A table without a schema takes the job's. */
	l->add = l->add || !l->table->n;
	return evolve_table(l);
}

static bool check_decorator(struct bq_load *l)
{
	return !l->decorator || decorator_check(l->table, l->decorator, &l->error);
}

static bool prepare(struct bq_load *l)
{
	bool ok;

	if (!catalog_has_dataset(l->sb->store, l->project, l->dataset))
		return bq_fail(
		    &l->error, "notFound", "Not found: Dataset %s:%s", l->project, l->dataset);
	l->table = catalog_open(l->sb->store, l->project, l->dataset, l->name);
	ok = l->table ? check_decorator(l) && use_table(l) : make_table(l) && check_decorator(l);
	if (ok)
		l->bytes_before = catalog_size_bytes(l->sb->store, l->table, NULL, "");
	if (ok && l->decorator)
		l->outside = decorator_rows(l->sb->store, l->table, l->decorator, false);
	return ok;
}

/* ---- the rows ---- */

static bool take_piece(void *load, struct span piece)
{
	struct bq_load *l = load;

	return body_add(&l->plain, l->sb->store->dir, piece);
}

/* A gzip file is known by its first bytes: no client says so. */
static bool unpack(struct bq_load *l)
{
	const char *why;

	l->media = l->raw;
	if (!inflate_is_gzip(l->raw))
		return true;
	why = inflate_gzip(l->raw, take_piece, l);
	if (!why && !body_span(&l->plain, &l->media))
		why = "what was unpacked cannot be read";
	return !why ||
	       bq_fail(&l->error, "invalid",
	           "Error while reading data, error message: Failed to decompress: %s", why);
}

/* The columns that the rows bring; those that the table has stay as they are. */
static bool detect(struct bq_load *l)
{
	struct catalog_table *t = NULL;
	bool ok;

	if (!l->detect)
		return true;
	if (l->write != WRITE_TRUNCATE)
		t = catalog_open(l->sb->store, l->project, l->dataset, l->name);
	ok = detect_columns(l->media, t, &l->columns, &l->n, &l->error);
	catalog_free(t);
	return ok;
}

static void bad_row(
    struct bq_load *l, const char *why, const char *field, int64_t line, int64_t offset)
{
	char location[VALUE_FIELD + 80];
	struct buf text;

	l->bad++;
	buf_init(&text, BQ_MESSAGE * 4);
	buf_addf(&text,
	    "Error while reading data, error message: JSON parsing error in row starting at "
	    "position %lld: ",
	    (long long)offset);
	if (field)
		value_say(&text, why, field);
	else
		buf_addf(&text, "Parser terminated before end of string: %s", why);
	snprintf(location, sizeof location, "File: 0 / Offset:%lld / Line:%lld%s%s",
	    (long long)offset, (long long)line, field ? " / Field:" : "", field ? field : "");
	job_warn(l->job, buf_str(&text), location);
	buf_free(&text);
}

/* Past maxBadRecords it reads on only until there are some errors to show. */
static void load_rows(struct bq_load *l, int64_t most_bad)
{
	struct bq_ingest g;
	struct row row = {0};
	struct span rest = l->media;
	int64_t lines = 0;

	ingest_open(&g, l->sb->store, l->table, jdoc_bool(l->config, "ignoreUnknownValues", false));
	if (span_starts(rest, SPAN("\xEF\xBB\xBF")))
		rest = span_skip(rest, 3);
	while (rest.n && (l->bad <= most_bad || l->bad < SHOWN)) {
		const char *end = memchr(rest.p, '\n', rest.n);
		struct span line = {rest.p, end ? (size_t)(end - rest.p) : rest.n};
		const char *why;

		rest = span_skip(rest, line.n + (end != NULL));
		lines++;
		if (!span_trim(line).n)
			continue;
		l->rows++;
		why = row_parse(&row, line);
		if (why) {
			bad_row(l, why, NULL, lines, line.p - l->media.p);
			continue;
		}
		why = ingest_row(&g, &row);
		if (why)
			bad_row(l, why, g.in.field, lines, line.p - l->media.p);
	}
	row_free(&row);
	ingest_close(&g);
}

static bool load_data(struct bq_load *l)
{
	int64_t most_bad = jdoc_int(l->config, "maxBadRecords", 0);

	load_rows(l, most_bad);
	if (l->decorator && l->bad <= most_bad &&
	    decorator_rows(l->sb->store, l->table, l->decorator, false) != l->outside)
		return bq_fail(&l->error, "invalid",
		    "Some rows belong to different partitions rather than destination partition %s",
		    l->decorator);
	if (l->bad <= most_bad)
		return true;
	return bq_fail(&l->error, "invalid",
	    "Error while reading data, error message: JSON table encountered too many errors, "
	    "giving "
	    "up. Rows: %lld; errors: %lld. Please look into the errors[] collection for more "
	    "details.",
	    (long long)l->rows, (long long)l->bad);
}

static void set_statistics(struct bq_load *l)
{
	jdoc *r = l->job->resource;

	bq_set_int64(r, "statistics.load.inputFiles", 1);
	bq_set_int64(r, "statistics.load.inputFileBytes", (int64_t)l->raw.n);
	bq_set_int64(r, "statistics.load.outputRows", l->rows - l->bad);
	bq_set_int64(r, "statistics.load.outputBytes",
	    catalog_size_bytes(l->sb->store, l->table, NULL, "") - l->bytes_before);
	bq_set_int64(r, "statistics.load.badRecords", l->bad);
}

void load_run(struct sandbox *sb, struct bq_job *job, struct span media)
{
	jdoc *config = jdoc_copy(jdoc_at(job->resource, "configuration.load"));
	struct bq_load l = {.sb = sb, .job = job, .config = config, .raw = media};

	body_init(&l.plain);
	if (job->dry_run)
		bq_fail(&l.error, "invalid", "dryRun is not defined for load jobs");
	else if (read_config(&l) && unpack(&l) && detect(&l)) {
		store_begin(sb->store);
		if (prepare(&l) && load_data(&l)) {
			set_statistics(&l);
			catalog_touch(sb->store, l.table);
			store_commit(sb->store);
		} else {
			store_rollback(sb->store);
		}
	}
	if (*l.error.reason) {
		bq_set_int64(job->resource, "statistics.load.badRecords", l.bad);
		job_fail(job, &l.error);
	}
	body_free(&l.plain);
	catalog_free(l.table);
	columns_free(l.columns, l.n);
	free(l.name);
	free(l.full);
	jdoc_free(config);
}
