#include "sql/sql.h"
#include "sql/exec.h"
#include "base/clock.h"

#include <stdlib.h>

static void close_statement(struct sql *q)
{
	sqlite3_finalize(q->stmt);
	q->stmt = NULL;
}

static void run_statement(struct sql *q, struct stmt *s, bool run)
{
	switch (s->kind) {
	case STMT_SELECT: exec_select(q, s, run); return;
	case STMT_INSERT: exec_insert(q, s, run); break;
	case STMT_UPDATE: exec_update(q, s, run); break;
	case STMT_DELETE: exec_delete(q, s, run); break;
	case STMT_TRUNCATE: exec_truncate(q, s, run); break;
	case STMT_MERGE: exec_merge(q, s, run); break;
	case STMT_CREATE_SCHEMA:
	case STMT_CREATE_TABLE:
	case STMT_DROP_SCHEMA:
	case STMT_DROP_TABLE:
	case STMT_ALTER_TABLE: exec_ddl(q, s, run); break;
	}
	q->result->bytes += prune_estimate(q);
}

static void one(struct sql *q, struct stmt *s, bool run)
{
	struct sql_result *r = q->result;

	columns_free(r->columns, r->n);
	*r = (struct sql_result){.bytes = r->bytes};
	q->uses = NULL;
	store_begin(q->store);
	q->open++;
	run_statement(q, s, run);
	store_commit(q->store);
	q->open--;
}

/* All statements are parsed before the first one is run. */
static void all(struct sql *q)
{
	struct list stmts = {0};
	struct stmt *s;

	q->tokens = lex_text(q, span_of(q->query->text));
	while ((s = parse_statement(q)))
		tree_add(q, &stmts, s);
	if (!stmts.n)
		parse_unexpected(q);
	/* what a dry run makes on its way is taken back by sql_run */
	for (size_t i = 0; i < stmts.n; i++)
		one(q, stmts.item[i], !q->query->dry_run || i + 1 < stmts.n);
}

static bool attempt(struct sql *q)
{
	if (setjmp(q->out) == 0) {
		all(q);
		return true;
	}
	close_statement(q);
	jdoc_free(q->resource);
	for (; q->open > 0; q->open--)
		store_rollback(q->store);
	return false;
}

bool sql_run(struct store *s, const struct sql_query *query, struct sql_result *r)
{
	struct sql q = {.store = s, .query = query, .result = r, .now = clock_now()};
	bool ok;

	*r = (struct sql_result){0};
	buf_init(&q.sql, SQL_EMIT_MAX);
	if (query->dry_run)
		store_begin(s);
	ok = attempt(&q);
	if (query->dry_run)
		store_rollback(s);
	for (size_t i = 0; i < q.tables.n; i++)
		catalog_free(q.tables.item[i]);
	buf_free(&q.sql);
	tree_free(&q);
	return ok;
}

void sql_result_clear(struct sql_result *r)
{
	columns_free(r->columns, r->n);
	*r = (struct sql_result){0};
}
