#ifndef SANDBOX_BQ_DECORATOR_H
#define SANDBOX_BQ_DECORATOR_H

/* One partition of a table: "t$20260101". */

#include "bigquery/bq.h"
#include "storage/catalog.h"

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

#endif
