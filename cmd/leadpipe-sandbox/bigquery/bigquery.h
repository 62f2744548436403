#ifndef SANDBOX_BIGQUERY_H
#define SANDBOX_BIGQUERY_H

/*
 * What the modules of the BigQuery service share: error replies, pages of rows, rows
 * in, and schema changes. The routes are in bigquery.c; jobs in job.h. Shapes
 * and words: Google's discovery document and the documentation of its REST API.
 */

#include "storage/catalog.h"
#include "json/row.h"
#include "sandbox.h"
#include "storage/value.h"

extern const struct route bigquery_routes[];

enum { BQ_MESSAGE = 1024 };

/* Why something failed, in BigQuery's words; reason[0] is 0 while nothing did. */
struct bq_error {
	char reason[32]; /* "invalid", "notFound", "duplicate" ... */
	char message[BQ_MESSAGE];
};

/* Sets both; returns false, for `return bq_fail(...)`. */
bool bq_fail(struct bq_error *e, const char *reason, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Answers with the error body and the HTTP status that belongs to the reason. */
void bq_refuse(struct reply *rp, const struct bq_error *e);

/* Both at once. */
void bq_reject(struct reply *rp, const char *reason, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The request's body as an object; NULL when it is none: the reply says so. The caller frees. */
jdoc *bq_body(const struct request *rq, struct reply *rp);

/* Sets an int64 as Google writes it: a string of digits. */
void bq_set_int64(jdoc *doc, const char *path, int64_t value);

/*
 * The int64s of a Dataset, Table or job configuration that came as numbers: as Google writes
 * them.
 */
void bq_int64_texts(jdoc *doc);

/* A bool of a document or a query parameter that may come as "true". */
bool bq_flag(const struct request *rq, const char *name);

/* ---- pages ---- */

/* Which part of a list a request asks for: startIndex or pageToken, and maxResults. */
struct bq_page {
	int64_t start, most;
	bool int64_timestamp; /* formatOptions.useInt64Timestamp */
};

/* False when pageToken or a number is none of ours: the reply says so. `most` is the default. */
bool page_read(struct bq_page *page, const struct request *rq, int64_t most, struct reply *rp);

/* Sets nextPageToken or pageToken (`name`) for the item `next`. */
void page_token(jdoc *doc, const char *name, int64_t next);

/* One run of rows: `from` is a quoted table with `total` rows, `columns` what is shown of it. */
struct bq_rows {
	const char *from;
	const struct catalog_column *columns;
	size_t n;
	bool numbered; /* the columns are called c0, c1 ... (query results) */
	int64_t total;
};

/* Answers {..."rows":[...],"pageToken":...}: `doc` (taken over) is what stands before the rows. */
void page_rows(struct sandbox *sb, struct reply *rp, jdoc *doc, const struct bq_rows *rows,
    const struct bq_page *page);

/* ---- the rows of a query that names no table ---- */

/* Names their table in the job; is that what a request asks for? Then these answer it. */
struct bq_job;
void anonymous_name(struct bq_job *job);
bool anonymous_is(const struct request *rq);
void anonymous_get(struct sandbox *sb, const struct request *rq, struct reply *rp);
void anonymous_list(struct sandbox *sb, const struct request *rq, struct reply *rp);

/* ---- rows in ---- */

/* One INSERT into a table, prepared once. */
struct bq_ingest {
	const struct catalog_table *table;
	struct value_in in;
	/* private */
	sqlite3_stmt *stmt;
	struct span *values;
	struct buf scratch;
};

void ingest_open(
    struct bq_ingest *g, struct store *s, const struct catalog_table *table, bool ignore_unknown);

/*
 * Stores one row. NULL, or the rule it breaks (value_say with g->in.field); then nothing is
 * stored.
 */
const char *ingest_row(struct bq_ingest *g, const struct row *row);
void ingest_close(struct bq_ingest *g);

/* ---- schemas ---- */

/* What a new schema may do to the one that is there. */
struct evolve {
	bool add, relax;   /* fields; REQUIRED to NULLABLE */
	bool whole;        /* it must name all fields (tables.patch) */
	const char *table; /* "p:d.t", for messages */
};

/*
 * The old columns with what `fresh` adds and relaxes, for catalog_alter; the caller
 * owns them. False: the message says why not.
 */
bool evolve_columns(const struct evolve *how, const struct catalog_column *old, size_t n_old,
    const struct catalog_column *fresh, size_t n_fresh, struct catalog_column **merged,
    size_t *n_merged, struct bq_error *e);

/*
 * Schema auto-detection, as load jobs ask for it: the columns of the first 500 rows, NULLABLE or
 * REPEATED; NULL where no row has any. Strings that look like numbers, booleans, dates and
 * times become those, and what is mixed becomes a STRING, as BigQuery does it. Columns that
 * `table` (or NULL) has are as it has them. False: a field is a record here and none there, or
 * its name cannot be a column's.
 */
bool detect_columns(struct span media, const struct catalog_table *table,
    struct catalog_column **columns, size_t *n, struct bq_error *e);

/*
 * timePartitioning, rangePartitioning and clustering of `resource` against the columns;
 * expirationTime.
 */
bool partition_check(
    const jdoc *resource, const struct catalog_column *columns, size_t n, struct bq_error *e);

/* Does the partitioning that `wanted` names (if it does) equal the one of `resource`? */
bool partition_same(const jdoc *resource, const jdoc *wanted);

/* ---- one partition of a table: "t$20260101" ---- */

/*
 * The table of a request's path and its decorator, or NULL: the reply says why. The caller
 * frees it.
 */
struct catalog_table *decorator_open(
    struct sandbox *sb, const struct request *rq, struct reply *rp, const char **decorator);

/*
 * Cuts the name in two; the decorator (borrowed from it), or NULL where it has none. The caller
 * frees *table.
 */
const char *decorator_cut(const char *name, char **table);

/* Is the table partitioned, and can it have a partition of that id? */
bool decorator_check(const struct catalog_table *t, const char *decorator, struct bq_error *e);

/*
 * Appends " WHERE ...": the rows in that partition, or (`in` false) in all the others; nothing
 * without a decorator.
 */
void decorator_where(struct buf *b, const struct catalog_table *t, const char *decorator, bool in);

/* How many rows those are. */
int64_t decorator_rows(
    struct store *s, const struct catalog_table *t, const char *decorator, bool in);

/* Deletes the rows in the partition, or (no decorator) all. */
void decorator_empty(struct store *s, const struct catalog_table *t, const char *decorator);

/* Sets name of `to` from `from` when it is there. */
void bq_copy(jdoc *to, const char *to_path, const jdoc *from, const char *from_path);

/* ---- changes of resources ---- */

/* `old` as a patch (RFC 7396) makes it: objects are merged, null takes away. The caller frees. */
jdoc *bq_patched(const jdoc *old, const jdoc *patch);

/* The members of doc that `keys` (NULL ends them) name, null ones too. The caller frees. */
jdoc *bq_chosen(const jdoc *doc, const char *const *keys);

/* The etag of a resource: another one whenever something in it is. */
void bq_set_etag(jdoc *resource);

/* Does the resource have the etag that If-Match (if any) demands? False: the reply says no. */
bool bq_unchanged(const struct request *rq, const jdoc *resource, struct reply *rp);

/* ---- handlers, by the module that has them ---- */

route_handler dataset_insert, dataset_get, dataset_list, dataset_delete, dataset_patch,
    dataset_update;
route_handler table_insert, table_get, table_list, table_patch, table_update, table_delete;
route_handler data_list, data_insert_all;
route_handler job_post, job_get, job_list, job_cancel, job_delete;
route_handler query_post, query_get;

/* Tokens for tokens, as external_account and impersonated credentials ask for them. */
route_handler sts_exchange, sts_impersonate;
route_handler upload_post, upload_put;
route_handler discovery_get;

#endif
