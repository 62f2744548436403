#include "sql/bind.h"

#include <stdlib.h>

/* The ordinal (from 1) that a GROUP BY or ORDER BY term is, or 0. Fails outside 1..n. */
static size_t ordinal(struct sql *q, const struct expr *e, size_t n, const char *clause)
{
	size_t value;

	if (e->kind != E_LITERAL || e->ty.kind != TYPE_INT64 || e->null || e->ty.array)
		return 0;
	value = e->text.n < 9 ? (size_t)strtoul(tree_keep(q, e->text), NULL, 10) : 0;
	if (value < 1 || value > n)
		tree_fail(q, "invalidQuery", e->at, "%s is out of SELECT list range: %.*s", clause,
		    SPAN_ARG(e->text));
	return value;
}

/* Does it hold an aggregate, outside of its subqueries? */
static bool aggregates(const struct expr *e)
{
	if (e->kind == E_CALL && e->func->kind == FUNC_AGGREGATE && !e->over)
		return true;
	for (size_t i = 0; i < e->args.n; i++)
		if (aggregates(tree_expr(&e->args, i)))
			return true;
	return false;
}

/* GROUP BY ALL: by all of the SELECT list that is not an aggregate, window function or literal. */
static void group_by_all(struct sql *q, struct select *s)
{
	for (size_t i = 0; i < s->items.n; i++) {
		struct expr *e = ((struct item *)s->items.item[i])->expr;

		if (!aggregates(e) && !e->over && e->kind != E_LITERAL)
			tree_add(q, &s->group, e);
	}
}

static void bind_group(struct sql *q, struct sql_scope *scope, struct select *s)
{
	if (s->group_all)
		group_by_all(q, s);
	for (size_t i = 0; i < s->group.n; i++) {
		struct expr *e = tree_expr(&s->group, i);

		size_t n = ordinal(q, e, s->items.n, "GROUP BY");

		if (n > 0) {
			s->group.item[i] = e = ((struct item *)s->items.item[n - 1])->expr;
		} else if (e->kind == E_LITERAL) {
			tree_fail(q, "invalidQuery", e->at, "Cannot GROUP BY literal values");
		} else {
			bind_expr(q, scope, e);
		}
		if (!ty_groups(e->ty))
			tree_fail(q, "invalidQuery", e->at,
			    "Grouping by expressions of type %s is not allowed", ty_name(q, e->ty));
	}
}

static void check_grouped(struct sql *q, struct sql_scope *scope, const struct select *s)
{
	for (size_t i = 0; i < s->items.n; i++)
		bind_check_grouped(
		    q, scope, s, ((struct item *)s->items.item[i])->expr, "SELECT list expression");
	if (s->having)
		bind_check_grouped(q, scope, s, s->having, "HAVING clause");
	if (s->qualify)
		bind_check_grouped(q, scope, s, s->qualify, "QUALIFY clause");
}

static void mode(struct sql_scope *scope, const char *clause, bool aggregates, bool windows)
{
	scope->clause = clause;
	scope->aggregates = aggregates;
	scope->windows = windows;
}

static void bind_select(struct sql *q, struct sql_scope *scope, struct select *s)
{
	size_t mark = prune_mark(q), tables;

	if (s->from)
		bind_from(q, scope, s->from);
	else if (s->where)
		tree_fail(q, "invalidQuery", s->where->at,
		    "Query without FROM clause cannot have a WHERE clause");
	mode(scope, "WHERE clause", false, false);
	tables = prune_mark(q);
	bind_condition(q, scope, &s->where, "WHERE clause");
	prune_filter(q, mark, tables, s->where);
	mode(scope, "SELECT list", true, true);
	bind_items(q, scope, s);
	scope->aliases = s;
	scope->aliases_first = true;
	mode(scope, "GROUP BY clause", false, false);
	bind_group(q, scope, s);
	scope->aliases_first = false;
	mode(scope, "HAVING clause", true, false);
	bind_condition(q, scope, &s->having, "HAVING clause");
	mode(scope, "QUALIFY clause", true, true);
	bind_condition(q, scope, &s->qualify, "QUALIFY clause");
}

static void distinct_types(struct sql *q, const struct select *s)
{
	for (size_t i = 0; s->distinct && i < s->items.n; i++) {
		const struct item *item = s->items.item[i];
		if (!ty_groups(item->expr->ty))
			tree_fail(q, "invalidQuery", item->at,
			    "Column %zu of type %s cannot be used in SELECT DISTINCT", i + 1,
			    ty_name(q, item->expr->ty));
	}
}

/* SELECT AS STRUCT in an expression: the items become one. */
static void make_struct(struct sql *q, struct select *s)
{
	struct expr *e = tree_node(q, E_STRUCT, s->at);
	struct catalog_column *fields = tree_new(q, s->items.n * sizeof(*fields));
	struct list items = {0};

	for (size_t i = 0; i < s->items.n; i++) {
		const struct item *item = s->items.item[i];
		tree_add(q, &e->args, item->expr);
		fields[i] = ty_as_column(q, item->expr->ty, item->alias);
	}
	e->ty = (struct ty){.kind = TYPE_RECORD, .fields = fields, .n = s->items.n};
	bind_add_item(q, &items, e, (struct span){0}, s->at);
	s->items = items;
}

static void output_of_select(struct sql *q, struct query *query)
{
	const struct select *s = query->select;

	for (size_t i = 0; i < s->items.n; i++) {
		const struct item *item = s->items.item[i];
		tree_add(q, &query->output,
		    bind_scol(q, item->alias, item->expr->ty, tree_text(q, "c$%zu", i)));
	}
	query->one_row = (s->grouped && !s->group.n) || (!s->from && !s->having);
}

/* ORDER BY over a SELECT: an ordinal, an alias, or any expression of the FROM clause. */
static void order_of_select(struct sql *q, struct sql_scope *scope, struct query *query)
{
	const struct select *s = query->select;

	scope->aliases_first = true;
	mode(scope, "ORDER BY clause", true, true);
	for (size_t i = 0; i < query->order.n; i++) {
		struct order *o = query->order.item[i];
		size_t n = ordinal(q, o->expr, s->items.n, "ORDER BY");

		if (n > 0)
			o->expr = ((struct item *)s->items.item[n - 1])->expr;
	}
	bind_order(q, scope, &query->order);
	for (size_t i = 0; i < query->order.n; i++) {
		struct order *o = query->order.item[i];
		for (size_t j = 0; j < s->items.n && o->output < 0; j++)
			if (tree_same(o->expr, ((struct item *)s->items.item[j])->expr))
				o->output = (int)j;
		if (s->distinct && o->output < 0)
			tree_fail(q, "invalidQuery", o->at,
			    "ORDER BY clause expression references a column which is not visible "
			    "after "
			    "SELECT DISTINCT");
	}
}

static void bind_inputs(struct sql *q, struct sql_scope *outer, struct query *query)
{
	struct query *first = query->inputs.item[0];

	for (size_t i = 0; i < query->inputs.n; i++) {
		struct query *input = query->inputs.item[i];
		input->is_value = query->is_value;
		bind_query(q, outer, input);
		for (size_t j = 0; j < input->outer.n; j++)
			tree_add(q, &query->outer, input->outer.item[j]);
		if (input->output.n != first->output.n)
			tree_fail(q, "invalidQuery", input->at,
			    "Queries in set operation have mismatched column count; query 1 has "
			    "%zu "
			    "columns, query %zu has %zu columns",
			    first->output.n, i + 1, input->output.n);
	}
}

/* A SELECT's own literals stay literals, so that NULL and 'x' take the other inputs' types. */
static struct expr *input_column(struct sql *q, const struct query *input, size_t column)
{
	struct expr *e;

	if (input->select && ((struct item *)input->select->items.item[column])->expr->literal)
		return ((struct item *)input->select->items.item[column])->expr;
	e = bind_column_expr(q, input->output.item[column], input->at);
	return e;
}

/* The inputs' columns by common types: literals are changed, the rest is cast later. */
static void output_of_set(struct sql *q, struct query *query)
{
	const struct query *first = query->inputs.item[0];

	for (size_t j = 0; j < first->output.n; j++) {
		struct list columns = {0};
		struct ty ty;
		const struct scol *named = first->output.item[j];

		for (size_t i = 0; i < query->inputs.n; i++)
			tree_add(q, &columns, input_column(q, query->inputs.item[i], j));
		if (!ty_common(&columns, 0, 1, &ty))
			tree_fail(q, "invalidQuery", query->at,
			    "Column %zu in set operation has incompatible types", j + 1);
		if (query->inputs.n > 1 && query->set != SET_UNION_ALL && !ty_groups(ty))
			tree_fail(q, "invalidQuery", query->at,
			    "Column %zu in set operation has type %s that cannot be compared",
			    j + 1, ty_name(q, ty));
		for (size_t i = 0; i < query->inputs.n; i++) {
			struct query *input = query->inputs.item[i];
			struct expr *e = tree_expr(&columns, i);
			if (e->kind != E_COLUMN || !e->column ||
			    e->column != input->output.item[j]) {
				struct item *item = input->select->items.item[j];
				item->expr = ty_coerce(q, e, ty);
				((struct scol *)input->output.item[j])->ty = ty;
			}
		}
		tree_add(
		    q, &query->output, bind_scol(q, named->name, ty, tree_text(q, "c$%zu", j)));
	}
	query->one_row = query->inputs.n == 1 && first->one_row;
}

static void order_of_set(struct sql *q, struct sql_scope *outer, struct query *query)
{
	struct relation *r = tree_new(q, sizeof(*r));
	struct sql_scope scope = {.outer = outer, .query = query, .clause = "ORDER BY clause"};

	r->columns = query->output;
	tree_add(q, &scope.ranges, r);
	for (size_t i = 0; i < query->order.n; i++) {
		struct order *o = query->order.item[i];
		size_t n = ordinal(q, o->expr, query->output.n, "ORDER BY");

		if (n > 0)
			*o->expr = *bind_column_expr(q, query->output.item[n - 1], o->at);
	}
	bind_order(q, &scope, &query->order);
}

static void bind_limit(struct sql *q, struct expr **e, const char *what)
{
	struct sql_scope none = {0};

	if (!*e)
		return;
	bind_expr(q, &none, *e);
	if ((*e)->kind != E_LITERAL || (*e)->null || (*e)->ty.kind != TYPE_INT64 ||
	    *(*e)->text.p == '-')
		tree_fail(q, "invalidQuery", (*e)->at,
		    "%s expects a non-negative integer literal or parameter", what);
}

void bind_query(struct sql *q, struct sql_scope *outer, struct query *query)
{
	size_t visible = q->ctes.n;
	struct sql_scope *scope = tree_new(q, sizeof(*scope));

	tree_depth(q, query->at, 1);
	for (size_t i = 0; i < query->with.n; i++) {
		struct with *w = query->with.item[i];
		bind_query(q, NULL, w->query);
		w->sql = tree_text(q, "w$%d", ++q->names);
		tree_add(q, &q->ctes, w);
	}
	if (query->select) {
		*scope = (struct sql_scope){.outer = outer, .query = query};
		bind_select(q, scope, query->select);
		if (query->select->as_struct && query->is_value)
			make_struct(q, query->select);
		distinct_types(q, query->select);
		order_of_select(q, scope, query);
		query->select->grouped =
		    query->select->group.n || scope->aggregated || query->select->having;
		if (query->select->grouped) {
			check_grouped(q, scope, query->select);
			for (size_t i = 0; i < query->order.n; i++)
				bind_check_grouped(q, scope, query->select,
				    ((struct order *)query->order.item[i])->expr,
				    "ORDER BY clause expression");
		}
		output_of_select(q, query);
	} else {
		bind_inputs(q, outer, query);
		output_of_set(q, query);
		order_of_set(q, outer, query);
	}
	bind_limit(q, &query->limit, "LIMIT");
	bind_limit(q, &query->offset, "OFFSET");
	q->ctes.n = visible;
	tree_depth(q, query->at, -1);
}
