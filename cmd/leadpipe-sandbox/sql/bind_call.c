#include "sql/bind.h"

void bind_order(struct sql *q, struct scope *scope, struct list *order)
{
	for (size_t i = 0; i < order->n; i++) {
		struct order *o = order->item[i];

		bind_expr(q, scope, o->expr);
		if (!ty_orders(o->expr->ty))
			sql_fail(q, "invalidQuery", o->expr->at,
			    "ORDER BY does not support expressions of type %s",
			    ty_name(q, o->expr->ty));
	}
}

/* Does some signature of that name take a date part there? */
static bool takes_part(const struct func *f, size_t index)
{
	for (const struct func *row = f; row->name && name_is(span_of(row->name), f->name); row++) {
		size_t at = 0;
		for (const char *p = row->args; *p; p++) {
			if (*p == '|')
				continue;
			if (at == index && *p == 'p')
				return true;
			at++;
		}
	}
	return false;
}

static void part(struct sql *q, struct expr *e)
{
	if (e->kind == E_CALL)
		sql_unsupported(q, e->at, "date part %.*s(...)", SPAN_ARG(e->text));
	if (e->kind != E_NAME)
		sql_fail(q, "invalidQuery", e->at, "A valid date part name is required");
	e->kind = E_PART;
}

static void interval(struct sql *q, struct scope *scope, struct expr *e)
{
	struct expr *n = list_expr(&e->args, 0);

	bind_expr(q, scope, n);
	if (!ty_takes(n, ty_of(TYPE_INT64)))
		sql_fail(
		    q, "invalidQuery", n->at, "Interval value must be coercible to INT64 type");
	e->args.item[0] = ty_coerce(q, n, ty_of(TYPE_INT64));
}

static void args(struct sql *q, struct scope *scope, struct expr *e, const struct func *f)
{
	for (size_t i = 0; i < e->args.n; i++) {
		struct expr *arg = list_expr(&e->args, i);

		if (takes_part(f, i))
			part(q, arg);
		else if (arg->kind == E_INTERVAL)
			interval(q, scope, arg);
		else
			bind_expr(q, scope, arg);
	}
}

static void no_signature(struct sql *q, const struct expr *e)
{
	const char *types = "";

	for (size_t i = 0; i < e->args.n; i++) {
		const struct expr *arg = list_expr(&e->args, i);
		const char *type = arg->kind == E_PART       ? "DATE_TIME_PART"
		                   : arg->kind == E_INTERVAL ? "INTERVAL"
		                   : arg->null               ? "NULL"
		                                             : ty_name(q, arg->ty);
		types = sql_text(q, "%s%s%s", types, i ? ", " : "", type);
	}
	sql_fail(q, "invalidQuery", e->at, "No matching signature for function %.*s%s%s",
	    SPAN_ARG(e->text), e->args.n ? " for argument types: " : " with no arguments", types);
}

static void over(struct sql *q, struct scope *scope, struct expr *e)
{
	struct over *o = e->over;

	if (!scope->windows)
		sql_fail(q, "invalidQuery", e->at, "Analytic function not allowed in %s",
		    scope->clause ? scope->clause : "this place");
	if (e->distinct || e->order.n)
		sql_unsupported(
		    q, e->at, "DISTINCT or ORDER BY in the arguments of an analytic function");
	if (e->func->kind == FUNC_SCALAR)
		sql_fail(q, "invalidQuery", e->at, "Function %s does not support an OVER clause",
		    e->func->name);
	for (size_t i = 0; i < o->partition.n; i++) {
		struct expr *p = list_expr(&o->partition, i);
		bind_expr(q, scope, p);
		if (!ty_groups(p->ty))
			sql_fail(q, "invalidQuery", p->at,
			    "Partitioning by expressions of type %s is not allowed",
			    ty_name(q, p->ty));
	}
	bind_order(q, scope, &o->order);
}

static void aggregate(struct sql *q, struct scope *scope, struct expr *e, bool was_inside)
{
	if (was_inside)
		sql_fail(q, "invalidQuery", e->at, "Aggregations of aggregations are not allowed");
	if (!scope->aggregates)
		sql_fail(q, "invalidQuery", e->at, "Aggregate function %s not allowed in %s",
		    e->func->name, scope->clause ? scope->clause : "this place");
	if (e->distinct && !ty_groups(list_expr(&e->args, 0)->ty))
		sql_fail(q, "invalidQuery", e->at,
		    "Aggregate functions with DISTINCT cannot be used with arguments of type %s",
		    ty_name(q, list_expr(&e->args, 0)->ty));
	scope->aggregated = true;
}

static void check_modifiers(struct sql *q, const struct expr *e)
{
	bool listing = name_is(e->text, "ARRAY_AGG") || name_is(e->text, "STRING_AGG");

	if (e->ignore_nulls && !name_is(e->text, "ARRAY_AGG"))
		sql_unsupported(q, e->at, "IGNORE NULLS in %s", e->func->name);
	if ((e->order.n || e->limit) && !listing)
		sql_fail(q, "invalidQuery", e->at,
		    "ORDER BY and LIMIT are not allowed in arguments of %s", e->func->name);
	if (e->func->kind != FUNC_AGGREGATE && e->distinct)
		sql_fail(q, "invalidQuery", e->at, "DISTINCT is not allowed in arguments of %s",
		    e->func->name);
	if (e->over && listing)
		sql_unsupported(q, e->at, "%s with OVER", e->func->name);
	if (e->limit && (e->limit->kind != E_LITERAL || e->limit->ty.kind != TYPE_INT64))
		sql_fail(q, "invalidQuery", e->limit->at,
		    "LIMIT expects an integer literal or parameter");
}

void bind_call(struct sql *q, struct scope *scope, struct expr *e)
{
	const struct func *f = func_find(e->text);
	bool group = f && f->kind == FUNC_AGGREGATE && !e->over, inside = scope->inside;

	if (!f)
		sql_unsupported(q, e->at, "function %.*s", SPAN_ARG(e->text));
	if (e->star) {
		if (!name_is(e->text, "COUNT"))
			sql_fail(
			    q, "invalidQuery", e->at, "Argument * can only be used in COUNT(*)");
		e->func = f;
		e->ty = ty_of(TYPE_INT64);
	} else {
		scope->inside |= group;
		args(q, scope, e, f);
		if (!func_match(q, f, e))
			no_signature(q, e);
		bind_order(q, scope, &e->order);
		scope->inside = inside;
	}
	if (e->limit)
		bind_expr(q, scope, e->limit);
	check_modifiers(q, e);
	if (e->over)
		over(q, scope, e);
	else if (e->func->kind == FUNC_WINDOW)
		sql_fail(q, "invalidQuery", e->at,
		    "Analytic function %s cannot be called without an OVER clause", e->func->name);
	if (group)
		aggregate(q, scope, e, inside);
}
