/* Rows in: one prepared INSERT, one row at a time. */

#include "bigquery/ingest.h"
#include "base/mem.h"
#include "json/jstr.h"

#include <stdio.h>
#include <stdlib.h>

enum { SCRATCH_MAX = 1 << 20 };

void ingest_open(
    struct bq_ingest *g, struct store *s, const struct catalog_table *table, bool ignore_unknown)
{
	struct buf sql;

	*g = (struct bq_ingest){.table = table, .in = {.ignore_unknown = ignore_unknown}};
	g->values = mem_alloc((table->n + 1) * sizeof *g->values);
	buf_init(&g->scratch, SCRATCH_MAX);
	buf_init(&sql, 1 << 24);
	buf_adds(&sql, "INSERT INTO ");
	store_quote(&sql, table->storage);
	for (size_t i = 0; i < table->n; i++) {
		buf_addc(&sql, i ? ',' : '(');
		store_quote(&sql, table->columns[i].name);
	}
	for (size_t i = 0; i < table->n; i++)
		buf_addf(&sql, "%s?%zu", i ? "," : ") VALUES(", i + 1);
	buf_adds(&sql, table->n ? ")" : " DEFAULT VALUES");
	g->stmt = store_query(s, buf_str(&sql), NULL);
	buf_free(&sql);
}

/*
 * The column of a field; rows mostly name their columns in the table's order, so `guess` is
 * tried first.
 */
static const struct catalog_column *column_of(
    struct bq_ingest *g, const struct field *field, size_t guess)
{
	const struct catalog_table *t = g->table;
	struct span name = field->name;

	if (!field->plain) {
		buf_clear(&g->scratch);
		name = jstr_name(field->name, &g->scratch);
	}
	if (guess < t->n && span_eq(span_of(t->columns[guess].name), name))
		return &t->columns[guess];
	return columns_find(t->columns, t->n, name);
}

const char *ingest_row(struct bq_ingest *g, const struct row *row)
{
	const struct catalog_table *t = g->table;
	size_t guess = 0;
	const char *why;

	for (size_t i = 0; i < t->n; i++)
		g->values[i] = (struct span){NULL, 0};
	for (size_t i = 0; i < row->n; i++) {
		const struct catalog_column *column = column_of(g, &row->fields[i], guess);

		if (column) {
			guess = (size_t)(column - t->columns);
			g->values[guess++] = row->fields[i].value;
		} else if (!g->in.ignore_unknown) {
			snprintf(g->in.field, sizeof g->in.field, "%.*s",
			    (int)(row->fields[i].name.n < 300 ? row->fields[i].name.n : 300),
			    row->fields[i].name.p);
			return value_unknown;
		}
	}
	for (size_t i = 0; i < t->n; i++) {
		why = value_read(&g->in, g->stmt, (int)i + 1, &t->columns[i], g->values[i]);
		if (why)
			return why;
	}
	sqlite3_step(g->stmt);
	why = sqlite3_reset(g->stmt) == SQLITE_OK ? NULL : "The row cannot be stored";
	if (why)
		g->in.field[0] = '\0';
	return why;
}

void ingest_close(struct bq_ingest *g)
{
	sqlite3_finalize(g->stmt);
	value_in_free(&g->in);
	buf_free(&g->scratch);
	free(g->values);
}
