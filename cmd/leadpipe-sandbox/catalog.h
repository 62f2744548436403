#ifndef SANDBOX_CATALOG_H
#define SANDBOX_CATALOG_H

/*
 * BigQuery's datasets and tables, as the REST interface and SQL both see them.
 * Metadata lies in bq_dataset and bq_table; the rows of project.dataset.table lie
 * in a SQLite table of just that name ("p.d.t") with the columns' own names, so
 * that the sqlite3 shell can be used to look. How a value is stored: value.h.
 */

#include "row/contract.h"
#include "store.h"
#include "wire/jdoc.h"

struct column {
	char *name;
	enum type type;
	enum mode mode;
	char *description;     /* or NULL */
	struct column *fields; /* of a RECORD */
	size_t n;
};

struct table {
	char *project, *dataset, *name;
	char *storage; /* the SQLite table's name, unquoted: "p.d.t" */
	struct column *columns;
	size_t n;
	jdoc *
	    resource; /* the rest of the Table resource: timePartitioning, clustering, labels ... */
};

bool catalog_has_dataset(struct store *s, const char *project, const char *dataset);
void catalog_add_dataset(
    struct store *s, const char *project, const char *dataset, const jdoc *resource);

/* NULL when there is none. The caller frees with catalog_free. Names are case-sensitive, as in BigQuery. */
struct table *catalog_open(
    struct store *s, const char *project, const char *dataset, const char *name);

/* Makes a table (its dataset must be there) of these columns; `resource` as above, or NULL. */
void catalog_create(struct store *s, const char *project, const char *dataset, const char *name,
    const struct column *columns, size_t n, const jdoc *resource);

/* Adds a column at the end (NULL in all rows), or relaxes REQUIRED to NULLABLE. */
void catalog_add_column(struct store *s, struct table *t, const struct column *column);
void catalog_relax_column(struct store *s, struct table *t, const char *column);

void catalog_drop(struct store *s, const struct table *t);
void catalog_free(struct table *t);

/* Columns from and to a BigQuery schema ({"fields":[...]}). False: `why` names the field and the rule. */
bool columns_read(const jdoc *schema, struct column **columns, size_t *n, char why[JDOC_WHY]);
jdoc *columns_schema(
    const struct column *columns, size_t n); /* legacy type names, as BigQuery answers */
struct column *columns_copy(const struct column *columns, size_t n);
void columns_free(struct column *columns, size_t n);
/* Names compare without case. */
const struct column *columns_find(const struct column *columns, size_t n, struct span name);

#endif
