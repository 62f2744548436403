#include "sql/parse.h"

static void star_modifiers(struct sql *q, struct item *item)
{
	if (parse_take_word(q, "EXCEPT"))
		parse_names(q, &item->except);
	if (parse_take_word(q, "REPLACE")) {
		parse_need_symbol(q, "(");
		do {
			struct item *r = tree_new(q, sizeof(*r));
			r->at = parse_peek(q, 0)->at;
			r->expr = parse_expr(q);
			parse_take_word(q, "AS");
			r->alias = parse_name(q);
			tree_add(q, &item->replace, r);
		} while (parse_take_symbol(q, ","));
		parse_need_symbol(q, ")");
	}
}

static void select_item(struct sql *q, struct select *s)
{
	struct item *item = tree_add(q, &s->items, tree_new(q, sizeof(*item)));

	item->at = parse_peek(q, 0)->at;
	if (parse_take_symbol(q, "*")) {
		item->star = true;
	} else {
		item->expr = parse_expr(q);
		if (parse_take_symbol(q, ".")) {
			parse_need_symbol(q, "*");
			item->star = true;
		}
	}
	if (item->star)
		star_modifiers(q, item);
	else
		item->alias = parse_alias(q);
}

static void group_by(struct sql *q, struct select *s)
{
	if (parse_is_word(q, 0, "ROLLUP") || parse_is_word(q, 0, "CUBE") ||
	    parse_is_word(q, 0, "GROUPING"))
		tree_unsupported(
		    q, parse_peek(q, 0)->at, "GROUP BY ROLLUP, CUBE and GROUPING SETS");
	if (parse_take_word(q, "ALL")) {
		s->group_all = true;
		return;
	}
	do
		tree_add(q, &s->group, parse_expr(q));
	while (parse_take_symbol(q, ","));
}

static struct select *select(struct sql *q)
{
	struct select *s = tree_new(q, sizeof(*s));

	s->at = parse_peek(q, 0)->at;
	parse_need_word(q, "SELECT");
	if (parse_take_word(q, "DISTINCT"))
		s->distinct = true;
	else
		parse_take_word(q, "ALL");
	if (parse_take_word(q, "AS")) {
		if (!parse_take_word(q, "STRUCT"))
			tree_unsupported(q, parse_peek(q, 0)->at, "SELECT AS VALUE");
		s->as_struct = true;
	}
	do {
		if (s->items.n > 0 && parse_is_word(q, 0, "FROM"))
			break; /* a comma before FROM is allowed */
		select_item(q, s);
	} while (parse_take_symbol(q, ","));
	if (parse_take_word(q, "FROM"))
		s->from = parse_from(q);
	if (parse_take_word(q, "WHERE"))
		s->where = parse_expr(q);
	if (parse_take_words(q, "GROUP", "BY"))
		group_by(q, s);
	if (parse_take_word(q, "HAVING"))
		s->having = parse_expr(q);
	if (parse_take_word(q, "QUALIFY"))
		s->qualify = parse_expr(q);
	if (parse_is_word(q, 0, "WINDOW"))
		tree_unsupported(q, parse_peek(q, 0)->at, "WINDOW");
	return s;
}

/* One operand of a set operation: a SELECT, or a query in parentheses. */
static struct query *operand(struct sql *q)
{
	struct query *inner;

	if (parse_take_symbol(q, "(")) {
		inner = parse_query(q);
		parse_need_symbol(q, ")");
		return inner;
	}
	inner = tree_new(q, sizeof(*inner));
	inner->at = parse_peek(q, 0)->at;
	inner->select = select(q);
	return inner;
}

static bool set_word(struct sql *q, enum set_op *set)
{
	struct sql_place at = parse_peek(q, 0)->at;

	if (parse_take_word(q, "UNION")) {
		bool all = parse_take_word(q, "ALL");
		if (!all && !parse_take_word(q, "DISTINCT"))
			parse_expected(q, "keyword ALL or keyword DISTINCT");
		*set = all ? SET_UNION_ALL : SET_UNION;
	} else if (parse_take_word(q, "INTERSECT")) {
		parse_need_word(q, "DISTINCT");
		*set = SET_INTERSECT;
	} else if (parse_take_word(q, "EXCEPT")) {
		parse_need_word(q, "DISTINCT");
		*set = SET_EXCEPT;
	} else {
		return false;
	}
	if (parse_is_word(q, 0, "BY") || parse_is_word(q, 0, "CORRESPONDING"))
		tree_unsupported(q, at, "set operations BY NAME and CORRESPONDING");
	return true;
}

static struct query *set_operations(struct sql *q)
{
	struct query *left = operand(q);
	struct query *all = NULL;
	enum set_op set;

	for (;;) {
		struct sql_place at = parse_peek(q, 0)->at;

		if (!set_word(q, &set))
			return all ? all : left;
		if (all && all->set != set)
			tree_fail(q, "invalidQuery", at,
			    "Syntax error: Different set operations cannot be used in the same "
			    "query without using parentheses for grouping");
		if (!all) {
			all = tree_new(q, sizeof(*all));
			all->at = left->at;
			all->set = set;
			tree_add(q, &all->inputs, left);
		}
		tree_add(q, &all->inputs, operand(q));
	}
}

static void with(struct sql *q, struct list *list)
{
	if (parse_is_word(q, 0, "RECURSIVE"))
		tree_unsupported(q, parse_peek(q, 0)->at, "WITH RECURSIVE");
	do {
		struct with *w = tree_new(q, sizeof(*w));

		w->at = parse_peek(q, 0)->at;
		w->name = parse_name(q);
		parse_need_word(q, "AS");
		parse_need_symbol(q, "(");
		w->query = parse_query(q);
		parse_need_symbol(q, ")");
		tree_add(q, list, w);
	} while (parse_take_symbol(q, ","));
}

struct query *parse_query(struct sql *q)
{
	struct sql_place at = parse_peek(q, 0)->at;
	struct list ctes = {0};
	struct query *query;

	tree_depth(q, at, 1);
	if (parse_take_word(q, "WITH"))
		with(q, &ctes);
	if (!parse_is_word(q, 0, "SELECT") && !parse_is_symbol(q, 0, "("))
		parse_unexpected(q);
	query = set_operations(q);
	/* (SELECT ... LIMIT 1) LIMIT 2, or WITH around a query that has its own */
	if (query->with.n || query->order.n || query->limit) {
		struct query *outer = tree_new(q, sizeof(*outer));
		outer->at = at;
		tree_add(q, &outer->inputs, query);
		query = outer;
	}
	query->with = ctes;
	if (parse_take_words(q, "ORDER", "BY"))
		parse_order_by(q, &query->order);
	if (parse_take_word(q, "LIMIT")) {
		query->limit = parse_primary(q);
		if (parse_take_word(q, "OFFSET"))
			query->offset = parse_primary(q);
	}
	tree_depth(q, at, -1);
	return query;
}
