#include "sql/bind.h"
#include "sql/fn.h"

void bind_order(struct sql *q, struct sql_scope *scope, struct list *order)
{
	for (size_t i = 0; i < order->n; i++) {
		struct order *o = order->item[i];

		bind_expr(q, scope, o->expr);
		if (!ty_orders(o->expr->ty))
			tree_fail(q, "invalidQuery", o->expr->at,
			    "ORDER BY does not support expressions of type %s",
			    ty_name(q, o->expr->ty));
	}
}

/* Does some signature of that name take a date part (p) or INTERVAL n part (v) there? */
static bool takes_letter(const struct func *f, size_t index, char letter)
{
	for (const struct func *row = f; row->name && tree_is(span_of(row->name), f->name); row++) {
		size_t at = 0;
		for (const char *p = row->args; *p; p++) {
			if (*p == '|')
				continue;
			if (at == index && *p == letter)
				return true;
			at++;
		}
	}
	return false;
}

static void args(struct sql *q, struct sql_scope *scope, struct expr *e, const struct func *f)
{
	for (size_t i = 0; i < e->args.n; i++) {
		struct expr *arg = tree_expr(&e->args, i);

		if (takes_letter(f, i, 'p'))
			bind_part(q, arg);
		else if (arg->kind == E_INTERVAL && takes_letter(f, i, 'v'))
			bind_interval(q, scope, arg);
		else
			bind_expr(q, scope, arg);
	}
}

static void no_signature(struct sql *q, const struct expr *e)
{
	tree_fail(q, "invalidQuery", e->at, "No matching signature for function %.*s%s%s",
	    SPAN_ARG(e->text), e->args.n ? " for argument types: " : " with no arguments",
	    ty_names(q, &e->args));
}

/* RANGE BETWEEN 5 PRECEDING ...: distances are counted on one key. */
static void check_range(struct sql *q, const struct over *o)
{
	const struct expr *key = o->order.n == 1 ? ((struct order *)o->order.item[0])->expr : NULL;

	if (!key || !ty_is_number(key->ty))
		tree_fail(q, "invalidQuery", o->at,
		    "A RANGE frame with a number must have exactly one ORDER BY key, of a numeric "
		    "type");
	if (key->ty.kind != TYPE_INT64 && key->ty.kind != TYPE_FLOAT64)
		tree_unsupported(
		    q, o->at, "RANGE frame with a number over %s", ty_name(q, key->ty));
}

/* Which functions take IGNORE NULLS, and which do so as a window function. */
static bool ignores_nulls(const struct expr *e)
{
	static const char *const over[] = {"FIRST_VALUE", "LAST_VALUE", "NTH_VALUE"};

	if (!e->over)
		return tree_is(e->text, "ARRAY_AGG");
	for (size_t i = 0; i < sizeof over / sizeof *over; i++)
		if (tree_is(e->text, over[i]))
			return true;
	return false;
}

static void over(struct sql *q, struct sql_scope *scope, struct expr *e)
{
	struct over *o = e->over;

	if (!scope->windows)
		tree_fail(q, "invalidQuery", e->at, "Analytic function not allowed in %s",
		    scope->clause ? scope->clause : "this place");
	if (e->distinct || e->order.n || e->limit)
		tree_unsupported(q, e->at,
		    "DISTINCT, ORDER BY or LIMIT in the arguments of an analytic function");
	if (e->func->kind == FUNC_SCALAR)
		tree_fail(q, "invalidQuery", e->at, "Function %s does not support an OVER clause",
		    e->func->name);
	for (size_t i = 0; i < o->partition.n; i++) {
		struct expr *p = tree_expr(&o->partition, i);
		bind_expr(q, scope, p);
		if (!ty_groups(p->ty))
			tree_fail(q, "invalidQuery", p->at,
			    "Partitioning by expressions of type %s is not allowed",
			    ty_name(q, p->ty));
	}
	if (o->order.n && strncmp(e->func->sql, "bq_percentile", 13) == 0)
		tree_fail(q, "invalidQuery", o->at,
		    "Window ORDER BY is not allowed for analytic function %s", e->func->name);
	bind_order(q, scope, &o->order);
	if (o->by_value)
		check_range(q, o);
}

static void aggregate(struct sql *q, struct sql_scope *scope, struct expr *e, bool was_inside)
{
	if (was_inside)
		tree_fail(q, "invalidQuery", e->at, "Aggregations of aggregations are not allowed");
	if (!scope->aggregates)
		tree_fail(q, "invalidQuery", e->at, "Aggregate function %s not allowed in %s",
		    e->func->name, scope->clause ? scope->clause : "this place");
	if (e->distinct && !ty_groups(tree_expr(&e->args, 0)->ty))
		tree_fail(q, "invalidQuery", e->at,
		    "Aggregate functions with DISTINCT cannot be used with arguments of type %s",
		    ty_name(q, tree_expr(&e->args, 0)->ty));
	scope->aggregated = true;
}

/* MAX_BY and MIN_BY: the key must be of a type that can be sorted. */
static void check_key(struct sql *q, const struct expr *e)
{
	bool by = strncmp(e->func->sql, "bq_max_by", 9) == 0 ||
	          strncmp(e->func->sql, "bq_min_by", 9) == 0;

	if (by && !ty_orders(tree_expr(&e->args, 1)->ty))
		tree_unsupported(
		    q, e->at, "%s by %s", e->func->name, ty_name(q, tree_expr(&e->args, 1)->ty));
}

static void check_modifiers(struct sql *q, const struct expr *e)
{
	bool listing = tree_is(e->text, "ARRAY_AGG") || tree_is(e->text, "STRING_AGG");

	if (e->ignore_nulls && !ignores_nulls(e))
		tree_unsupported(q, e->at, "IGNORE NULLS in %s", e->func->name);
	if ((e->order.n || e->limit) && !listing)
		tree_fail(q, "invalidQuery", e->at,
		    "ORDER BY and LIMIT are not allowed in arguments of %s", e->func->name);
	if (e->func->kind != FUNC_AGGREGATE && e->distinct)
		tree_fail(q, "invalidQuery", e->at, "DISTINCT is not allowed in arguments of %s",
		    e->func->name);
	if (e->over && e->func->kind == FUNC_AGGREGATE && !fn_slides(e->func->sql))
		tree_unsupported(q, e->at, "%s with OVER", e->func->name);
	if (e->limit && (e->limit->kind != E_LITERAL || e->limit->ty.kind != TYPE_INT64))
		tree_fail(q, "invalidQuery", e->limit->at,
		    "LIMIT expects an integer literal or parameter");
}

void bind_call(struct sql *q, struct sql_scope *scope, struct expr *e)
{
	const struct func *f = func_find(e->text);
	bool group = f && f->kind == FUNC_AGGREGATE && !e->over, inside = scope->inside;

	if (!f)
		tree_unsupported(q, e->at, "function %.*s", SPAN_ARG(e->text));
	if (e->star) {
		if (!tree_is(e->text, "COUNT"))
			tree_fail(
			    q, "invalidQuery", e->at, "Argument * can only be used in COUNT(*)");
		e->func = f;
		e->ty = ty_of(TYPE_INT64);
	} else {
		scope->inside |= group;
		args(q, scope, e, f);
		if (!func_match(q, f, e))
			no_signature(q, e);
		bind_check_time(q, e);
		bind_order(q, scope, &e->order);
		scope->inside = inside;
	}
	if (e->limit)
		bind_expr(q, scope, e->limit);
	check_modifiers(q, e);
	check_key(q, e);
	if (e->over)
		over(q, scope, e);
	else if (e->func->kind == FUNC_WINDOW)
		tree_fail(q, "invalidQuery", e->at,
		    "Analytic function %s cannot be called without an OVER clause", e->func->name);
	if (group)
		aggregate(q, scope, e, inside);
}
