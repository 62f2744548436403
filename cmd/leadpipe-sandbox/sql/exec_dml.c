#include "sql/exec.h"

void exec_bind(struct sql *q, struct target *t, const struct stmt *s, bool all)
{
	static const char *const rowids[] = {"rowid", "oid", "_rowid_"};
	const struct catalog_table *table;
	struct span last = *(struct span *)s->path.item[s->path.n - 1];

	t->use = bind_table(q, &s->path, s->path_at);
	table = t->use->table;
	t->name = tree_text(q, "t$%d", ++q->names);
	t->sql = emit_name(q, table->storage);
	t->range = bind_range(q, t->use, s->alias.p ? s->alias : last, t->name);
	for (size_t i = 0; i < 3 && !t->rowid; i++)
		if (!columns_find(table->columns, table->n, span_of(rowids[i])))
			t->rowid = rowids[i];
	if (!t->rowid)
		tree_unsupported(
		    q, s->path_at, "DML on a table with columns rowid, oid and _rowid_");
	for (size_t i = 0; all && i < table->n; i++)
		t->use->read[i] = true;
}

static size_t column_of(
    struct sql *q, const struct target *t, struct span name, struct sql_place at)
{
	const struct catalog_table *table = t->use->table;
	const struct catalog_column *c = columns_find(table->columns, table->n, name);

	if (!c)
		tree_fail(q, "invalidQuery", at, "Column %.*s is not present in table %s.%s.%s",
		    SPAN_ARG(name), table->project, table->dataset, table->name);
	return (size_t)(c - table->columns);
}

struct expr *exec_value(
    struct sql *q, const struct target *t, size_t column, struct expr *e, struct sql_place at)
{
	const struct catalog_column *c = &t->use->table->columns[column];
	struct ty ty = ty_column(c);

	if (!e) {
		e = tree_node(q, E_LITERAL, at);
		e->null = true;
	}
	if (!ty_takes(e, ty))
		tree_fail(q, "invalidQuery", e->at,
		    "Value of type %s cannot be assigned to %s, which has type %s",
		    ty_name(q, e->ty), c->name, ty_name(q, ty));
	return ty_coerce(q, e, ty);
}

void exec_emit(struct sql *q, const struct target *t, size_t column, const struct expr *e)
{
	const struct catalog_column *c = &t->use->table->columns[column];

	emit(q, c->mode == MODE_REQUIRED   ? "bq_required("
	        : c->mode == MODE_REPEATED ? "bq_elements("
	                                   : "(");
	emit_expr(q, e);
	if (c->mode == MODE_REQUIRED || c->mode == MODE_REPEATED) {
		emit(q, ", ");
		emit_text(q, span_of(c->name));
	}
	emit(q, ")");
}

/* [alias.]column[.field] */
static void take_path(struct sql *q, const struct target *t, struct set *set)
{
	struct span *const *names = (struct span *const *)set->path.item;
	size_t n = set->path.n, from = n > 1 && tree_eq(*names[0], t->range->alias);

	if (n - from > 2)
		tree_unsupported(q, set->at, "SET of a field within a field of a STRUCT");
	set->column = *names[from];
	if (n - from == 2)
		set->field = *names[from + 1];
}

/* Sets one field of a STRUCT column: the value gets the field's type. */
static void bind_field(struct sql *q, const struct target *t, size_t column, struct set *set)
{
	const struct catalog_column *c = &t->use->table->columns[column];
	const struct catalog_column *f = columns_find(c->fields, c->n, set->field);

	if (c->type != TYPE_RECORD || c->mode == MODE_REPEATED || !f)
		tree_fail(q, "invalidQuery", set->at,
		    "Cannot access field %.*s on a value with type %s", SPAN_ARG(set->field),
		    ty_name(q, ty_column(c)));
	if (!set->value) {
		set->value = tree_node(q, E_LITERAL, set->at);
		set->value->null = true;
	}
	if (!ty_takes(set->value, ty_column(f)))
		tree_fail(q, "invalidQuery", set->value->at,
		    "Value of type %s cannot be assigned to %s, which has type %s",
		    ty_name(q, set->value->ty), f->name, ty_name(q, ty_column(f)));
	set->value = ty_coerce(q, set->value, ty_column(f));
}

/* The stored STRUCT with another value at the field's place. */
static void emit_field(struct sql *q, const struct target *t, size_t column, const struct set *set)
{
	const struct catalog_column *c = &t->use->table->columns[column];
	size_t at = (size_t)(columns_find(c->fields, c->n, set->field) - c->fields);

	emit(q, "json_set(IFNULL(%s.%s, '[", t->name, emit_name(q, c->name));
	for (size_t i = 0; i < c->n; i++)
		emit(q, "%snull", i ? "," : "");
	emit(q, "]'), '$[%zu]', json(bq_element('%c', ", at, emit_kind(set->value->ty));
	emit_expr(q, set->value);
	emit(q, ")))");
}

void exec_bind_sets(
    struct sql *q, struct sql_scope *scope, const struct target *t, const struct list *sets)
{
	for (size_t i = 0; i < sets->n; i++) {
		struct set *set = sets->item[i];
		size_t column;

		take_path(q, t, set);
		column = column_of(q, t, set->column, set->at);
		for (size_t j = 0; j < i; j++) {
			const struct set *other = sets->item[j];

			if (!tree_eq(set->column, other->column))
				continue;
			if (set->field.p && other->field.p && !tree_eq(set->field, other->field))
				tree_unsupported(q, set->at, "SET of two fields of one STRUCT");
			tree_fail(q, "invalidQuery", set->at,
			    "Update item %.*s assigned more than once", SPAN_ARG(set->column));
		}
		if (set->value)
			bind_expr(q, scope, set->value);
		if (set->field.p)
			bind_field(q, t, column, set);
		else
			set->value = exec_value(q, t, column, set->value, set->at);
	}
}

void exec_emit_sets(struct sql *q, const struct target *t, const struct list *sets)
{
	for (size_t i = 0; i < sets->n; i++) {
		const struct set *set = sets->item[i];

		emit(q, ", ");
		if (set->field.p)
			emit_field(q, t, column_of(q, t, set->column, set->at), set);
		else
			exec_emit(q, t, column_of(q, t, set->column, set->at), set->value);
		emit(q, " AS v%zu", i);
	}
}

int64_t exec_apply_sets(
    struct sql *q, const struct target *t, const struct list *sets, const char *from)
{
	const struct catalog_table *table = t->use->table;

	emit(q, "UPDATE %s SET ", t->sql);
	for (size_t i = 0; i < sets->n; i++) {
		const struct set *set = sets->item[i];
		size_t column = column_of(q, t, set->column, set->at);
		emit(q, "%s%s = u$.v%zu", i ? ", " : "", emit_name(q, table->columns[column].name),
		    i);
	}
	emit(q, " FROM temp.%s AS u$ WHERE %s.%s = u$.r", from, t->sql, t->rowid);
	return exec_run(q);
}

size_t *exec_targets(
    struct sql *q, const struct target *t, const struct list *names, struct sql_place at, size_t *n)
{
	size_t *columns;

	*n = names->n ? names->n : t->use->table->n;
	columns = tree_new(q, *n * sizeof(*columns) + 1);
	for (size_t i = 0; i < *n; i++) {
		columns[i] = names->n ? column_of(q, t, *(struct span *)names->item[i], at) : i;
		for (size_t j = 0; j < i; j++)
			if (columns[j] == columns[i])
				tree_fail(q, "invalidQuery", at,
				    "INSERT has columns with duplicate name: %s",
				    t->use->table->columns[columns[i]].name);
	}
	for (size_t i = 0, j; i < t->use->table->n; i++) {
		for (j = 0; j < *n && columns[j] != i; j++)
			;
		if (j == *n && t->use->table->columns[i].mode == MODE_REQUIRED)
			tree_fail(q, "invalidQuery", at,
			    "Required column %s is missing from the INSERT column list",
			    t->use->table->columns[i].name);
	}
	return columns;
}

static void wrong_count(struct sql *q, struct sql_place at, size_t has, size_t expected)
{
	if (has != expected)
		tree_fail(q, "invalidQuery", at,
		    "Inserted row has wrong column count; Has %zu, expected %zu", has, expected);
}

static void insert_values(
    struct sql *q, const struct target *t, const struct stmt *s, const size_t *columns, size_t n)
{
	struct sql_scope scope = {.clause = "VALUES"};

	emit(q, "VALUES ");
	for (size_t i = 0; i < s->rows.n; i++) {
		const struct list *row = s->rows.item[i];

		wrong_count(q, s->path_at, row->n, n);
		for (size_t j = 0; j < n; j++) {
			struct expr *e = row->item[j];
			if (e)
				bind_expr(q, &scope, e);
			e = exec_value(q, t, columns[j], e, s->path_at);
			emit(q, j ? ", " : i ? ", (" : "(");
			exec_emit(q, t, columns[j], e);
		}
		emit(q, ")");
	}
}

static void insert_query(
    struct sql *q, const struct target *t, struct stmt *s, const size_t *columns, size_t n)
{
	bind_query(q, NULL, s->query);
	wrong_count(q, s->query->at, s->query->output.n, n);
	emit(q, "SELECT ");
	for (size_t i = 0; i < n; i++) {
		struct scol *c = s->query->output.item[i];
		struct item *item = s->query->select ? s->query->select->items.item[i] : NULL;
		struct expr *e =
		    item && item->expr->literal ? item->expr : bind_column_expr(q, c, s->query->at);

		e = exec_value(q, t, columns[i], e, s->query->at);
		emit(q, i ? ", " : "");
		exec_emit(q, t, columns[i], e);
	}
	emit(q, " FROM (");
	emit_query(q, s->query);
	emit(q, ")");
}

void exec_insert(struct sql *q, struct stmt *s, bool run)
{
	struct target t = {0};
	size_t n, *columns;

	q->result->statement = "INSERT";
	exec_bind(q, &t, s, false);
	columns = exec_targets(q, &t, &s->columns, s->path_at, &n);
	emit(q, "INSERT INTO %s(", t.sql);
	for (size_t i = 0; i < n; i++)
		emit(
		    q, "%s%s", i ? ", " : "", emit_name(q, t.use->table->columns[columns[i]].name));
	emit(q, ") ");
	if (s->query)
		insert_query(q, &t, s, columns, n);
	else
		insert_values(q, &t, s, columns, n);
	if (run)
		q->result->inserted = exec_run(q);
	else
		buf_clear(&q->sql);
	if (run)
		catalog_touch(q->store, t.use->table);
}

void exec_update(struct sql *q, struct stmt *s, bool run)
{
	struct target t = {0};
	struct sql_scope scope = {.clause = "WHERE clause"};
	size_t tables;

	q->result->statement = "UPDATE";
	exec_bind(q, &t, s, true);
	tree_add(q, &scope.ranges, t.range);
	if (s->from)
		bind_from(q, &scope, s->from);
	tables = prune_mark(q);
	bind_condition(q, &scope, &s->where, "WHERE clause");
	prune_filter(q, 0, tables, s->where);
	exec_bind_sets(q, &scope, &t, &s->sets);
	if (!run)
		return;
	emit(q, "CREATE TEMP TABLE sql_update AS SELECT %s.%s AS r", t.name, t.rowid);
	exec_emit_sets(q, &t, &s->sets);
	emit(q, " FROM %s AS %s", t.sql, t.name);
	if (s->from) {
		emit(q, " JOIN %s", s->from->kind == FROM_JOIN ? "(" : "");
		emit_from(q, s->from);
		emit(q, "%s", s->from->kind == FROM_JOIN ? ")" : "");
	}
	emit(q, " WHERE ");
	emit_expr(q, s->where);
	exec_run(q);
	emit(q, "SELECT 1 FROM temp.sql_update GROUP BY r HAVING COUNT(*) > 1");
	if (exec_int(q, 0))
		tree_fail(q, "invalidQuery", (struct sql_place){0},
		    "UPDATE/MERGE must match at most one source row for each target row");
	q->result->updated = exec_apply_sets(q, &t, &s->sets, "sql_update");
	emit(q, "DROP TABLE temp.sql_update");
	exec_run(q);
	catalog_touch(q->store, t.use->table);
}

void exec_delete(struct sql *q, struct stmt *s, bool run)
{
	struct target t = {0};
	struct sql_scope scope = {.clause = "WHERE clause"};

	q->result->statement = "DELETE";
	exec_bind(q, &t, s, true);
	tree_add(q, &scope.ranges, t.range);
	bind_condition(q, &scope, &s->where, "WHERE clause");
	prune_filter(q, 0, 1, s->where);
	if (!run)
		return;
	emit(q, "DELETE FROM %s AS %s WHERE ", t.sql, t.name);
	emit_expr(q, s->where);
	q->result->deleted = exec_run(q);
	catalog_touch(q->store, t.use->table);
}

void exec_truncate(struct sql *q, struct stmt *s, bool run)
{
	struct target t = {0};

	q->result->statement = "TRUNCATE_TABLE";
	exec_bind(q, &t, s, false);
	if (!run)
		return;
	emit(q, "DELETE FROM %s", t.sql);
	q->result->deleted = exec_run(q);
	catalog_touch(q->store, t.use->table);
}
