#include "sql/prune.h"
#include "storage/catalog_size.h"

#include "sql/emit.h"
#include "storage/partitioning.h"

/* A table, and how it is partitioned. */
struct pruned {
	const struct catalog_table *table;
	struct partitioning by;
};

static struct pruned part_of(const struct catalog_table *t)
{
	return (struct pruned){t, partitioning_of(t->resource)};
}

static bool is_column(const struct pruned *p, const struct expr *e)
{
	return e->kind == E_COLUMN && e->column->use && e->column->use->table == p->table &&
	       p->by.field &&
	       tree_is(span_of(p->table->columns[e->column->index].name), p->by.field);
}

static int rank_of(struct span unit)
{
	static const char *const units[] = {"HOUR", "DAY", "MONTH", "QUARTER", "YEAR"};

	for (int i = 0; i < 5; i++)
		if (tree_is(unit, units[i]))
			return i;
	return -1;
}

/* The same for all rows of a partition: DATE(column), or the column cut to a unit that holds it. */
static bool is_coarse(const struct pruned *p, const struct expr *e)
{
	int own = p->by.unit ? rank_of(span_of(p->by.unit)) : 9, to = -1;
	struct expr *const *args = (struct expr *const *)e->args.item;

	if (!e->args.n || !is_column(p, args[0]))
		return false;
	if (e->kind == E_CAST && e->target->kind == TYPE_DATE && !e->target->array)
		to = 1;
	else if (e->kind == E_CALL && e->args.n == 1 && tree_is(e->text, "DATE"))
		to = 1;
	else if (e->kind == E_CALL && e->args.n == 2 && args[1]->kind == E_PART &&
	         (tree_is(e->text, "DATE_TRUNC") || tree_is(e->text, "DATETIME_TRUNC") ||
	             tree_is(e->text, "TIMESTAMP_TRUNC")))
		to = rank_of(args[1]->text);
	return to >= own;
}

static bool is_constant(const struct expr *e)
{
	bool plain = e->kind == E_LITERAL || e->kind == E_CALL || e->kind == E_CAST ||
	             e->kind == E_OP || e->kind == E_PART || e->kind == E_INTERVAL ||
	             e->kind == E_ARRAY;

	if (!plain || e->over || e->query || (e->func && e->func->kind != FUNC_SCALAR))
		return false;
	for (size_t i = 0; i < e->args.n; i++)
		if (!is_constant(tree_expr(&e->args, i)))
			return false;
	return true;
}

/* A comparison of the column (`coarse`: of what is_coarse takes) with constants. */
static bool is_leaf(const struct pruned *p, const struct expr *e, bool coarse)
{
	size_t other = 0, key = e->args.n;
	bool compares = e->kind == E_IN ||
	                (e->kind == E_OP && ((e->op >= OP_EQ && e->op <= OP_GE && e->op != OP_NE) ||
	                                        e->op == OP_BETWEEN || e->op == OP_IS_NULL));

	if (!compares || e->query || (e->negated && e->op != OP_IS_NULL))
		return false;
	for (size_t i = 0; i < e->args.n; i++) {
		const struct expr *arg = tree_expr(&e->args, i);

		if (key == e->args.n && (coarse ? is_coarse(p, arg) : is_column(p, arg)))
			key = i;
		else
			other += is_constant(arg);
	}
	return key < e->args.n && other + 1 == e->args.n &&
	       (key == 0 || (e->kind == E_OP && e->op <= OP_GE));
}

static bool is_false(const struct expr *e)
{
	return e->kind == E_LITERAL && e->ty.kind == TYPE_BOOL && !e->null &&
	       (tree_is(e->text, "0") || tree_is(e->text, "false"));
}

static bool is_both(const struct expr *e)
{
	return e->kind == E_OP && (e->op == OP_AND || e->op == OP_OR);
}

/* Can `e` tell partitions apart? */
static bool prunes(const struct pruned *p, const struct expr *e)
{
	if (is_both(e)) {
		size_t n = 0;

		for (size_t i = 0; i < e->args.n; i++)
			n += prunes(p, tree_expr(&e->args, i));
		return e->op == OP_AND ? n > 0 : n == e->args.n;
	}
	return is_leaf(p, e, false) || is_leaf(p, e, true) || is_false(e);
}

size_t prune_mark(const struct sql *q)
{
	size_t n = 0;

	for (const struct use *use = q->uses; use; use = use->next)
		n++;
	return n;
}

void prune_filter(struct sql *q, size_t from, size_t to, struct expr *condition)
{
	struct use *use = q->uses;

	for (size_t i = 0; use && i < to; i++, use = use->next) {
		struct pruned p = part_of(use->table);

		if (i < from)
			continue;
		use->scanned = true;
		if (condition && p.by.field && prunes(&p, condition))
			tree_add(q, &use->filters, condition);
	}
}

/* ---- the condition again, of partitions ---- */

/* The partition that a value lies in; `nudge` -1, 1: the one just before or after it. */
static void emit_partition(struct sql *q, const struct pruned *p, const struct expr *e, int nudge)
{
	emit(q, p->by.unit ? "bq_partition(" : "bq_bucket(");
	emit_expr(q, e);
	if (p->by.unit)
		emit(q, ", '%s', %d)", p->by.unit, nudge);
	else
		emit(q, ", %lld, %lld, %lld, %d)", (long long)p->by.start, (long long)p->by.end,
		    (long long)p->by.interval, nudge);
}

static void emit_compare(struct sql *q, const struct pruned *p, const struct expr *e)
{
	bool turned = !is_column(p, tree_expr(&e->args, 0));
	const struct expr *key = tree_expr(&e->args, turned), *other = tree_expr(&e->args, !turned);
	bool less = turned ? e->op == OP_GT || e->op == OP_GE : e->op == OP_LT || e->op == OP_LE;
	bool strict = e->op == OP_LT || e->op == OP_GT;

	emit_partition(q, p, key, 0);
	emit(q, e->op == OP_EQ ? " = " : less ? " <= " : " >= ");
	emit_partition(q, p, other, strict ? less ? -1 : 1 : 0);
}

static void emit_list(struct sql *q, const struct pruned *p, const struct expr *e)
{
	static const struct scol value = {.sql = "p$.value"};
	const struct expr item = {.kind = E_COLUMN, .column = &value};

	emit_partition(q, p, tree_expr(&e->args, 0), 0);
	emit(q, " IN (");
	if (e->unnest) {
		emit(q, "SELECT ");
		emit_partition(q, p, &item, 0);
		emit(q, " FROM json_each(");
		emit_expr(q, tree_expr(&e->args, 1));
		emit(q, ") AS p$");
	} else {
		for (size_t i = 1; i < e->args.n; i++) {
			emit(q, i > 1 ? ", " : "");
			emit_partition(q, p, tree_expr(&e->args, i), 0);
		}
	}
	emit(q, ")");
}

static void emit_leaf(struct sql *q, const struct pruned *p, const struct expr *e)
{
	if (!is_leaf(p, e, false) || (e->kind == E_OP && e->op == OP_IS_NULL)) {
		emit_expr(q, e); /* true of all rows of a partition, or of none */
	} else if (e->kind == E_IN) {
		emit_list(q, p, e);
	} else if (e->op == OP_BETWEEN) {
		emit_partition(q, p, tree_expr(&e->args, 0), 0);
		emit(q, " BETWEEN ");
		emit_partition(q, p, tree_expr(&e->args, 1), 0);
		emit(q, " AND ");
		emit_partition(q, p, tree_expr(&e->args, 2), 0);
	} else {
		emit_compare(q, p, e);
	}
}

static void emit_filter(struct sql *q, const struct pruned *p, const struct expr *e)
{
	if (!prunes(p, e)) {
		emit(q, "1");
		return;
	}
	emit(q, "(");
	for (size_t i = 0; is_both(e) && i < e->args.n; i++) {
		emit(q, !i ? "" : e->op == OP_AND ? " AND " : " OR ");
		emit_filter(q, p, tree_expr(&e->args, i));
	}
	if (!is_both(e))
		emit_leaf(q, p, e);
	emit(q, ")");
}

static void demand(struct sql *q, const struct use *use, const struct pruned *p)
{
	const struct catalog_table *t = use->table;

	if (use->scanned && p->by.field && !use->filters.n &&
	    (jdoc_bool(t->resource, "requirePartitionFilter", false) ||
	        jdoc_bool(t->resource, "timePartitioning.requirePartitionFilter", false)))
		tree_fail(q, "invalidQuery", (struct sql_place){0},
		    "Cannot query over table '%s.%s.%s' without a filter over column(s) '%s' that "
		    "can "
		    "be used for partition elimination",
		    t->project, t->dataset, t->name, p->by.field);
}

int64_t prune_estimate(struct sql *q)
{
	int64_t bytes = 0;

	for (const struct use *use = q->uses; use; use = use->next) {
		struct pruned p = part_of(use->table);

		demand(q, use, &p);
		for (size_t i = 0; i < use->filters.n; i++) {
			emit(q, "%s", i ? " AND " : "");
			if (!i)
				emit(q, " AS %s WHERE ", use->name);
			emit_filter(q, &p, use->filters.item[i]);
		}
		bytes += catalog_size_bytes(q->store, use->table, use->read, buf_str(&q->sql));
		buf_clear(&q->sql);
	}
	return bytes;
}

const char *prune_column(const struct catalog_table *t)
{
	return part_of(t).by.field;
}

const char *prune_id(struct sql *q, const struct catalog_table *t)
{
	struct pruned p = part_of(t);
	const char *sql;
	struct buf b;

	if (!p.by.field)
		return NULL;
	buf_init(&b, 1 << 14);
	partitioning_id(&b, &p.by);
	sql = tree_keep(q, buf_span(&b));
	buf_free(&b);
	return sql;
}
