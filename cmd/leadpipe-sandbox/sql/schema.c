#include "sql/schema.h"
#include "sql/emit.h"

static const char *const tables_columns[] = {
    "table_catalog", "table_schema", "table_name", "table_type", "is_insertable_into", NULL};
static const char *const columns_columns[] = {"table_catalog", "table_schema", "table_name",
    "column_name", "ordinal_position", "is_nullable", "data_type", NULL};

static bool is_tables(struct sql *q, const struct list *path, struct place at)
{
	struct span view = *(struct span *)path->item[path->n - 1];

	if (name_is(view, "TABLES"))
		return true;
	if (!name_is(view, "COLUMNS"))
		sql_unsupported(q, at, "INFORMATION_SCHEMA.%.*s", SPAN_ARG(view));
	return false;
}

static void names_of(struct sql *q, const struct list *path, struct place at, const char *name[2])
{
	if (path->n < 3 || path->n > 4)
		sql_unsupported(q, at, "INFORMATION_SCHEMA without a dataset before it");
	name[1] = sql_keep(q, *(struct span *)path->item[path->n - 3]);
	name[0] = path->n == 4 ? sql_keep(q, *(struct span *)path->item[0]) : q->query->project;
	if (!catalog_has_dataset(q->store, name[0], name[1]))
		sql_fail(q, "notFound", (struct place){0},
		    "Not found: Dataset %s:%s was not found in location US", name[0], name[1]);
}

static const char *quote(struct sql *q, const char *text)
{
	char *out = sql_new(q, 2 * strlen(text) + 3), *p = out;

	*p++ = '\'';
	for (; *text; text++) {
		if (*text == '\'')
			*p++ = '\'';
		*p++ = *text;
	}
	*p = '\'';
	return out;
}

static void columns_rows(struct sql *q, struct list *rows, const char *head, const struct table *t)
{
	for (size_t i = 0; i < t->n; i++)
		sql_add(q, rows,
		    sql_text(q, "(%s, %s, %zu, %s, %s)", head, quote(q, t->columns[i].name), i + 1,
		        t->columns[i].mode == MODE_REQUIRED ? "'NO'" : "'YES'",
		        quote(q, ty_name(q, ty_column(&t->columns[i])))));
}

const char *schema_view(struct sql *q, const struct list *path, struct place at)
{
	bool tables = is_tables(q, path, at);
	const char *name[2];
	struct list tables_named = {0}, rows = {0};
	sqlite3_stmt *stmt;
	char *sql, *p;
	size_t length = 64;

	names_of(q, path, at, name);
	stmt = store_query(q->store,
	    "SELECT name FROM bq_table WHERE project = ?1 AND dataset = ?2 ORDER BY name", "tt",
	    name[0], name[1]);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		sql_add(q, &tables_named,
		    sql_keep(q, span_of((const char *)sqlite3_column_text(stmt, 0))));
	sqlite3_finalize(stmt);
	for (size_t i = 0; i < tables_named.n; i++) {
		const char *head = sql_text(q, "%s, %s, %s", quote(q, name[0]), quote(q, name[1]),
		    quote(q, tables_named.item[i]));
		struct table *t;

		if (tables) {
			sql_add(q, &rows, sql_text(q, "(%s, 'BASE TABLE', 'YES')", head));
			continue;
		}
		t = catalog_open(q->store, name[0], name[1], tables_named.item[i]);
		sql_add(q, &q->tables, t);
		columns_rows(q, &rows, head, t);
	}
	if (!rows.n)
		sql_add(q, &rows,
		    sql_text(q, "(NULL%s)) WHERE 0 AND (1",
		        tables ? ", NULL, NULL, NULL, NULL"
		               : ", NULL, NULL, NULL, NULL, NULL, NULL"));
	for (size_t i = 0; i < rows.n; i++)
		length += strlen(rows.item[i]) + 2;
	p = sql = sql_new(q, length);
	p = stpcpy(p, "(SELECT * FROM (VALUES ");
	for (size_t i = 0; i < rows.n; i++)
		p = stpcpy(stpcpy(p, i ? ", " : ""), rows.item[i]);
	stpcpy(p, "))");
	return sql;
}

struct range *schema_range(
    struct sql *q, const struct list *path, struct span alias, const char *name)
{
	bool tables = is_tables(q, path, (struct place){0});
	const char *const *names = tables ? tables_columns : columns_columns;
	struct range *r = sql_new(q, sizeof(*r));

	r->alias = alias;
	for (size_t i = 0; names[i]; i++)
		sql_add(q, &r->columns,
		    bind_scol(q, span_of(names[i]),
		        ty_of(!tables && i == 4 ? TYPE_INT64 : TYPE_STRING),
		        sql_text(q, "%s.column%zu", name, i + 1)));
	return r;
}
