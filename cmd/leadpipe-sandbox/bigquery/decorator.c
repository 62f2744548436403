/*
 * Partition decorators. (BigQuery docs: managing-partitioned-table-data, load-data-partitioned-
 * tables.)
 */

#include "storage/catalog_size.h"
#include "base/mem.h"
#include "bigquery/decorator.h"
#include "storage/partitioning.h"

#include <stdlib.h>

enum { SQL_MAX = 1 << 16 };

const char *decorator_cut(const char *name, char **table)
{
	size_t n = strcspn(name, "$");

	*table = mem_format("%.*s", (int)n, name);
	return name[n] ? name + n + 1 : NULL;
}

bool decorator_check(const struct catalog_table *t, const char *decorator, struct bq_error *e)
{
	struct partitioning p = partitioning_of(t->resource);

	if (!p.field)
		return bq_fail(e, "invalid",
		    "Cannot read partition information from a table that is not partitioned: "
		    "%s:%s.%s$%.40s",
		    t->project, t->dataset, t->name, decorator);
	return partitioning_has(&p, decorator) ||
	       bq_fail(e, "invalid",
	           "Invalid partition decorator $%.40s: table %s:%s.%s is partitioned by %s on %s",
	           decorator, t->project, t->dataset, t->name, p.unit ? p.unit : "ranges", p.field);
}

struct catalog_table *decorator_open(
    struct sandbox *sb, const struct request *rq, struct reply *rp, const char **decorator)
{
	const char *project = rq->part[0].p, *dataset = rq->part[1].p;
	struct bq_error e = {.reason = ""};
	struct catalog_table *t;
	char *name;

	*decorator = decorator_cut(rq->part[2].p, &name);
	t = catalog_open(sb->store, project, dataset, name);
	if (!t)
		bq_fail(&e, "notFound", "Not found: Table %s:%s.%s", project, dataset, name);
	else if (*decorator)
		decorator_check(t, *decorator, &e);
	if (*e.reason) {
		bq_refuse(rp, &e);
		catalog_free(t);
		t = NULL;
	}
	free(name);
	return t;
}

void decorator_where(struct buf *b, const struct catalog_table *t, const char *decorator, bool in)
{
	struct partitioning p = partitioning_of(t->resource);

	if (!decorator)
		return;
	buf_adds(b, " WHERE ");
	partitioning_id(b, &p);
	buf_addf(b, " %s '%s'", in ? "=" : "<>", decorator);
}

int64_t decorator_rows(
    struct store *s, const struct catalog_table *t, const char *decorator, bool in)
{
	struct buf where;
	int64_t rows;

	buf_init(&where, SQL_MAX);
	decorator_where(&where, t, decorator, in);
	rows = catalog_size_rows(s, t, buf_str(&where));
	buf_free(&where);
	return rows;
}

void decorator_empty(struct store *s, const struct catalog_table *t, const char *decorator)
{
	struct buf sql;

	buf_init(&sql, SQL_MAX);
	buf_adds(&sql, "DELETE FROM ");
	store_quote(&sql, t->storage);
	decorator_where(&sql, t, decorator, true);
	store_exec(s, buf_str(&sql));
	buf_free(&sql);
}
