#include "sql_bind.h"

#include <stdlib.h>

static void add_item(
    struct sql *q, struct list *items, struct expr *e, struct span alias, struct place at)
{
	struct item *item = sql_new(q, sizeof(*item));

	item->expr = e;
	item->alias = alias;
	item->at = at;
	sql_add(q, items, item);
}

static bool listed(const struct list *names, struct span name)
{
	for (size_t i = 0; i < names->n; i++)
		if (name_eq(*(struct span *)names->item[i], name))
			return true;
	return false;
}

static void star_column(struct sql *q, struct scope *scope, struct list *items,
    const struct item *star, struct expr *e, struct span name)
{
	if (listed(&star->except, name))
		return;
	for (size_t i = 0; i < star->replace.n; i++) {
		const struct item *r = star->replace.item[i];
		if (name_eq(r->alias, name)) {
			bind_expr(q, scope, r->expr);
			e = r->expr;
		}
	}
	add_item(q, items, e, name, star->at);
}

static bool is_hidden(const struct scope *scope, const struct scol *c)
{
	for (size_t i = 0; i < scope->hidden.n; i++)
		if (scope->hidden.item[i] == c)
			return true;
	return false;
}

static void star_range(struct sql *q, struct scope *scope, struct list *items,
    const struct item *star, const struct range *r, bool all)
{
	for (size_t i = 0; i < r->columns.n; i++) {
		struct scol *c = r->columns.item[i];
		c->owner = scope;
		if (all || !is_hidden(scope, c))
			star_column(
			    q, scope, items, star, bind_column_expr(q, c, star->at), c->name);
	}
}

/* s.* of a STRUCT. */
static void star_struct(
    struct sql *q, struct scope *scope, struct list *items, const struct item *star)
{
	struct expr *of = star->expr;

	bind_expr(q, scope, of);
	if (of->ty.kind != TYPE_RECORD || of->ty.array)
		sql_fail(q, "invalidQuery", star->at, "Dot-star is not supported for type %s",
		    ty_name(q, of->ty));
	for (size_t i = 0; i < of->ty.n; i++) {
		struct expr *e = expr_new(q, E_FIELD, star->at);
		e->text = span_of(of->ty.fields[i].name);
		e->ty = ty_column(&of->ty.fields[i]);
		sql_add(q, &e->args, of);
		star_column(q, scope, items, star, e, e->text);
	}
}

static void star(struct sql *q, struct scope *scope, struct list *items, const struct item *item)
{
	size_t before = items->n;

	if (!item->expr) {
		if (!scope->ranges.n)
			sql_fail(q, "invalidQuery", item->at, "SELECT * must have a FROM clause");
		for (size_t i = 0; i < scope->merged.n; i++) {
			struct scol *c = scope->merged.item[i];
			c->owner = scope;
			if (!is_hidden(scope, c))
				star_column(q, scope, items, item, bind_column_expr(q, c, item->at),
				    c->name);
		}
		for (size_t i = 0; i < scope->ranges.n; i++)
			star_range(q, scope, items, item, scope->ranges.item[i], false);
	} else {
		const struct range *found = NULL;
		for (size_t i = 0; item->expr->kind == E_NAME && i < scope->ranges.n; i++) {
			const struct range *r = scope->ranges.item[i];
			if (r->alias.p && name_eq(r->alias, item->expr->text))
				found = r;
		}
		if (found)
			star_range(q, scope, items, item, found, true);
		else
			star_struct(q, scope, items, item);
	}
	if (items->n == before)
		sql_fail(q, "invalidQuery", item->at, "SELECT * EXCEPT leaves no columns");
}

static void bind_items(struct sql *q, struct scope *scope, struct select *s)
{
	struct list items = {0};

	for (size_t i = 0; i < s->items.n; i++) {
		struct item *item = s->items.item[i];
		struct span alias = item->alias;

		if (item->star) {
			star(q, scope, &items, item);
			continue;
		}
		/* the last part of a path names the column */
		if (!alias.p && (item->expr->kind == E_NAME || item->expr->kind == E_FIELD))
			alias = item->expr->text;
		bind_expr(q, scope, item->expr);
		add_item(q, &items, item->expr, alias, item->at);
	}
	s->items = items;
}

static void bind_group(struct sql *q, struct scope *scope, struct select *s)
{
	for (size_t i = 0; i < s->group.n; i++) {
		struct expr *e = list_expr(&s->group, i);

		if (e->kind == E_LITERAL && e->ty.kind == TYPE_INT64 && !e->null) {
			char *text = sql_keep(q, e->text);
			size_t n = strlen(text) < 9 ? (size_t)strtoul(text, NULL, 10) : 0;
			if (n < 1 || n > s->items.n)
				sql_fail(q, "invalidQuery", e->at,
				    "GROUP BY is out of SELECT list range: %s", text);
			s->group.item[i] = e = ((struct item *)s->items.item[n - 1])->expr;
		} else if (e->kind == E_LITERAL) {
			sql_fail(q, "invalidQuery", e->at, "Cannot GROUP BY literal values");
		} else {
			bind_expr(q, scope, e);
		}
		if (!ty_groups(e->ty))
			sql_fail(q, "invalidQuery", e->at,
			    "Grouping by expressions of type %s is not allowed", ty_name(q, e->ty));
	}
}

static void check_grouped(struct sql *q, struct scope *scope, const struct select *s)
{
	for (size_t i = 0; i < s->items.n; i++)
		bind_check_grouped(
		    q, scope, s, ((struct item *)s->items.item[i])->expr, "SELECT list expression");
	if (s->having)
		bind_check_grouped(q, scope, s, s->having, "HAVING clause");
	if (s->qualify)
		bind_check_grouped(q, scope, s, s->qualify, "QUALIFY clause");
}

static void mode(struct scope *scope, const char *clause, bool aggregates, bool windows)
{
	scope->clause = clause;
	scope->aggregates = aggregates;
	scope->windows = windows;
}

static void bind_select(struct sql *q, struct scope *scope, struct select *s)
{
	if (s->from)
		bind_from(q, scope, s->from);
	else if (s->where)
		sql_fail(q, "invalidQuery", s->where->at,
		    "Query without FROM clause cannot have a WHERE clause");
	mode(scope, "WHERE clause", false, false);
	bind_condition(q, scope, &s->where, "WHERE clause");
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
			sql_fail(q, "invalidQuery", item->at,
			    "Column %zu of type %s cannot be used in SELECT DISTINCT", i + 1,
			    ty_name(q, item->expr->ty));
	}
}

/* SELECT AS STRUCT: the items become one. */
static void make_struct(struct sql *q, struct select *s)
{
	struct expr *e = expr_new(q, E_STRUCT, s->at);
	struct column *fields = sql_new(q, s->items.n * sizeof(*fields));
	struct list items = {0};

	for (size_t i = 0; i < s->items.n; i++) {
		const struct item *item = s->items.item[i];
		sql_add(q, &e->args, item->expr);
		fields[i] = ty_as_column(q, item->expr->ty, item->alias);
	}
	e->ty = (struct ty){.kind = TYPE_RECORD, .fields = fields, .n = s->items.n};
	add_item(q, &items, e, (struct span){0}, s->at);
	s->items = items;
}

static void output_of_select(struct sql *q, struct query *query)
{
	const struct select *s = query->select;

	for (size_t i = 0; i < s->items.n; i++) {
		const struct item *item = s->items.item[i];
		sql_add(q, &query->output,
		    bind_scol(q, item->alias, item->expr->ty, sql_text(q, "c$%zu", i)));
	}
	query->one_row = (s->grouped && !s->group.n) || (!s->from && !s->having);
}

/* ORDER BY over a SELECT: an ordinal, an alias, or any expression of the FROM clause. */
static void order_of_select(struct sql *q, struct scope *scope, struct query *query)
{
	const struct select *s = query->select;

	scope->aliases_first = true;
	mode(scope, "ORDER BY clause", true, true);
	for (size_t i = 0; i < query->order.n; i++) {
		struct order *o = query->order.item[i];
		if (o->expr->kind == E_LITERAL && o->expr->ty.kind == TYPE_INT64 &&
		    !o->expr->null) {
			size_t n = o->expr->text.n < 9
			               ? (size_t)strtoul(sql_keep(q, o->expr->text), NULL, 10)
			               : 0;
			if (n < 1 || n > s->items.n)
				sql_fail(q, "invalidQuery", o->at,
				    "ORDER BY is out of SELECT list range: %.*s",
				    SPAN_ARG(o->expr->text));
			o->expr = ((struct item *)s->items.item[n - 1])->expr;
		}
	}
	bind_order(q, scope, &query->order);
	for (size_t i = 0; i < query->order.n; i++) {
		struct order *o = query->order.item[i];
		for (size_t j = 0; j < s->items.n && o->output < 0; j++)
			if (expr_same(o->expr, ((struct item *)s->items.item[j])->expr))
				o->output = (int)j;
		if (s->distinct && o->output < 0)
			sql_fail(q, "invalidQuery", o->at,
			    "ORDER BY clause expression references a column which is not visible "
			    "after "
			    "SELECT DISTINCT");
	}
}

static void bind_inputs(struct sql *q, struct scope *outer, struct query *query)
{
	struct query *first = query->inputs.item[0];

	for (size_t i = 0; i < query->inputs.n; i++) {
		struct query *input = query->inputs.item[i];
		bind_query(q, outer, input);
		for (size_t j = 0; j < input->outer.n; j++)
			sql_add(q, &query->outer, input->outer.item[j]);
		if (input->output.n != first->output.n)
			sql_fail(q, "invalidQuery", input->at,
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

/* The inputs' columns by common types; literals are changed where they stand, the rest is cast by the emitter. */
static void output_of_set(struct sql *q, struct query *query)
{
	const struct query *first = query->inputs.item[0];

	for (size_t j = 0; j < first->output.n; j++) {
		struct list columns = {0};
		struct ty ty;
		const struct scol *named = first->output.item[j];

		for (size_t i = 0; i < query->inputs.n; i++)
			sql_add(q, &columns, input_column(q, query->inputs.item[i], j));
		if (!ty_common(&columns, 0, 1, &ty))
			sql_fail(q, "invalidQuery", query->at,
			    "Column %zu in set operation has incompatible types", j + 1);
		if (query->inputs.n > 1 && query->set != SET_UNION_ALL && !ty_groups(ty))
			sql_fail(q, "invalidQuery", query->at,
			    "Column %zu in set operation has type %s that cannot be compared",
			    j + 1, ty_name(q, ty));
		for (size_t i = 0; i < query->inputs.n; i++) {
			struct query *input = query->inputs.item[i];
			struct expr *e = list_expr(&columns, i);
			if (e->kind != E_COLUMN || !e->column ||
			    e->column != input->output.item[j]) {
				struct item *item = input->select->items.item[j];
				item->expr = ty_coerce(q, e, ty);
				((struct scol *)input->output.item[j])->ty = ty;
			}
		}
		sql_add(q, &query->output, bind_scol(q, named->name, ty, sql_text(q, "c$%zu", j)));
	}
	query->one_row = query->inputs.n == 1 && first->one_row;
}

static void order_of_set(struct sql *q, struct scope *outer, struct query *query)
{
	struct range *r = sql_new(q, sizeof(*r));
	struct scope scope = {.outer = outer, .query = query, .clause = "ORDER BY clause"};

	r->columns = query->output;
	sql_add(q, &scope.ranges, r);
	for (size_t i = 0; i < query->order.n; i++) {
		struct order *o = query->order.item[i];
		if (o->expr->kind == E_LITERAL && o->expr->ty.kind == TYPE_INT64 &&
		    !o->expr->null) {
			size_t n = o->expr->text.n < 9
			               ? (size_t)strtoul(sql_keep(q, o->expr->text), NULL, 10)
			               : 0;
			if (n < 1 || n > query->output.n)
				sql_fail(q, "invalidQuery", o->at,
				    "ORDER BY is out of SELECT list range: %.*s",
				    SPAN_ARG(o->expr->text));
			*o->expr = *bind_column_expr(q, query->output.item[n - 1], o->at);
		}
	}
	bind_order(q, &scope, &query->order);
}

static void bind_limit(struct sql *q, struct expr **e, const char *what)
{
	struct scope none = {0};

	if (!*e)
		return;
	bind_expr(q, &none, *e);
	if ((*e)->kind != E_LITERAL || (*e)->null || (*e)->ty.kind != TYPE_INT64 ||
	    *(*e)->text.p == '-')
		sql_fail(q, "invalidQuery", (*e)->at,
		    "%s expects a non-negative integer literal or parameter", what);
}

void bind_query(struct sql *q, struct scope *outer, struct query *query)
{
	size_t visible = q->ctes.n;
	struct scope *scope = sql_new(q, sizeof(*scope));

	sql_depth(q, query->at, 1);
	for (size_t i = 0; i < query->with.n; i++) {
		struct with *w = query->with.item[i];
		bind_query(q, NULL, w->query);
		w->sql = sql_text(q, "w$%d", ++q->names);
		sql_add(q, &q->ctes, w);
	}
	if (query->select) {
		*scope = (struct scope){.outer = outer, .query = query};
		bind_select(q, scope, query->select);
		if (query->select->as_struct)
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
	sql_depth(q, query->at, -1);
}
