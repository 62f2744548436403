#ifndef SANDBOX_SQL_SCHEMA_H
#define SANDBOX_SQL_SCHEMA_H

/*
 * dataset.INFORMATION_SCHEMA.TABLES, COLUMNS and PARTITIONS, made from the catalog as
 * constant rows at the moment the statement is bound.
 */

#include "sql/bind.h"

/* A subquery in SQLite's SQL, in parentheses; fails for a view that is not known. */
const char *schema_view(struct sql *q, const struct list *path, struct sql_place at);

/* Its columns under the SQLite alias `name`. */
struct relation *schema_range(
    struct sql *q, const struct list *path, struct span alias, const char *name);

#endif
