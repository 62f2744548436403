#ifndef CLOUD_BQTABLE_H
#define CLOUD_BQTABLE_H

/*
 * Tables: their names, their resources (tables.get, insert, patch), and the
 * schema that a contract gives them. Source: BigQuery's discovery document,
 * resources Table, TableFieldSchema, TimePartitioning, Clustering.
 */

#include "cloud/bigquery.h"
#include "schema/contract.h"

#define BQTABLE_SYNTAX "[PROJECT.]DATASET.TABLE"

/* A table's name in its three parts; `table` may hold a partition decorator ("leads$20261122"). */
struct bqtable {
	char *project, *dataset, *table;
	char *text; /* "project.dataset.table" */
};

/*
 * Reads [PROJECT.]DATASET.TABLE or PROJECT:DATASET.TABLE, as bq writes it. A table has letters,
 * marks, numbers and connectors of any script, dashes and spaces, and may end in one $ and a
 * partition; a dataset ASCII letters, digits and _; a project - . and : too. So a name can go into
 * backquotes as it is. False when it is not one.
 */
bool bqtable_parse(struct bqtable *t, const char *text, const char *project);
void bqtable_free(struct bqtable *t);

/* Does it name one partition of the table? */
bool bqtable_has_partition(const struct bqtable *t);

/* Appends `project.dataset.table` in backquotes, without a decorator. */
void bqtable_sql(struct buf *b, const struct bqtable *t);

/*
 * Sets {projectId, datasetId, tableId} under `path`; without `decorated` the decorator is left
 * out.
 */
void bqtable_reference(jdoc *doc, const char *path, const struct bqtable *t, bool decorated);

/* tables.get. False when it failed; *doc is NULL when there is no such table (or dataset). */
bool bqtable_get(struct bigquery *bq, const struct bqtable *t, jdoc **doc);

/*
 * Appends when a table (its resource) was made and last changed, and its rows: what tells its
 * states apart.
 */
void bqtable_state(struct buf *b, const jdoc *table);

/*
 * datasets.get: *location (the caller frees) or NULL when there is no such dataset. False when
 * it failed.
 */
bool bqtable_dataset(struct bigquery *bq, const struct bqtable *t, char **location);

/*
 * tables.insert of `resource` (its tableReference is set here). A table that is there already
 * is no error.
 */
bool bqtable_create(struct bigquery *bq, const struct bqtable *t, jdoc *resource);

/*
 * tables.patch of the schema to `fields` (copied): the table's own columns and new ones behind
 * them.
 */
bool bqtable_patch_fields(struct bigquery *bq, const struct bqtable *t, const jdoc *fields);

/* {"fields":[...]} with BigQuery's own keys only: name, type, mode, description, fields. */
jdoc *bqtable_schema(const struct contract *c);

/* Sets timePartitioning and clustering, as both a load job and a table have them. */
void bqtable_layout(jdoc *doc, const struct contract *c);

/* The field of a schema's "fields" with that name (compared without case), or NULL. */
const jdoc *bqtable_field(const jdoc *fields, const char *name);

/*
 * The fields of `first`, and behind them those that only `more` has, in records too; these come as
 * NULLABLE with `nullable`. *added, if not NULL, counts them. The caller frees.
 */
jdoc *bqtable_join(const jdoc *first, const jdoc *more, bool nullable, size_t *added);

/*
 * The standard name of a type that BigQuery's API answered with (INTEGER is INT64); a name
 * that is not known stays.
 */
const char *bqtable_type(const char *name);

/*
 * What a field of a schema is, and may be (enum type_use); a type that is not known is and may
 * be nothing.
 */
bool bqtable_field_is(const jdoc *field, enum type type);
bool bqtable_field_can(const jdoc *field, unsigned uses);

#endif
