/* tables.insert, get, list, patch, delete. */

#include "storage/catalog_size.h"
#include "bigquery/table.h"
#include "bigquery/anonymous.h"
#include "bigquery/decorator.h"
#include "bigquery/evolve.h"
#include "bigquery/page.h"
#include "bigquery/partition.h"
#include "base/mem.h"

#include <stdlib.h>

enum { LIST_MOST = 1000 };

/* What all lists and replies name a table by. */
static void set_names(jdoc *doc, const char *project, const char *dataset, const char *name)
{
	char *id = mem_format("%s:%s.%s", project, dataset, name);

	jdoc_set_text(doc, "id", id);
	jdoc_set_text(doc, "tableReference.projectId", project);
	jdoc_set_text(doc, "tableReference.datasetId", dataset);
	jdoc_set_text(doc, "tableReference.tableId", name);
	jdoc_set_text(doc, "type", "TABLE");
	free(id);
}

static void set_times(struct store *s, jdoc *doc, const struct catalog_table *t)
{
	static const char sql[] = "SELECT t.created, t.modified, d.resource FROM bq_table t, "
	                          "bq_dataset d WHERE t.project = ?1 AND t.dataset = ?2 AND "
	                          "t.name = ?3 AND d.project = t.project AND d.name = t.dataset";
	sqlite3_stmt *stmt = store_query(s, sql, "ttt", t->project, t->dataset, t->name);
	char why[JDOC_WHY];

	if (sqlite3_step(stmt) == SQLITE_ROW) {
		jdoc *dataset =
		    jdoc_parse(span_of((const char *)sqlite3_column_text(stmt, 2)), why);

		bq_set_int64(doc, "creationTime", sqlite3_column_int64(stmt, 0));
		bq_set_int64(doc, "lastModifiedTime", sqlite3_column_int64(stmt, 1));
		jdoc_set_text(doc, "location", jdoc_text(dataset, "location", "US"));
		jdoc_free(dataset);
	}
	sqlite3_finalize(stmt);
}

/* With a decorator: the numbers are of that partition. */
static jdoc *table_resource(struct store *s, const struct catalog_table *t, const char *decorator)
{
	jdoc *doc = jdoc_copy(t->resource);
	struct buf part;

	jdoc_set_text(doc, "kind", "bigquery#table");
	set_names(doc, t->project, t->dataset, t->name);
	if (t->n)
		jdoc_set(doc, "schema", columns_schema(t->columns, t->n));
	buf_init(&part, 1 << 16);
	decorator_where(&part, t, decorator, true);
	bq_set_int64(doc, "numRows", catalog_size_rows(s, t, buf_str(&part)));
	bq_set_int64(doc, "numBytes", catalog_size_bytes(s, t, NULL, buf_str(&part)));
	buf_free(&part);
	set_times(s, doc, t);
	if (!decorator)
		bq_set_etag(doc);
	return doc;
}

void table_get(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	const char *decorator;
	struct catalog_table *t;

	if (anonymous_is(rq)) {
		anonymous_get(sb, rq, rp);
		return;
	}
	t = decorator_open(sb, rq, rp, &decorator);
	if (t)
		reply_json(rp, 200, table_resource(sb->store, t, decorator));
	catalog_free(t);
}

/* What of a Table document is kept beside the schema; what a table keeps for good. */
static const char *const kept[] = {"timePartitioning", "rangePartitioning", "clustering",
    "description", "friendlyName", "labels", "expirationTime", "requirePartitionFilter", NULL};
static const char *const fixed[] = {"timePartitioning", "rangePartitioning", NULL};

static bool check_insert(struct sandbox *sb, const char *project, const char *dataset,
    const char *name, const jdoc *doc, struct bq_error *e)
{
	static const char *const foreign[] = {"view", "materializedView",
	    "externalDataConfiguration", "snapshotDefinition", "cloneDefinition"};

	if (!catalog_has_dataset(sb->store, project, dataset))
		return bq_fail(e, "notFound", "Not found: Dataset %s:%s", project, dataset);
	if (!catalog_table_name(name))
		return bq_fail(e, "invalid", "Invalid table ID \"%.60s\".", name);
	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
		if (jdoc_at(doc, foreign[i]))
			return bq_fail(
			    e, "notImplemented", "%s is not supported by the sandbox", foreign[i]);
	return true;
}

void table_insert(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	jdoc *doc = bq_body(rq, rp), *given = bq_chosen(doc, kept), *none = jdoc_object();
	jdoc *rest = bq_patched(none, given);
	const char *project = rq->part[0].p, *dataset = rq->part[1].p;
	const char *name = jdoc_text(doc, "tableReference.tableId", "");
	struct catalog_column *columns = NULL;
	struct bq_error e = {.reason = ""};
	char why[JDOC_WHY];
	struct catalog_table *t = NULL;
	size_t n = 0;
	bool ok = doc && check_insert(sb, project, dataset, name, doc, &e);

	if (ok && (t = catalog_open(sb->store, project, dataset, name)))
		ok = bq_fail(
		    &e, "duplicate", "Already Exists: Table %s:%s.%s", project, dataset, name);
	if (ok && jdoc_at(doc, "schema.fields") &&
	    !columns_read(jdoc_at(doc, "schema"), &columns, &n, why))
		ok = bq_fail(&e, "invalid", "%s", why);
	if (ok && partition_check(rest, columns, n, &e)) {
		store_begin(sb->store);
		catalog_create(sb->store, project, dataset, name, columns, n, rest);
		store_commit(sb->store);
		t = catalog_open(sb->store, project, dataset, name);
		reply_json(rp, 200, table_resource(sb->store, t, NULL));
	} else if (doc) {
		bq_refuse(rp, &e);
	}
	catalog_free(t);
	columns_free(columns, n);
	jdoc_free(none);
	jdoc_free(given);
	jdoc_free(rest);
	jdoc_free(doc);
}

static bool patch_schema(
    struct store *s, struct catalog_table *t, const jdoc *schema, struct bq_error *e)
{
	char *name = mem_format("%s:%s.%s", t->project, t->dataset, t->name);
	struct evolve how = {.add = true, .relax = true, .whole = true, .table = name};
	struct catalog_column *fresh = NULL, *merged = NULL;
	size_t n_fresh = 0, n_merged;
	char why[JDOC_WHY];
	bool ok = columns_read(schema, &fresh, &n_fresh, why) || bq_fail(e, "invalid", "%s", why);

	if (ok)
		ok = evolve_columns(&how, t->columns, t->n, fresh, n_fresh, &merged, &n_merged, e);
	if (ok)
		catalog_alter(s, t, merged, n_merged);
	columns_free(fresh, n_fresh);
	free(name);
	return ok;
}

static void apply(
    struct sandbox *sb, struct catalog_table *t, const jdoc *doc, bool whole, struct bq_error *e)
{
	jdoc *given = bq_chosen(doc, kept), *old = bq_chosen(t->resource, whole ? fixed : kept);

	store_begin(sb->store);
	jdoc_free(t->resource);
	t->resource = bq_patched(old, given);
	if ((!jdoc_at(doc, "schema") || patch_schema(sb->store, t, jdoc_at(doc, "schema"), e)) &&
	    partition_check(t->resource, t->columns, t->n, e))
		catalog_save_resource(sb->store, t);
	if (*e->reason)
		store_rollback(sb->store);
	else
		store_commit(sb->store);
	jdoc_free(given);
	jdoc_free(old);
}

/* `whole`: what the document does not name is taken away, but for schema and partitioning. */
static void change(struct sandbox *sb, const struct request *rq, struct reply *rp, bool whole)
{
	const char *decorator;
	struct catalog_table *t = decorator_open(sb, rq, rp, &decorator);
	jdoc *now = t ? table_resource(sb->store, t, NULL) : NULL;
	jdoc *doc = now && bq_unchanged(rq, now, rp) ? bq_body(rq, rp) : NULL;
	struct bq_error e = {.reason = ""};

	if (doc && decorator)
		bq_fail(&e, "invalid", "A partition has no metadata of its own: %s$%s", t->name,
		    decorator);
	else if (doc)
		apply(sb, t, doc, whole, &e);
	if (*e.reason)
		bq_refuse(rp, &e);
	else if (doc)
		reply_json(rp, 200, table_resource(sb->store, t, NULL));
	catalog_free(t);
	jdoc_free(now);
	jdoc_free(doc);
}

void table_patch(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	change(sb, rq, rp, false);
}

void table_update(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	change(sb, rq, rp, true);
}

void table_delete(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	const char *decorator;
	struct catalog_table *t = decorator_open(sb, rq, rp, &decorator);

	if (!t)
		return;
	store_begin(sb->store);
	if (decorator)
		decorator_empty(sb->store, t, decorator), catalog_touch(sb->store, t);
	else
		catalog_drop(sb->store, t);
	store_commit(sb->store);
	catalog_free(t);
	rp->status = 204;
}

void table_list(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	static const char sql[] = "SELECT name, resource, created FROM bq_table WHERE project = ?1"
	                          " AND dataset = ?2 ORDER BY name LIMIT ?3 OFFSET ?4";
	static const char *const listed[] = {"timePartitioning", "rangePartitioning", "clustering",
	    "friendlyName", "labels", "expirationTime", "requirePartitionFilter", NULL};
	const char *project = rq->part[0].p, *dataset = rq->part[1].p;
	char why[JDOC_WHY];
	jdoc *doc, *list;
	sqlite3_stmt *stmt;
	struct bq_page page;
	int64_t next;

	if (!page_wanted(&page, rq, LIST_MOST, rp))
		return;
	if (!catalog_has_dataset(sb->store, project, dataset)) {
		bq_reject(rp, "notFound", "Not found: Dataset %s:%s", project, dataset);
		return;
	}
	catalog_expire(sb->store, project, dataset);
	doc = jdoc_object();
	list = jdoc_array();
	next = page.start;
	stmt = store_query(sb->store, sql, "ttii", project, dataset, page.most, page.start);
	for (; sqlite3_step(stmt) == SQLITE_ROW; next++) {
		jdoc *whole = jdoc_parse(span_of((const char *)sqlite3_column_text(stmt, 1)), why);
		jdoc *item = bq_chosen(whole, listed);

		jdoc_set_text(item, "kind", "bigquery#table");
		set_names(item, project, dataset, (const char *)sqlite3_column_text(stmt, 0));
		bq_set_int64(item, "creationTime", sqlite3_column_int64(stmt, 2));
		jdoc_push(list, item);
		jdoc_free(whole);
	}
	sqlite3_finalize(stmt);
	jdoc_set_text(doc, "kind", "bigquery#tableList");
	jdoc_set(doc, "tables", list);
	jdoc_set_int(doc, "totalItems",
	    store_int(sb->store, 0,
	        "SELECT count(*) FROM bq_table WHERE project = ?1 AND dataset = ?2", "tt", project,
	        dataset));
	if (next - page.start == page.most)
		page_token(doc, "nextPageToken", next);
	reply_json(rp, 200, doc);
}
