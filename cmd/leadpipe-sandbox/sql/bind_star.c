#include "sql/bind.h"

void bind_add_item(
    struct sql *q, struct list *items, struct expr *e, struct span alias, struct sql_place at)
{
	struct item *item = tree_new(q, sizeof(*item));

	item->expr = e;
	item->alias = alias;
	item->at = at;
	tree_add(q, items, item);
}

static bool listed(const struct list *names, struct span name)
{
	for (size_t i = 0; i < names->n; i++)
		if (tree_eq(*(struct span *)names->item[i], name))
			return true;
	return false;
}

static void star_column(struct sql *q, struct sql_scope *scope, struct list *items,
    const struct item *star, struct expr *e, struct span name)
{
	if (listed(&star->except, name))
		return;
	for (size_t i = 0; i < star->replace.n; i++) {
		const struct item *r = star->replace.item[i];
		if (tree_eq(r->alias, name)) {
			bind_expr(q, scope, r->expr);
			e = r->expr;
		}
	}
	bind_add_item(q, items, e, name, star->at);
}

static bool is_hidden(const struct sql_scope *scope, const struct scol *c)
{
	for (size_t i = 0; i < scope->hidden.n; i++)
		if (scope->hidden.item[i] == c)
			return true;
	return false;
}

static void star_range(struct sql *q, struct sql_scope *scope, struct list *items,
    const struct item *star, const struct relation *r, bool all)
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
    struct sql *q, struct sql_scope *scope, struct list *items, const struct item *star)
{
	struct expr *of = star->expr;

	bind_expr(q, scope, of);
	if (of->ty.kind != TYPE_RECORD || of->ty.array)
		tree_fail(q, "invalidQuery", star->at, "Dot-star is not supported for type %s",
		    ty_name(q, of->ty));
	for (size_t i = 0; i < of->ty.n; i++) {
		struct expr *e = tree_node(q, E_FIELD, star->at);
		e->text = span_of(of->ty.fields[i].name);
		e->ty = ty_column(&of->ty.fields[i]);
		tree_add(q, &e->args, of);
		star_column(q, scope, items, star, e, e->text);
	}
}

static void star(
    struct sql *q, struct sql_scope *scope, struct list *items, const struct item *item)
{
	size_t before = items->n;

	if (!item->expr) {
		if (!scope->ranges.n)
			tree_fail(q, "invalidQuery", item->at, "SELECT * must have a FROM clause");
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
		const struct relation *found = NULL;
		for (size_t i = 0; item->expr->kind == E_NAME && i < scope->ranges.n; i++) {
			const struct relation *r = scope->ranges.item[i];
			if (r->alias.p && tree_eq(r->alias, item->expr->text))
				found = r;
		}
		if (found)
			star_range(q, scope, items, item, found, true);
		else
			star_struct(q, scope, items, item);
	}
	if (items->n == before)
		tree_fail(q, "invalidQuery", item->at, "SELECT * EXCEPT leaves no columns");
}

void bind_items(struct sql *q, struct sql_scope *scope, struct select *s)
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
		bind_add_item(q, &items, item->expr, alias, item->at);
	}
	s->items = items;
}
