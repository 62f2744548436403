#include "sql/bind.h"

struct scol *bind_scol(struct sql *q, struct span name, struct ty ty, const char *sql)
{
	struct scol *c = tree_new(q, sizeof(*c));

	c->name = name;
	c->ty = ty;
	c->sql = sql;
	return c;
}

struct expr *bind_column_expr(struct sql *q, struct scol *column, struct sql_place at)
{
	struct expr *e = tree_node(q, E_COLUMN, at);

	if (column->use)
		column->use->read[column->index] = true;
	e->column = column;
	e->ty = column->ty;
	return e;
}

static bool hidden(const struct sql_scope *scope, const struct scol *c)
{
	for (size_t i = 0; i < scope->hidden.n; i++)
		if (scope->hidden.item[i] == c)
			return true;
	return false;
}

struct scol *bind_column(struct sql *q, struct sql_scope *scope, struct span name, size_t first,
    size_t last, struct sql_place at)
{
	struct scol *found = NULL;

	for (size_t i = 0; first == 0 && i < scope->merged.n; i++) {
		struct scol *c = scope->merged.item[i];
		if (tree_eq(c->name, name) && !hidden(scope, c))
			found = c;
	}
	for (size_t i = first; i < last; i++) {
		const struct relation *r = scope->ranges.item[i];
		for (size_t j = 0; j < r->columns.n; j++) {
			struct scol *c = r->columns.item[j];
			if (!tree_eq(c->name, name) || hidden(scope, c))
				continue;
			if (found)
				tree_fail(q, "invalidQuery", at, "Column name %.*s is ambiguous",
				    SPAN_ARG(name));
			found = c;
		}
	}
	return found;
}

static struct relation *find_range(const struct sql_scope *scope, struct span name)
{
	for (size_t i = 0; i < scope->ranges.n; i++) {
		struct relation *r = scope->ranges.item[i];
		if (r->alias.p && tree_eq(r->alias, name))
			return r;
	}
	return NULL;
}

static struct expr *find_alias(
    struct sql *q, const struct sql_scope *scope, struct span name, struct sql_place at)
{
	struct expr *found = NULL;

	for (size_t i = 0; scope->aliases && i < scope->aliases->items.n; i++) {
		const struct item *item = scope->aliases->items.item[i];
		if (!item->alias.p || !tree_eq(item->alias, name))
			continue;
		if (found && !tree_same(found, item->expr))
			tree_fail(
			    q, "invalidQuery", at, "Column name %.*s is ambiguous", SPAN_ARG(name));
		found = item->expr;
	}
	return found;
}

/* The alias of a FROM item as a value: UNNEST's element, or a STRUCT of the columns. */
static struct expr *range_value(
    struct sql *q, struct sql_scope *found, const struct relation *r, struct sql_place at)
{
	struct expr *e;
	struct catalog_column *fields;

	if (r->whole) {
		r->whole->owner = found;
		return bind_column_expr(q, r->whole, at);
	}
	e = tree_node(q, E_STRUCT, at);
	fields = tree_new(q, r->columns.n * sizeof(*fields) + 1);
	for (size_t i = 0; i < r->columns.n; i++) {
		struct scol *c = r->columns.item[i];
		c->owner = found;
		tree_add(q, &e->args, bind_column_expr(q, c, at));
		fields[i] = ty_as_column(q, c->ty, c->name);
	}
	e->ty = (struct ty){.kind = TYPE_RECORD, .fields = fields, .n = r->columns.n};
	return e;
}

/* Remembers that queries between the use and the owner depend on the outer one. */
static struct expr *found_in(
    struct sql *q, struct sql_scope *from, struct sql_scope *found, struct expr *e)
{
	for (struct sql_scope *s = from; s != found; s = s->outer) {
		if (!s->query)
			continue;
		if (e->kind == E_COLUMN)
			tree_add(q, &s->query->outer, e);
		for (size_t i = 0; e->kind == E_STRUCT && i < e->args.n; i++)
			tree_add(q, &s->query->outer, e->args.item[i]);
	}
	return e;
}

static struct expr *in_scope(
    struct sql *q, struct sql_scope *s, struct span name, struct sql_place at)
{
	struct expr *alias = find_alias(q, s, name, at);
	struct scol *c;
	struct relation *r;

	if (alias && s->aliases_first)
		return alias;
	if ((c = bind_column(q, s, name, 0, s->ranges.n, at))) {
		c->owner = s;
		return bind_column_expr(q, c, at);
	}
	if ((r = find_range(s, name)))
		return range_value(q, s, r, at);
	return alias;
}

static bool lookup(struct sql *q, struct sql_scope *scope, struct expr *e)
{
	for (struct sql_scope *s = scope; s; s = s->outer) {
		struct expr *found = in_scope(q, s, e->text, e->at);
		if (found) {
			struct sql_place at = e->at;
			*e = *found_in(q, scope, s, found);
			e->at = at;
			return true;
		}
	}
	return false;
}

/* alias.column; false when the name is not an alias of a FROM item. */
static bool qualified(struct sql *q, struct sql_scope *scope, struct expr *e)
{
	struct span alias = tree_expr(&e->args, 0)->text;
	struct sql_place at = e->at;

	for (struct sql_scope *s = scope; s; s = s->outer) {
		const struct relation *r = find_range(s, alias);
		if (!r)
			continue;
		for (size_t i = 0; i < r->columns.n; i++) {
			struct scol *c = r->columns.item[i];
			if (!tree_eq(c->name, e->text) || (r->whole == c))
				continue;
			c->owner = s;
			*e = *found_in(q, scope, s, bind_column_expr(q, c, at));
			return true;
		}
		if (r->whole)
			return false;
		tree_fail(q, "invalidQuery", e->at, "Name %.*s not found inside %.*s",
		    SPAN_ARG(e->text), SPAN_ARG(alias));
	}
	return false;
}

static void field(struct sql *q, struct expr *e)
{
	const struct expr *of = tree_expr(&e->args, 0);

	if (of->ty.kind == TYPE_JSON && !of->ty.array) {
		e->ty = ty_of(TYPE_JSON);
		return;
	}
	if (of->ty.kind != TYPE_RECORD || of->ty.array)
		tree_fail(q, "invalidQuery", e->at,
		    "Cannot access field %.*s on a value with type %s", SPAN_ARG(e->text),
		    ty_name(q, of->ty));
	for (size_t i = 0; i < of->ty.n; i++)
		if (tree_is(e->text, of->ty.fields[i].name)) {
			e->ty = ty_column(&of->ty.fields[i]);
			return;
		}
	tree_fail(q, "invalidQuery", e->at, "Field name %.*s does not exist in %s",
	    SPAN_ARG(e->text), ty_name(q, of->ty));
}

void bind_name(struct sql *q, struct sql_scope *scope, struct expr *e)
{
	if (e->kind == E_NAME) {
		if (!lookup(q, scope, e))
			tree_fail(
			    q, "invalidQuery", e->at, "Unrecognized name: %.*s", SPAN_ARG(e->text));
		return;
	}
	if (tree_expr(&e->args, 0)->kind == E_NAME && qualified(q, scope, e))
		return;
	bind_expr(q, scope, tree_expr(&e->args, 0));
	field(q, e);
}

static bool grouped_column(const struct select *s, const struct scol *column)
{
	for (size_t i = 0; i < s->group.n; i++) {
		const struct expr *g = tree_expr(&s->group, i);
		if (g->kind == E_COLUMN && g->column == column)
			return true;
	}
	return false;
}

static void check_column(struct sql *q, const struct sql_scope *scope, const struct select *s,
    const struct expr *e, const char *what)
{
	if (e->column && e->column->owner == scope && !grouped_column(s, e->column))
		tree_fail(q, "invalidQuery", e->at,
		    "%s references column %.*s which is neither grouped nor aggregated", what,
		    SPAN_ARG(e->column->name));
}

static void check_over(struct sql *q, struct sql_scope *scope, const struct select *s,
    const struct over *over, const char *what)
{
	for (size_t i = 0; i < over->partition.n; i++)
		bind_check_grouped(q, scope, s, tree_expr(&over->partition, i), what);
	for (size_t i = 0; i < over->order.n; i++)
		bind_check_grouped(q, scope, s, ((struct order *)over->order.item[i])->expr, what);
}

void bind_check_grouped(struct sql *q, struct sql_scope *scope, const struct select *s,
    const struct expr *e, const char *what)
{
	for (size_t i = 0; i < s->group.n; i++)
		if (tree_same(e, tree_expr(&s->group, i)))
			return;
	if (e->kind == E_COLUMN)
		check_column(q, scope, s, e, what);
	if (e->kind == E_CALL && e->func->kind == FUNC_AGGREGATE && !e->over)
		return;
	for (size_t i = 0; i < e->args.n; i++)
		bind_check_grouped(q, scope, s, tree_expr(&e->args, i), what);
	if (e->over)
		check_over(q, scope, s, e->over, what);
	for (size_t i = 0; e->query && i < e->query->outer.n; i++)
		check_column(q, scope, s, e->query->outer.item[i], what);
}
