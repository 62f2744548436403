/* datasets.insert, get, list, patch, delete. */

#include "base/clock.h"
#include "base/mem.h"
#include "bigquery/dataset.h"
#include "bigquery/page.h"
#include "storage/catalog.h"

#include <stdlib.h>
#include <string.h>

enum { LIST_MOST = 1000 };

static jdoc *reference(const char *project, const char *dataset)
{
	jdoc *doc = jdoc_object();

	jdoc_set_text(doc, "datasetId", dataset);
	jdoc_set_text(doc, "projectId", project);
	return doc;
}

/* The whole resource; NULL when there is no such dataset. */
static jdoc *dataset_resource(struct store *s, const char *project, const char *dataset)
{
	static const char sql[] = "SELECT resource, created, modified FROM bq_dataset"
	                          " WHERE project = ?1 AND name = ?2";
	char why[JDOC_WHY];
	char *id = mem_format("%s:%s", project, dataset);
	sqlite3_stmt *stmt;
	jdoc *doc = NULL;

	if (catalog_has_dataset(s, project, dataset)) {
		stmt = store_query(s, sql, "tt", project, dataset);
		sqlite3_step(stmt);
		doc = jdoc_parse(span_of((const char *)sqlite3_column_text(stmt, 0)), why);
		jdoc_set_text(doc, "kind", "bigquery#dataset");
		jdoc_set_text(doc, "id", id);
		jdoc_set(doc, "datasetReference", reference(project, dataset));
		jdoc_set_text(doc, "location", jdoc_text(doc, "location", "US"));
		bq_set_int64(doc, "creationTime", sqlite3_column_int64(stmt, 1));
		bq_set_int64(doc, "lastModifiedTime", sqlite3_column_int64(stmt, 2));
		bq_set_etag(doc);
		sqlite3_finalize(stmt);
	}
	free(id);
	return doc;
}

static void answer(struct store *s, struct reply *rp, const char *project, const char *dataset)
{
	jdoc *doc = dataset_resource(s, project, dataset);

	if (doc)
		reply_json(rp, 200, doc);
	else
		bq_reject(rp, "notFound", "Not found: Dataset %s:%s", project, dataset);
}

void dataset_get(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	answer(sb->store, rp, rq->part[0].p, rq->part[1].p);
}

/* What of a Dataset document is kept beside its name. */
static const char *const kept[] = {"location", "description", "friendlyName", "labels", "access",
    "defaultTableExpirationMs", "defaultPartitionExpirationMs", NULL};

void dataset_insert(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	jdoc *doc = bq_body(rq, rp), *none = jdoc_object(), *given = bq_chosen(doc, kept);
	jdoc *rest = bq_patched(none, given);
	const char *project = rq->part[0].p;
	const char *dataset = jdoc_text(doc, "datasetReference.datasetId", "");

	if (doc && !catalog_dataset_name(dataset)) {
		bq_reject(rp, "invalid",
		    "Invalid dataset ID \"%.60s\". Dataset IDs must be alphanumeric (plus "
		    "underscores) and must be at most 1024 characters long.",
		    dataset);
	} else if (doc && catalog_has_dataset(sb->store, project, dataset)) {
		bq_reject(rp, "duplicate", "Already Exists: Dataset %s:%s", project, dataset);
	} else if (doc) {
		catalog_add_dataset(sb->store, project, dataset, rest);
		answer(sb->store, rp, project, dataset);
	}
	jdoc_free(none);
	jdoc_free(given);
	jdoc_free(rest);
	jdoc_free(doc);
}

/* `whole`: what the document does not name is taken away, but for the location. */
static void change(struct sandbox *sb, const struct request *rq, struct reply *rp, bool whole)
{
	static const char *const fixed[] = {"location", NULL};
	const char *project = rq->part[0].p, *dataset = rq->part[1].p;
	jdoc *doc = dataset_resource(sb->store, project, dataset);
	jdoc *body = doc && bq_unchanged(rq, doc, rp) ? bq_body(rq, rp) : NULL;

	if (body) {
		jdoc *old = bq_chosen(doc, whole ? fixed : kept), *given = bq_chosen(body, kept);
		jdoc *fresh = bq_patched(old, given);
		char *text = jdoc_dump(fresh);

		store_run(sb->store,
		    "UPDATE bq_dataset SET resource = ?3, modified = ?4"
		    " WHERE project = ?1 AND name = ?2",
		    "ttti", project, dataset, text, clock_now() / 1000);
		free(text);
		jdoc_free(old);
		jdoc_free(given);
		jdoc_free(fresh);
	}
	if (body || !doc)
		answer(sb->store, rp, project, dataset);
	jdoc_free(body);
	jdoc_free(doc);
}

void dataset_patch(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	change(sb, rq, rp, false);
}

void dataset_update(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	change(sb, rq, rp, true);
}

/* datasets.list's filter, such as "labels.team:crm labels.active". */
static bool passes(const jdoc *resource, const char *filter)
{
	while (filter && *(filter += strspn(filter, " "))) {
		struct span term = {filter, strcspn(filter, " ")};
		const char *colon = memchr(term.p, ':', term.n), *have;
		size_t name = colon ? (size_t)(colon - term.p) : term.n;
		char *path = mem_format("%.*s", (int)name, term.p);

		have = jdoc_text(resource, path, NULL);
		free(path);
		if (!have || !span_starts(term, SPAN("labels.")) ||
		    (colon && !span_eq(span_of(have), span_skip(term, name + 1))))
			return false;
		filter += term.n;
	}
	return true;
}

void dataset_list(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	static const char sql[] = "SELECT name FROM bq_dataset WHERE project = ?1 ORDER BY name";
	static const char *const shown[] = {
	    "kind", "id", "datasetReference", "location", "friendlyName", "labels", NULL};
	const char *project = rq->part[0].p;
	jdoc *doc, *list;
	sqlite3_stmt *stmt;
	struct bq_page page;
	int64_t next = 0;

	if (!page_wanted(&page, rq, LIST_MOST, rp))
		return;
	catalog_has_dataset(sb->store, project, "");
	doc = jdoc_object();
	list = jdoc_array();
	stmt = store_query(sb->store, sql, "t", project);
	while (sqlite3_step(stmt) == SQLITE_ROW && next < page.start + page.most) {
		jdoc *whole = dataset_resource(
		    sb->store, project, (const char *)sqlite3_column_text(stmt, 0));

		if (passes(whole, request_query(rq, "filter")) && next++ >= page.start)
			jdoc_push(list, bq_chosen(whole, shown));
		jdoc_free(whole);
	}
	sqlite3_finalize(stmt);
	jdoc_set_text(doc, "kind", "bigquery#datasetList");
	jdoc_set(doc, "datasets", list);
	if (next == page.start + page.most)
		page_token(doc, "nextPageToken", next);
	reply_json(rp, 200, doc);
}

void dataset_delete(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	const char *project = rq->part[0].p, *dataset = rq->part[1].p;

	if (!catalog_has_dataset(sb->store, project, dataset)) {
		answer(sb->store, rp, project, dataset);
		return;
	}
	if (!bq_flag(rq, "deleteContents") &&
	    store_int(sb->store, 0, "SELECT 1 FROM bq_table WHERE project = ?1 AND dataset = ?2",
	        "tt", project, dataset)) {
		bq_reject(rp, "resourceInUse", "Dataset %s:%s is still in use", project, dataset);
		return;
	}
	store_begin(sb->store);
	catalog_drop_dataset(sb->store, project, dataset);
	store_commit(sb->store);
	rp->status = 204;
}
