#include "sql/exec.h"

/*
 * MERGE, in steps over temporary tables, so that every clause sees the rows as they
 * were: m$s the source; m$m the pairs that match, with the number of the first
 * clause whose condition holds; then, per clause, the new values; and only then
 * the target is changed.
 */

struct merge_run {
	struct stmt *s;
	struct target t;
	struct sql_scope both, source, target; /* what a WHEN of each kind sees */
	const char *source_name;               /* t$N */
	struct list columns;                   /* struct scol *: of the source, over m$s */
	struct list queries;                   /* struct scol *: the same, over the FROM clause */
};

static struct sql_scope *scope_of(struct merge_run *m, enum when_of of)
{
	return of == WHEN_MATCHED ? &m->both : of == WHEN_NOT_MATCHED ? &m->source : &m->target;
}

/* The source's columns, as they come out of its FROM item, and again as columns of m$s. */
static void bind_source(struct sql *q, struct merge_run *m)
{
	struct sql_scope from = {.clause = "USING clause"};
	const struct relation *found;
	struct relation *r = tree_new(q, sizeof(*r));

	if (m->s->from->kind == FROM_JOIN)
		tree_unsupported(q, m->s->from->at, "a join as the source of MERGE");
	bind_from(q, &from, m->s->from);
	found = from.ranges.item[0];
	m->source_name = tree_text(q, "t$%d", ++q->names);
	r->alias = found->alias;
	for (size_t i = 0; i < found->columns.n; i++) {
		struct scol *c = found->columns.item[i];
		struct scol *copy =
		    bind_scol(q, c->name, c->ty, tree_text(q, "%s.s%zu", m->source_name, i));

		copy->use = c->use;
		copy->index = c->index;
		tree_add(q, &m->queries, c);
		tree_add(q, &r->columns, copy);
		tree_add(q, &m->columns, copy);
	}
	if (found->whole) {
		r->whole = bind_scol(q, found->whole->name, found->whole->ty,
		    ((struct scol *)m->columns.item[0])->sql);
		if (found->columns.n != 1)
			r->whole = NULL;
	}
	m->both = (struct sql_scope){.clause = "MERGE"};
	m->source = m->target = m->both;
	tree_add(q, &m->both.ranges, m->t.range);
	tree_add(q, &m->both.ranges, r);
	tree_add(q, &m->source.ranges, r);
	tree_add(q, &m->target.ranges, m->t.range);
}

static void bind_insert(struct sql *q, struct merge_run *m, struct merge_when *w)
{
	size_t n, *columns = exec_targets(q, &m->t, &w->columns, w->at, &n);

	/* ROW is the source's columns by position */
	if (w->row)
		for (size_t i = 0; i < m->columns.n; i++)
			tree_add(q, &w->values, bind_column_expr(q, m->columns.item[i], w->at));
	if (w->values.n != n)
		tree_fail(q, "invalidQuery", w->at,
		    "Inserted row has wrong column count; Has %zu, expected %zu", w->values.n, n);
	for (size_t i = 0; i < n; i++) {
		struct expr *e = w->values.item[i];
		if (e)
			bind_expr(q, &m->source, e);
		w->values.item[i] = exec_value(q, &m->t, columns[i], e, w->at);
	}
}

/* Rows of the target matter where ON holds, and where a clause BY SOURCE does. */
static void prune_target(struct sql *q, const struct merge_run *m)
{
	struct expr *condition = m->s->where;

	for (size_t i = 0; i < m->s->whens.n; i++) {
		const struct merge_when *w = m->s->whens.item[i];

		if (w->of != WHEN_NOT_MATCHED_BY_SOURCE || !condition)
			continue;
		condition = w->condition ? tree_op(q, OP_OR, w->at, condition, w->condition) : NULL;
	}
	prune_filter(q, 0, 1, condition);
}

static void bind_merge(struct sql *q, struct merge_run *m)
{
	bool rewrites = false;

	for (size_t i = 0; i < m->s->whens.n; i++)
		rewrites |= ((struct merge_when *)m->s->whens.item[i])->does != DOES_INSERT;
	exec_bind(q, &m->t, m->s, rewrites);
	bind_source(q, m);
	m->both.clause = "ON clause";
	bind_condition(q, &m->both, &m->s->where, "ON clause");
	for (size_t i = 0; i < m->s->whens.n; i++) {
		struct merge_when *w = m->s->whens.item[i];

		bind_condition(q, scope_of(m, w->of), &w->condition, "WHEN clause");
		if (w->does == DOES_UPDATE)
			exec_bind_sets(q, scope_of(m, w->of), &m->t, &w->sets);
		if (w->does == DOES_INSERT)
			bind_insert(q, m, w);
	}
	prune_target(q, m);
}

/* The number of the first clause of that kind that holds, from 1; 0: none. */
static void emit_clause(struct sql *q, const struct merge_run *m, enum when_of of)
{
	bool any = false;

	for (size_t i = 0; i < m->s->whens.n; i++) {
		const struct merge_when *w = m->s->whens.item[i];

		if (w->of != of)
			continue;
		emit(q, any ? " WHEN " : "CASE WHEN ");
		if (w->condition)
			emit_expr(q, w->condition);
		else
			emit(q, "1");
		emit(q, " THEN %zu", i + 1);
		any = true;
	}
	emit(q, any ? " ELSE 0 END" : "0");
}

static void find_matches(struct sql *q, const struct merge_run *m)
{
	emit(q, "CREATE TEMP TABLE m$s AS SELECT ");
	for (size_t i = 0; i < m->queries.n; i++)
		emit(q, "%s%s AS s%zu", i ? ", " : "", ((struct scol *)m->queries.item[i])->sql, i);
	emit(q, " FROM ");
	emit_from(q, m->s->from);
	exec_run(q);
	emit(q, "CREATE TEMP TABLE m$m AS SELECT %s.%s AS r, %s.rowid AS s, ", m->t.name,
	    m->t.rowid, m->source_name);
	emit_clause(q, m, WHEN_MATCHED);
	emit(q, " AS a FROM temp.m$s AS %s JOIN %s AS %s ON ", m->source_name, m->t.sql, m->t.name);
	emit_expr(q, m->s->where);
	exec_run(q);
	emit(q, "SELECT 1 FROM temp.m$m WHERE a > 0 GROUP BY r HAVING COUNT(*) > 1 LIMIT 1");
	if (exec_int(q, 0))
		tree_fail(q, "invalidQuery", (struct sql_place){0},
		    "UPDATE/MERGE must match at most one source row for each target row");
	emit(q, "CREATE TEMP TABLE m$i AS SELECT %s.rowid AS s, ", m->source_name);
	emit_clause(q, m, WHEN_NOT_MATCHED);
	emit(q, " AS a FROM temp.m$s AS %s WHERE %s.rowid NOT IN (SELECT s FROM temp.m$m)",
	    m->source_name, m->source_name);
	exec_run(q);
}

static bool has(const struct merge_run *m, enum when_of of)
{
	for (size_t i = 0; i < m->s->whens.n; i++)
		if (((struct merge_when *)m->s->whens.item[i])->of == of)
			return true;
	return false;
}

static void find_unmatched_target(struct sql *q, const struct merge_run *m)
{
	if (!has(m, WHEN_NOT_MATCHED_BY_SOURCE))
		return;
	emit(q, "CREATE TEMP TABLE m$t AS SELECT %s.%s AS r, ", m->t.name, m->t.rowid);
	emit_clause(q, m, WHEN_NOT_MATCHED_BY_SOURCE);
	emit(q, " AS a FROM %s AS %s WHERE %s.%s NOT IN (SELECT r FROM temp.m$m)", m->t.sql,
	    m->t.name, m->t.name, m->t.rowid);
	exec_run(q);
}

/* The rows of clause `i` (from 0) with their new values: m$vN. */
static void find_values(struct sql *q, const struct merge_run *m, size_t i)
{
	const struct merge_when *w = m->s->whens.item[i];
	size_t n, *columns = exec_targets(q, &m->t, &w->columns, w->at, &n);

	if (w->does == DOES_DELETE)
		return;
	emit(q, "CREATE TEMP TABLE m$v%zu AS SELECT m$a.%s", i, w->does == DOES_INSERT ? "s" : "r");
	if (w->does == DOES_UPDATE)
		exec_emit_sets(q, &m->t, &w->sets);
	for (size_t j = 0; w->does == DOES_INSERT && j < n; j++) {
		emit(q, ", ");
		exec_emit(q, &m->t, columns[j], w->values.item[j]);
		emit(q, " AS v%zu", j);
	}
	emit(q, " FROM temp.%s AS m$a",
	    w->of == WHEN_MATCHED       ? "m$m"
	    : w->of == WHEN_NOT_MATCHED ? "m$i"
	                                : "m$t");
	if (w->of != WHEN_NOT_MATCHED)
		emit(q, " JOIN %s AS %s ON %s.%s = m$a.r", m->t.sql, m->t.name, m->t.name,
		    m->t.rowid);
	if (w->of != WHEN_NOT_MATCHED_BY_SOURCE)
		emit(q, " JOIN temp.m$s AS %s ON %s.rowid = m$a.s", m->source_name, m->source_name);
	emit(q, " WHERE m$a.a = %zu", i + 1);
	exec_run(q);
}

static void apply(struct sql *q, const struct merge_run *m, size_t i)
{
	const struct merge_when *w = m->s->whens.item[i];
	size_t n, *columns;

	if (w->does == DOES_UPDATE) {
		q->result->updated +=
		    exec_apply_sets(q, &m->t, &w->sets, tree_text(q, "m$v%zu", i));
		return;
	}
	if (w->does == DOES_DELETE) {
		emit(q, "DELETE FROM %s WHERE %s IN (SELECT r FROM temp.%s WHERE a = %zu)",
		    m->t.sql, m->t.rowid, w->of == WHEN_MATCHED ? "m$m" : "m$t", i + 1);
		q->result->deleted += exec_run(q);
		return;
	}
	columns = exec_targets(q, &m->t, &w->columns, w->at, &n);
	emit(q, "INSERT INTO %s(", m->t.sql);
	for (size_t j = 0; j < n; j++)
		emit(q, "%s%s", j ? ", " : "",
		    emit_name(q, m->t.use->table->columns[columns[j]].name));
	emit(q, ") SELECT ");
	for (size_t j = 0; j < n; j++)
		emit(q, "%sv%zu", j ? ", " : "", j);
	emit(q, " FROM temp.m$v%zu", i);
	q->result->inserted += exec_run(q);
}

static void drop(struct sql *q, const char *name)
{
	emit(q, "DROP TABLE IF EXISTS temp.%s", name);
	exec_run(q);
}

void exec_merge(struct sql *q, struct stmt *s, bool run)
{
	struct merge_run m = {.s = s};

	q->result->statement = "MERGE";
	bind_merge(q, &m);
	if (!run)
		return;
	find_matches(q, &m);
	find_unmatched_target(q, &m);
	for (size_t i = 0; i < s->whens.n; i++)
		find_values(q, &m, i);
	/* inserts last: a row that was inserted is not a row of the target yet */
	for (size_t i = 0; i < s->whens.n; i++)
		if (((struct merge_when *)s->whens.item[i])->does != DOES_INSERT)
			apply(q, &m, i);
	for (size_t i = 0; i < s->whens.n; i++) {
		if (((struct merge_when *)s->whens.item[i])->does == DOES_INSERT)
			apply(q, &m, i);
		drop(q, tree_text(q, "m$v%zu", i));
	}
	drop(q, "m$s");
	drop(q, "m$m");
	drop(q, "m$i");
	drop(q, "m$t");
	catalog_touch(q->store, m.t.use->table);
}
