#ifndef SANDBOX_CATALOG_H
#define SANDBOX_CATALOG_H

/*
 * BigQuery's datasets and tables, as the REST interface and SQL both see them.
 * Metadata lies in bq_dataset and bq_table; the rows of project.dataset.table lie
 * in a SQLite table of just that name ("p.d.t") with the columns' own names, so
 * that the sqlite3 shell can be used to look. How a value is stored: value.h.
 */

#include "base/buf.h"
#include "schema/contract.h"
#include "storage/columns.h"
#include "storage/store.h"
#include "wire/jdoc.h"

struct catalog_table {
	char *project, *dataset, *name;
	char *storage; /* the SQLite table's name, unquoted: "p.d.t" */
	struct catalog_column *columns;
	size_t n;
	jdoc *
	    resource; /* the rest of the Table resource: timePartitioning, clustering, labels ... */
};

bool catalog_has_dataset(struct store *s, const char *project, const char *dataset);

/*
 * `resource`: the rest of the Dataset resource (location, labels ...), or NULL. It must not be
 * there yet.
 */
void catalog_add_dataset(
    struct store *s, const char *project, const char *dataset, const jdoc *resource);

/* Drops the dataset with all its tables. */
void catalog_drop_dataset(struct store *s, const char *project, const char *dataset);

/*
 * NULL when there is none; one whose expirationTime has passed is dropped first, and of the
 * rest the partitions whose expirationMs have. The
 * caller frees with catalog_free. Names are case-sensitive, as in BigQuery. No
 * statement of ours may be open.
 */
struct catalog_table *catalog_open(
    struct store *s, const char *project, const char *dataset, const char *name);

/* Drops all tables of the dataset whose time has passed. */
void catalog_expire(struct store *s, const char *project, const char *dataset);

/* Makes a table (its dataset must be there) of these columns; `resource` as above, or NULL. */
void catalog_create(struct store *s, const char *project, const char *dataset, const char *name,
    const struct catalog_column *columns, size_t n, const jdoc *resource);

/*
 * Adds a column at the end (NULL, or [] where REPEATED, in all rows), or relaxes REQUIRED to
 * NULLABLE.
 */
void catalog_add_column(
    struct store *s, struct catalog_table *t, const struct catalog_column *column);
void catalog_relax_column(struct store *s, struct catalog_table *t, const char *column);

/*
 * Both at once: the table's columns are now these, whose first t->n have the old
 * names in the old order (and may have more nested fields at their end, another
 * mode or description). Takes over `columns`.
 */
void catalog_alter(
    struct store *s, struct catalog_table *t, struct catalog_column *columns, size_t n);

/* Writes back t->resource. */
void catalog_save_resource(struct store *s, const struct catalog_table *t);

/* Notes that rows changed just now (lastModifiedTime). */
void catalog_touch(struct store *s, const struct catalog_table *t);

void catalog_drop(struct store *s, const struct catalog_table *t);
void catalog_free(struct catalog_table *t);

/*
 * What a name may be: a dataset letters, digits and _; a table also - and
 * whatever lies beyond ASCII; each at most 1,024 bytes.
 */
bool catalog_dataset_name(const char *name);
bool catalog_table_name(const char *name);

#endif
