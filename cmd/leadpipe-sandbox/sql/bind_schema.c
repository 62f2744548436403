#include "sql/bind.h"
#include "storage/catalog_size.h"
#include "sql/emit.h"

/* Columns in the order of BigQuery's documentation, as far as they are known here. */
static const struct view {
	const char *name;
	const char *types; /* of the columns: s STRING, i INT64, t TIMESTAMP */
	const char *columns[20];
} views[] = {
    {"TABLES", "sssssst",
        {"table_catalog", "table_schema", "table_name", "table_type", "managed_table_type",
            "is_insertable_into", "creation_time"}},
    {"COLUMNS", "ssssisssssssssi",
        {"table_catalog", "table_schema", "table_name", "column_name", "ordinal_position",
            "is_nullable", "data_type", "is_generated", "generation_expression", "is_stored",
            "is_hidden", "is_updatable", "is_system_defined", "is_partitioning_column",
            "clustering_ordinal_position"}},
    {"PARTITIONS", "ssssiiits",
        {"table_catalog", "table_schema", "table_name", "partition_id", "total_rows",
            "total_logical_bytes", "total_billable_bytes", "last_modified_time", "storage_tier"}},
};

static const struct view *view_of(struct sql *q, const struct list *path, struct sql_place at)
{
	struct span name = *(struct span *)path->item[path->n - 1];

	for (size_t i = 0; i < sizeof views / sizeof *views; i++)
		if (tree_is(name, views[i].name))
			return &views[i];
	tree_unsupported(q, at, "INFORMATION_SCHEMA.%.*s", SPAN_ARG(name));
}

static void names_of(
    struct sql *q, const struct list *path, struct sql_place at, const char *name[2])
{
	if (path->n < 3 || path->n > 4)
		tree_unsupported(q, at, "INFORMATION_SCHEMA without a dataset before it");
	name[1] = tree_keep(q, *(struct span *)path->item[path->n - 3]);
	name[0] = path->n == 4 ? tree_keep(q, *(struct span *)path->item[0]) : q->query->project;
	if (!catalog_has_dataset(q->store, name[0], name[1]))
		tree_fail(q, "notFound", (struct sql_place){0},
		    "Not found: Dataset %s:%s was not found in location US", name[0], name[1]);
}

static const char *quote(struct sql *q, const char *text)
{
	return emit_quoted(q, text, '\'');
}

static void columns_rows(
    struct sql *q, struct list *rows, const char *head, const struct catalog_table *t)
{
	const char *field = prune_column(t);
	const jdoc *clusters = jdoc_at(t->resource, "clustering.fields");

	for (size_t i = 0; i < t->n; i++) {
		struct span name = span_of(t->columns[i].name);
		const char *rank = "NULL";

		for (size_t j = 0; j < jdoc_count(clusters); j++)
			if (tree_is(name, jdoc_text(jdoc_item(clusters, j, NULL), "", "")))
				rank = tree_text(q, "%zu", j + 1);
		tree_add(q, rows,
		    tree_text(q,
		        "(%s, %s, %zu, %s, %s, 'NEVER', NULL, NULL, 'NO', NULL, 'NO', %s, %s)",
		        head, quote(q, t->columns[i].name), i + 1,
		        t->columns[i].mode == MODE_REQUIRED ? "'NO'" : "'YES'",
		        quote(q, ty_name(q, ty_column(&t->columns[i]))),
		        field && tree_is(name, field) ? "'YES'" : "'NO'", rank));
	}
}

/* One row for each partition that has rows; NULL for its id where the table has none. */
static void partition_rows(
    struct sql *q, struct list *rows, const char *head, const struct catalog_table *t)
{
	int64_t modified = store_int(q->store, 0,
	    "SELECT modified FROM bq_table WHERE project = ?1 AND dataset = ?2 AND name = ?3",
	    "ttt", t->project, t->dataset, t->name);
	const char *id = prune_id(q, t);
	const char *list = tree_text(q, "SELECT %s, count(*) FROM %s GROUP BY 1", id ? id : "NULL",
	    emit_name(q, t->storage));
	sqlite3_stmt *stmt = store_query(q->store, list, NULL);

	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(stmt, 0);
		const char *quoted = name ? quote(q, name) : "NULL";
		const char *part = name ? tree_text(q, " WHERE %s = %s", id, quoted) : "";

		long long bytes = (long long)catalog_size_bytes(q->store, t, NULL, part);

		tree_add(q, rows,
		    tree_text(q, "(%s, %s, %lld, %lld, %lld, %lld, 'ACTIVE')", head, quoted,
		        (long long)sqlite3_column_int64(stmt, 1), bytes, bytes,
		        (long long)modified * 1000));
	}
	sqlite3_finalize(stmt);
}

/* The names of the dataset's tables, in the arena. */
static struct list tables_of(struct sql *q, const char *const name[2])
{
	struct list names = {0};
	sqlite3_stmt *stmt;

	catalog_expire(q->store, name[0], name[1]);
	stmt = store_query(q->store,
	    "SELECT name FROM bq_table WHERE project = ?1 AND dataset = ?2 ORDER BY name", "tt",
	    name[0], name[1]);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		tree_add(
		    q, &names, tree_keep(q, span_of((const char *)sqlite3_column_text(stmt, 0))));
	sqlite3_finalize(stmt);
	return names;
}

static struct list rows_of(struct sql *q, const struct view *view, const char *const name[2])
{
	struct list tables = tables_of(q, name), rows = {0};

	for (size_t i = 0; i < tables.n; i++) {
		const char *head = tree_text(q, "%s, %s, %s", quote(q, name[0]), quote(q, name[1]),
		    quote(q, tables.item[i]));
		struct catalog_table *t;

		if (view == &views[0]) {
			int64_t created = store_int(q->store, 0,
			    "SELECT created FROM bq_table WHERE project = ?1 AND dataset = ?2 AND "
			    "name = ?3",
			    "ttt", name[0], name[1], tables.item[i]);

			tree_add(q, &rows,
			    tree_text(q, "(%s, 'BASE TABLE', NULL, 'YES', %lld)", head,
			        (long long)created * 1000));
			continue;
		}
		t = catalog_open(q->store, name[0], name[1], tables.item[i]);
		tree_add(q, &q->tables, t);
		if (view == &views[1])
			columns_rows(q, &rows, head, t);
		else
			partition_rows(q, &rows, head, t);
	}
	return rows;
}

const char *bind_schema_view(struct sql *q, const struct list *path, struct sql_place at)
{
	const struct view *view = view_of(q, path, at);
	const char *name[2], *nulls = "NULL";
	struct list rows;
	char *sql, *p;
	size_t length = 64;

	names_of(q, path, at, name);
	rows = rows_of(q, view, name);
	for (size_t i = 1; view->columns[i]; i++)
		nulls = tree_text(q, "%s, NULL", nulls);
	if (!rows.n)
		tree_add(q, &rows, tree_text(q, "(%s)) WHERE 0 AND (1", nulls));
	for (size_t i = 0; i < rows.n; i++)
		length += strlen(rows.item[i]) + 2;
	p = sql = tree_new(q, length);
	p = stpcpy(p, "(SELECT * FROM (VALUES ");
	for (size_t i = 0; i < rows.n; i++)
		p = stpcpy(stpcpy(p, i ? ", " : ""), rows.item[i]);
	stpcpy(p, "))");
	return sql;
}

struct relation *bind_schema_range(
    struct sql *q, const struct list *path, struct span alias, const char *name)
{
	const struct view *view = view_of(q, path, (struct sql_place){0});
	struct relation *r = tree_new(q, sizeof(*r));

	r->alias = alias;
	for (size_t i = 0; view->columns[i]; i++) {
		enum type type = view->types[i] == 'i'   ? TYPE_INT64
		                 : view->types[i] == 't' ? TYPE_TIMESTAMP
		                                         : TYPE_STRING;

		tree_add(q, &r->columns,
		    bind_scol(q, span_of(view->columns[i]), ty_of(type),
		        tree_text(q, "%s.column%zu", name, i + 1)));
	}
	return r;
}
