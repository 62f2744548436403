#include "storage/catalog_size.h"

enum { SQL_MAX = 1 << 24 };

/* The sum of the columns of the first row of SELECT `what`. */
static int64_t ask(
    struct store *s, const struct catalog_table *t, const char *what, const char *part)
{
	struct buf sql;
	sqlite3_stmt *stmt;
	int64_t value = 0;

	buf_init(&sql, SQL_MAX);
	buf_addf(&sql, "SELECT %s FROM ", what);
	store_quote(&sql, t->storage);
	buf_adds(&sql, part);
	stmt = store_query(s, buf_str(&sql), NULL);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		for (int i = 0; i < sqlite3_column_count(stmt); i++)
			value += sqlite3_column_int64(stmt, i);
	sqlite3_finalize(stmt);
	buf_free(&sql);
	return value;
}

int64_t catalog_size_rows(struct store *s, const struct catalog_table *t, const char *part)
{
	return ask(s, t, "count(*)", part);
}

/* BigQuery's data type sizes; a text counts 2 bytes and its own, NULL nothing. */
static void add_size(struct buf *b, const struct catalog_column *column)
{
	static const int fixed[TYPE_RANGE + 1] = {
	    [TYPE_INT64] = 8,
	    [TYPE_FLOAT64] = 8,
	    [TYPE_NUMERIC] = 16,
	    [TYPE_BIGNUMERIC] = 32,
	    [TYPE_BOOL] = 1,
	    [TYPE_DATE] = 8,
	    [TYPE_TIME] = 8,
	    [TYPE_DATETIME] = 8,
	    [TYPE_TIMESTAMP] = 8,
	    [TYPE_INTERVAL] = 16,
	    [TYPE_RANGE] = 16,
	};
	int size = column->mode == MODE_REPEATED ? 0 : fixed[column->type];

	if (size)
		buf_addf(b, ",%d*count(", size);
	else
		buf_adds(b, ",sum(2+length(CAST(");
	store_quote(b, column->name);
	buf_adds(b, size ? ")" : " AS BLOB)))");
}

int64_t catalog_size_bytes(
    struct store *s, const struct catalog_table *t, const bool *only, const char *part)
{
	struct buf sums;
	int64_t bytes;

	buf_init(&sums, SQL_MAX);
	buf_addc(&sums, '0');
	for (size_t i = 0; i < t->n; i++)
		if (!only || only[i])
			add_size(&sums, &t->columns[i]);
	bytes = ask(s, t, buf_str(&sums), part);
	buf_free(&sums);
	return bytes;
}
