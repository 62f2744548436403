#include "schema/column_name.h"
#include "sql/exec.h"

static _Noreturn void refused(struct sql *q)
{
	int rc = sqlite3_extended_errcode(q->store->db);
	const char *message = sqlite3_errmsg(q->store->db);

	/* SQLITE_ERROR while running comes from our functions, in BigQuery's words */
	if (q->stmt && rc == SQLITE_ERROR)
		tree_fail(q, "invalidQuery", (struct sql_place){0}, "%s", message);
	tree_fail(q, "invalidQuery", (struct sql_place){0},
	    "Not supported by leadpipe-sandbox: SQLite cannot run this query (%s)", message);
}

static void prepare(struct sql *q)
{
	if (sqlite3_prepare_v2(q->store->db, buf_str(&q->sql), (int)q->sql.n + 1, &q->stmt, NULL) !=
	    SQLITE_OK) {
		q->stmt = NULL;
		refused(q);
	}
	buf_clear(&q->sql);
}

static void finish(struct sql *q)
{
	sqlite3_finalize(q->stmt);
	q->stmt = NULL;
}

int64_t exec_run(struct sql *q)
{
	int rc;

	prepare(q);
	while ((rc = sqlite3_step(q->stmt)) == SQLITE_ROW)
		;
	if (rc != SQLITE_DONE)
		refused(q);
	finish(q);
	return sqlite3_changes64(q->store->db);
}

int64_t exec_int(struct sql *q, int64_t otherwise)
{
	int rc;

	prepare(q);
	rc = sqlite3_step(q->stmt);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		refused(q);
	if (rc == SQLITE_ROW && sqlite3_column_type(q->stmt, 0) != SQLITE_NULL)
		otherwise = sqlite3_column_int64(q->stmt, 0);
	finish(q);
	return otherwise;
}

static void check_name(struct sql *q, const struct catalog_column *all, size_t i)
{
	const char *name = all[i].name;

	if (column_name_check(span_of(name)))
		tree_fail(q, "invalidQuery", (struct sql_place){0},
		    "Invalid field name \"%.100s\". " COLUMNS_NAME_RULE, name);
	if (columns_find(all, i, span_of(name)))
		tree_fail(q, "invalidQuery", (struct sql_place){0},
		    "Duplicate column names in the result are not supported. Found "
		    "duplicate(s): %.100s",
		    name);
}

/* Fields of a STRUCT that have no name are called _field_1 and so on, by position. */
static void name_fields(struct sql *q, struct catalog_column *c)
{
	struct catalog_column *fields;

	if (c->type != TYPE_RECORD)
		return;
	fields = tree_new(q, c->n * sizeof *fields + 1);
	for (size_t i = 0; i < c->n; i++) {
		fields[i] = c->fields[i];
		if (!*fields[i].name)
			fields[i].name = tree_text(q, "_field_%zu", i + 1);
		check_name(q, fields, i);
		name_fields(q, &fields[i]);
	}
	c->fields = fields;
}

struct catalog_column *exec_columns(struct sql *q, const struct query *query)
{
	struct catalog_column *columns = tree_new(q, query->output.n * sizeof(*columns) + 1);
	int anonymous = 0;

	for (size_t i = 0; i < query->output.n; i++) {
		const struct scol *c = query->output.item[i];
		struct span name =
		    c->name.p && c->name.n ? c->name : span_of(tree_text(q, "f%d_", anonymous++));

		columns[i] = ty_as_column(q, c->ty, name);
		check_name(q, columns, i);
		name_fields(q, &columns[i]);
	}
	return columns;
}

/* For a table of `columns`: no array is NULL, nor an element of one. */
static void emit_rows(
    struct sql *q, const struct query *query, const struct catalog_column *columns)
{
	bool arrays = false;

	for (size_t i = 0; i < query->output.n; i++)
		arrays |= ((struct scol *)query->output.item[i])->ty.array;
	if (arrays) {
		emit(q, "SELECT ");
		for (size_t i = 0; i < query->output.n; i++) {
			emit(q, "%s", i ? ", " : "");
			if (((struct scol *)query->output.item[i])->ty.array) {
				emit(q, "bq_elements(c$%zu, ", i);
				emit_text(q, span_of(columns[i].name));
				emit(q, ")");
			} else {
				emit(q, "c$%zu", i);
			}
		}
		emit(q, " FROM (");
	}
	emit_query(q, query);
	emit(q, arrays ? ")" : "");
}

void exec_select(struct sql *q, struct stmt *s, bool run)
{
	struct sql_result *r = q->result;
	struct catalog_column *columns;

	r->statement = "SELECT";
	bind_query(q, NULL, s->query);
	columns = exec_columns(q, s->query);
	r->columns = columns_copy(columns, s->query->output.n);
	r->n = s->query->output.n;
	q->result->bytes += prune_estimate(q);
	if (!run || !q->query->destination)
		return;
	emit(q, "DROP TABLE IF EXISTS %s", emit_name(q, q->query->destination));
	exec_run(q);
	emit(q, "CREATE TABLE %s(", emit_name(q, q->query->destination));
	for (size_t i = 0; i < r->n; i++)
		emit(q, "%sc%zu", i ? ", " : "", i);
	emit(q, ")");
	exec_run(q);
	emit(q, "INSERT INTO %s ", emit_name(q, q->query->destination));
	emit_rows(q, s->query, columns);
	r->rows = exec_run(q);
}
