#include "storage/catalog.h"
#include "storage/partitioning.h"
#include "base/clock.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { SQL_MAX = 1 << 24 };

static void set_up(struct store *s)
{
	store_exec(s,
	    "CREATE TABLE IF NOT EXISTS bq_dataset(project TEXT, name TEXT, resource TEXT,"
	    " created INTEGER, modified INTEGER, PRIMARY KEY(project, name));"
	    "CREATE TABLE IF NOT EXISTS bq_table(project TEXT, dataset TEXT, name TEXT,"
	    " storage TEXT, columns TEXT, resource TEXT, created INTEGER, modified INTEGER,"
	    " PRIMARY KEY(project, dataset, name))");
}

static char *dump(const jdoc *doc)
{
	return doc ? jdoc_dump(doc) : mem_text("{}");
}

/* Our own text, out of the database. */
static jdoc *undump(char *text)
{
	char why[JDOC_WHY];
	jdoc *doc = jdoc_parse(span_of(text), why);

	free(text);
	return doc;
}

static bool only(const char *name, const char *more, bool beyond_ascii)
{
	size_t n = strlen(name);

	for (const char *p = name; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
		        (*p >= '0' && *p <= '9') || strchr(more, *p) ||
		        (beyond_ascii && (unsigned char)*p >= 0x80)))
			return false;
	return n > 0 && n <= 1024;
}

bool catalog_dataset_name(const char *name)
{
	return only(name, "_", false);
}

bool catalog_table_name(const char *name)
{
	return only(name, "_-", true);
}

/* ---- datasets ---- */

bool catalog_has_dataset(struct store *s, const char *project, const char *dataset)
{
	set_up(s);
	return store_int(s, 0, "SELECT 1 FROM bq_dataset WHERE project = ?1 AND name = ?2", "tt",
	    project, dataset);
}

void catalog_add_dataset(
    struct store *s, const char *project, const char *dataset, const jdoc *resource)
{
	char *text = dump(resource);

	set_up(s);
	store_run(s, "INSERT INTO bq_dataset VALUES(?1, ?2, ?3, ?4, ?4)", "ttti", project, dataset,
	    text, clock_now() / 1000);
	free(text);
}

void catalog_drop_dataset(struct store *s, const char *project, const char *dataset)
{
	char *name;

	set_up(s);
	while (
	    (name = store_text(s, "SELECT name FROM bq_table WHERE project = ?1 AND dataset = ?2",
	         "tt", project, dataset))) {
		struct catalog_table *t = catalog_open(s, project, dataset, name);

		catalog_drop(s, t);
		catalog_free(t);
		free(name);
	}
	store_run(
	    s, "DELETE FROM bq_dataset WHERE project = ?1 AND name = ?2", "tt", project, dataset);
}

/* ---- tables ---- */

struct catalog_table *catalog_open(
    struct store *s, const char *project, const char *dataset, const char *name)
{
	static const char sql[] = "SELECT storage, columns, resource FROM bq_table"
	                          " WHERE project = ?1 AND dataset = ?2 AND name = ?3";
	struct catalog_table *t = NULL;
	char why[JDOC_WHY];
	sqlite3_stmt *stmt;

	set_up(s);
	stmt = store_query(s, sql, "ttt", project, dataset, name);
	if (sqlite3_step(stmt) == SQLITE_ROW) {
		jdoc *schema = undump(mem_text((const char *)sqlite3_column_text(stmt, 1)));

		t = mem_alloc(sizeof *t);
		t->project = mem_text(project);
		t->dataset = mem_text(dataset);
		t->name = mem_text(name);
		t->storage = mem_text((const char *)sqlite3_column_text(stmt, 0));
		t->resource = undump(mem_text((const char *)sqlite3_column_text(stmt, 2)));
		columns_read(schema, &t->columns, &t->n, why);
		jdoc_free(schema);
	}
	sqlite3_finalize(stmt);
	if (t && jdoc_int(t->resource, "expirationTime", INT64_MAX) <= clock_now() / 1000) {
		catalog_drop(s, t);
		catalog_free(t);
		t = NULL;
	}
	if (t)
		partitioning_expire(s, t->storage, t->resource);
	return t;
}

void catalog_expire(struct store *s, const char *project, const char *dataset)
{
	char *name;

	set_up(s);
	while ((name = store_text(s,
	            "SELECT name FROM bq_table WHERE project = ?1 AND dataset = ?2 AND "
	            "CAST(json_extract(resource, '$.expirationTime') AS INTEGER) <= ?3",
	            "tti", project, dataset, clock_now() / 1000))) {
		catalog_free(catalog_open(s, project, dataset, name));
		free(name);
	}
}

void catalog_free(struct catalog_table *t)
{
	if (!t)
		return;
	columns_free(t->columns, t->n);
	jdoc_free(t->resource);
	free(t->project);
	free(t->dataset);
	free(t->name);
	free(t->storage);
	free(t);
}

/*
 * SQLite's names have no case and BigQuery's have: a table that differs in case only gets a
 * number.
 */
static char *storage_name(
    struct store *s, const char *project, const char *dataset, const char *name)
{
	/* sqlite_ is SQLite's own */
	const char *head = strncasecmp(project, "sqlite_", 7) == 0 ? "~" : "";
	char *storage = mem_format("%s%s.%s.%s", head, project, dataset, name);

	for (int i = 2; store_int(
	         s, 0, "SELECT 1 FROM sqlite_master WHERE name = ?1 COLLATE NOCASE", "t", storage);
	     i++) {
		free(storage);
		storage = mem_format("%s%s.%s.%s~%d", head, project, dataset, name, i);
	}
	return storage;
}

static void add_definition(struct buf *b, const struct catalog_column *column)
{
	static const char *const affinity[TYPE_RANGE + 1] = {
	    [TYPE_BYTES] = " BLOB",
	    [TYPE_INT64] = " INTEGER",
	    [TYPE_FLOAT64] = " REAL",
	    [TYPE_BOOL] = " INTEGER",
	    [TYPE_TIMESTAMP] = " INTEGER",
	};

	store_quote(b, column->name);
	if (column->mode == MODE_REPEATED)
		buf_adds(b, " TEXT DEFAULT '[]'");
	else
		buf_adds(b, affinity[column->type] ? affinity[column->type] : " TEXT");
}

/* The resource's text, with the end that the dataset gives its new tables. */
static char *with_expiry(
    struct store *s, const char *project, const char *dataset, const jdoc *resource)
{
	static const char sql[] = "SELECT CAST(json_extract(resource, ?3) AS INTEGER)"
	                          " FROM bq_dataset WHERE project = ?1 AND name = ?2";
	jdoc *own = resource ? jdoc_copy(resource) : jdoc_object();
	int64_t lives = store_int(s, 0, sql, "ttt", project, dataset, "$.defaultTableExpirationMs");
	int64_t part =
	    store_int(s, 0, sql, "ttt", project, dataset, "$.defaultPartitionExpirationMs");
	char *text = mem_format("%lld", (long long)(clock_now() / 1000 + lives));

	/* of a partitioned table the partitions end, not the table */
	if (part > 0 && jdoc_at(own, "timePartitioning")) {
		free(text);
		text = mem_format("%lld", (long long)part);
		if (!jdoc_at(own, "timePartitioning.expirationMs"))
			jdoc_set_text(own, "timePartitioning.expirationMs", text);
	} else if (lives > 0 && !jdoc_at(own, "expirationTime")) {
		jdoc_set_text(own, "expirationTime", text);
	}
	free(text);
	text = jdoc_dump(own);
	jdoc_free(own);
	return text;
}

void catalog_create(struct store *s, const char *project, const char *dataset, const char *name,
    const struct catalog_column *columns, size_t n, const jdoc *resource)
{
	jdoc *schema = columns_schema(columns, n);
	char *storage, *rest = with_expiry(s, project, dataset, resource);
	char *text = jdoc_dump(schema);
	struct buf sql;

	set_up(s);
	storage = storage_name(s, project, dataset, name);
	buf_init(&sql, SQL_MAX);
	buf_adds(&sql, "CREATE TABLE ");
	store_quote(&sql, storage);
	for (size_t i = 0; i < n; i++) {
		buf_addc(&sql, i ? ',' : '(');
		add_definition(&sql, &columns[i]);
	}
	buf_adds(&sql, n ? ")" : "(\" \")"); /* a table without a schema still needs a column */
	store_exec(s, buf_str(&sql));
	store_run(s, "INSERT INTO bq_table VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)", "tttttti",
	    project, dataset, name, storage, text, rest, clock_now() / 1000);
	buf_free(&sql);
	jdoc_free(schema);
	free(storage);
	free(rest);
	free(text);
}

void catalog_alter(
    struct store *s, struct catalog_table *t, struct catalog_column *columns, size_t n)
{
	jdoc *schema = columns_schema(columns, n);
	char *text = jdoc_dump(schema);
	struct buf sql;

	buf_init(&sql, SQL_MAX);
	for (size_t i = t->n; i < n; i++) {
		buf_clear(&sql);
		buf_adds(&sql, "ALTER TABLE ");
		store_quote(&sql, t->storage);
		buf_adds(&sql, " ADD COLUMN ");
		add_definition(&sql, &columns[i]);
		store_exec(s, buf_str(&sql));
	}
	store_run(s,
	    "UPDATE bq_table SET columns = ?4 WHERE project = ?1 AND dataset = ?2 AND name = ?3",
	    "tttt", t->project, t->dataset, t->name, text);
	catalog_touch(s, t);
	columns_free(t->columns, t->n);
	t->columns = columns;
	t->n = n;
	buf_free(&sql);
	jdoc_free(schema);
	free(text);
}

void catalog_add_column(
    struct store *s, struct catalog_table *t, const struct catalog_column *column)
{
	struct catalog_column *all = columns_copy(t->columns, t->n);
	struct catalog_column *one = columns_copy(column, 1);

	all = mem_resize(all, t->n + 1, sizeof *all);
	all[t->n] = *one;
	free(one);
	catalog_alter(s, t, all, t->n + 1);
}

void catalog_relax_column(struct store *s, struct catalog_table *t, const char *column)
{
	struct catalog_column *all = columns_copy(t->columns, t->n);

	for (size_t i = 0; i < t->n; i++)
		if (columns_find(&all[i], 1, span_of(column)))
			all[i].mode = MODE_NULLABLE;
	catalog_alter(s, t, all, t->n);
}

void catalog_save_resource(struct store *s, const struct catalog_table *t)
{
	char *text = dump(t->resource);

	store_run(s,
	    "UPDATE bq_table SET resource = ?4 WHERE project = ?1 AND dataset = ?2 AND name = ?3",
	    "tttt", t->project, t->dataset, t->name, text);
	catalog_touch(s, t);
	free(text);
}

void catalog_touch(struct store *s, const struct catalog_table *t)
{
	store_run(s,
	    "UPDATE bq_table SET modified = ?4 WHERE project = ?1 AND dataset = ?2 AND name = ?3",
	    "ttti", t->project, t->dataset, t->name, clock_now() / 1000);
}

void catalog_drop(struct store *s, const struct catalog_table *t)
{
	struct buf sql;

	buf_init(&sql, SQL_MAX);
	buf_adds(&sql, "DROP TABLE ");
	store_quote(&sql, t->storage);
	store_exec(s, buf_str(&sql));
	buf_free(&sql);
	store_run(s, "DELETE FROM bq_table WHERE project = ?1 AND dataset = ?2 AND name = ?3",
	    "ttt", t->project, t->dataset, t->name);
}
