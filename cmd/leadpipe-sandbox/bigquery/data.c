/* tabledata.list and tabledata.insertAll. */

#include "base/clock.h"
#include "base/mem.h"
#include "bigquery/data.h"
#include "bigquery/anonymous.h"
#include "bigquery/decorator.h"
#include "bigquery/ingest.h"
#include "bigquery/page.h"
#include "json/jstr.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS_MOST = 100000, INSERT_ROWS_MAX = 50000 };

/* The columns that selectedFields names, borrowed from the table's; false when one is not there. */
static bool select_fields(const struct catalog_table *t, const char *names,
    struct catalog_column *columns, size_t *n, struct reply *rp)
{
	const char *comma;

	*n = 0;
	for (; names && *names; names = *comma ? comma + 1 : comma) {
		const struct catalog_column *c;

		comma = names + strcspn(names, ",");
		c = columns_find(t->columns, t->n, (struct span){names, (size_t)(comma - names)});
		if (!c || *n == t->n) {
			bq_reject(rp, "invalid", "selectedFields: no such field: %.*s",
			    (int)(comma - names < 300 ? comma - names : 300), names);
			return false;
		}
		columns[(*n)++] = *c;
	}
	return true;
}

static void list_table(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	const char *fields = request_query(rq, "selectedFields"), *decorator;
	struct catalog_table *t = decorator_open(sb, rq, rp, &decorator);
	struct catalog_column *columns = t ? mem_alloc((t->n + 1) * sizeof *columns) : NULL;
	struct buf from;
	struct bq_page page;
	struct bq_rows rows;

	buf_init(&from, 1 << 16);
	if (t && page_wanted(&page, rq, ROWS_MOST, rp) &&
	    select_fields(t, fields, columns, &rows.n, rp)) {
		jdoc *doc = jdoc_object();

		store_quote(&from, t->storage);
		decorator_where(&from, t, decorator, true);
		rows = (struct bq_rows){.from = buf_str(&from),
		    .columns = fields && *fields ? columns : t->columns,
		    .n = fields && *fields ? rows.n : t->n,
		    .total = decorator_rows(sb->store, t, decorator, true)};
		jdoc_set_text(doc, "kind", "bigquery#tableDataList");
		bq_set_int64(doc, "totalRows", rows.total);
		page_rows(sb, rp, doc, &rows, &page);
	}
	buf_free(&from);
	free(columns);
	catalog_free(t);
}

void data_list(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	(anonymous_is(rq) ? anonymous_list : list_table)(sb, rq, rp);
}

/* ---- insertAll ---- */

struct insert {
	struct store *store;
	struct bq_ingest ingest;
	struct row document, item, json; /* the body, one of its rows, that row's json */
	jdoc *errors;
	size_t bad, n;
};

static void add_error(
    jdoc *errors, size_t index, const char *reason, const char *field, struct span text)
{
	jdoc *entry = jdoc_object(), *list = jdoc_array(), *error = jdoc_object();

	jdoc_set_text(error, "reason", reason);
	jdoc_set_text(error, "location", field);
	jdoc_set_text(error, "debugInfo", "");
	jdoc_set_span(error, "message", text);
	jdoc_push(list, error);
	jdoc_set_int(entry, "index", (int64_t)index);
	jdoc_set(entry, "errors", list);
	jdoc_push(errors, entry);
}

/* Was a row of that insertId stored in the last minute? */
static bool seen(struct insert *in, const struct field *id)
{
	const char *storage = in->ingest.table->storage;

	return id && id->type == JSON_STRING &&
	       store_int(in->store, 0, "SELECT 1 FROM bq_insert WHERE storage = ?1 AND id = ?2",
	           "ts", storage, id->value);
}

static void remember(struct insert *in, const struct field *id)
{
	if (id && id->type == JSON_STRING)
		store_run(in->store, "INSERT INTO bq_insert VALUES(?1, ?2, ?3)", "tsi",
		    in->ingest.table->storage, id->value, clock_now());
}

static void begin_insert(struct insert *in)
{
	store_exec(in->store, "CREATE TABLE IF NOT EXISTS bq_insert(storage TEXT, id TEXT,"
	                      " at INTEGER, PRIMARY KEY(storage, id))");
	store_run(
	    in->store, "DELETE FROM bq_insert WHERE at < ?1", "i", clock_now() - 60 * CLOCK_SECOND);
}

static void insert_one(struct insert *in, struct span raw)
{
	const struct field *json = NULL, *id = NULL;
	const char *why = "The row has no json";
	struct buf text;

	if (scan_type(raw) == JSON_OBJECT) {
		row_split(&in->item, raw);
		json = row_find(&in->item, SPAN("json"));
		id = row_find(&in->item, SPAN("insertId"));
	}
	in->ingest.in.field[0] = '\0';
	if (seen(in, id)) {
		why = NULL;
	} else if (json && json->type == JSON_OBJECT) {
		row_split(&in->json, json->value);
		why = ingest_row(&in->ingest, &in->json);
		if (!why)
			remember(in, id);
	}
	if (why) {
		buf_init(&text, BQ_MESSAGE * 2);
		value_say(&text, why, in->ingest.in.field);
		add_error(in->errors, in->n, "invalid", in->ingest.in.field, buf_span(&text));
		buf_free(&text);
		in->bad++;
	}
	in->n++;
}

/* All rows are "stopped" that were not bad themselves. */
static void stop_others(struct insert *in)
{
	jdoc *all = jdoc_array();

	for (size_t i = 0, bad = 0; i < in->n; i++) {
		const jdoc *entry = jdoc_item(in->errors, bad, NULL);

		if (entry && jdoc_int(entry, "index", -1) == (int64_t)i) {
			jdoc_push(all, jdoc_copy(entry));
			bad++;
		} else {
			add_error(all, i, "stopped", "", SPAN(""));
		}
	}
	jdoc_free(in->errors);
	in->errors = all;
}

static bool is_true(const struct row *document, struct span name)
{
	const struct field *f = row_find(document, name);

	return f && f->type == JSON_TRUE;
}

static void insert_rows(struct sandbox *sb, struct insert *in, const struct catalog_table *t,
    const struct field *rows, struct reply *rp)
{
	struct span rest = rows->value, item;
	jdoc *doc = jdoc_object();

	in->errors = jdoc_array();
	store_begin(sb->store);
	begin_insert(in);
	ingest_open(&in->ingest, sb->store, t, is_true(&in->document, SPAN("ignoreUnknownValues")));
	while (scan_item(&rest, &item))
		insert_one(in, item);
	ingest_close(&in->ingest);
	if (in->bad && !is_true(&in->document, SPAN("skipInvalidRows"))) {
		stop_others(in);
		store_rollback(sb->store);
	} else {
		catalog_touch(sb->store, t);
		store_commit(sb->store);
	}
	jdoc_set_text(doc, "kind", "bigquery#tableDataInsertAllResponse");
	if (in->bad)
		jdoc_set(doc, "insertErrors", in->errors);
	else
		jdoc_free(in->errors);
	reply_json(rp, 200, doc);
}

static size_t count_items(struct span list)
{
	struct span item;
	size_t n = 0;

	while (scan_item(&list, &item))
		n++;
	return n;
}

/* The rows stay raw JSON, so that no number is changed on its way. */
void data_insert_all(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	struct insert in = {.store = sb->store};
	const char *decorator;
	struct catalog_table *t = decorator_open(sb, rq, rp, &decorator);
	const char *why = t ? row_parse(&in.document, rq->body) : NULL;
	const struct field *rows = t && !why ? row_find(&in.document, SPAN("rows")) : NULL;

	if (why)
		bq_reject(rp, "parseError", "Invalid JSON payload received. %s", why);
	else if (t && (!rows || rows->type != JSON_ARRAY))
		bq_reject(rp, "invalid", "No rows present in the request.");
	else if (t && count_items(rows->value) > INSERT_ROWS_MAX)
		bq_reject(rp, "invalid", "too many rows present in the request, limit: %d",
		    INSERT_ROWS_MAX);
	else if (t && decorator)
		bq_reject(rp, "invalid",
		    "Streaming to metadata partition of column based partitioning table %s$%s is "
		    "disallowed.",
		    t->name, decorator);
	else if (t)
		insert_rows(sb, &in, t, rows, rp);
	row_free(&in.document);
	row_free(&in.item);
	row_free(&in.json);
	catalog_free(t);
}
