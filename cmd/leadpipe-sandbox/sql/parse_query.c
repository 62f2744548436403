#include "sql/parse.h"

static void star_modifiers(struct sql *q, struct item *item)
{
	if (take_word(q, "EXCEPT"))
		parse_names(q, &item->except);
	if (take_word(q, "REPLACE")) {
		need_symbol(q, "(");
		do {
			struct item *r = sql_new(q, sizeof(*r));
			r->at = peek(q, 0)->at;
			r->expr = parse_expr(q);
			take_word(q, "AS");
			r->alias = parse_name(q);
			sql_add(q, &item->replace, r);
		} while (take_symbol(q, ","));
		need_symbol(q, ")");
	}
}

static void select_item(struct sql *q, struct select *s)
{
	struct item *item = sql_add(q, &s->items, sql_new(q, sizeof(*item)));

	item->at = peek(q, 0)->at;
	if (take_symbol(q, "*")) {
		item->star = true;
	} else {
		item->expr = parse_expr(q);
		if (take_symbol(q, ".")) {
			need_symbol(q, "*");
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
	if (is_word(q, 0, "ROLLUP") || is_word(q, 0, "CUBE") || is_word(q, 0, "GROUPING"))
		sql_unsupported(q, peek(q, 0)->at, "GROUP BY ROLLUP, CUBE and GROUPING SETS");
	if (take_word(q, "ALL")) {
		s->group_all = true;
		return;
	}
	do
		sql_add(q, &s->group, parse_expr(q));
	while (take_symbol(q, ","));
}

static struct select *select(struct sql *q)
{
	struct select *s = sql_new(q, sizeof(*s));

	s->at = peek(q, 0)->at;
	need_word(q, "SELECT");
	if (take_word(q, "DISTINCT"))
		s->distinct = true;
	else
		take_word(q, "ALL");
	if (take_word(q, "AS")) {
		if (!take_word(q, "STRUCT"))
			sql_unsupported(q, peek(q, 0)->at, "SELECT AS VALUE");
		s->as_struct = true;
	}
	do {
		if (s->items.n > 0 && is_word(q, 0, "FROM"))
			break; /* a comma before FROM is allowed */
		select_item(q, s);
	} while (take_symbol(q, ","));
	if (take_word(q, "FROM"))
		s->from = parse_from(q);
	if (take_word(q, "WHERE"))
		s->where = parse_expr(q);
	if (take_words(q, "GROUP", "BY"))
		group_by(q, s);
	if (take_word(q, "HAVING"))
		s->having = parse_expr(q);
	if (take_word(q, "QUALIFY"))
		s->qualify = parse_expr(q);
	if (is_word(q, 0, "WINDOW"))
		sql_unsupported(q, peek(q, 0)->at, "WINDOW");
	return s;
}

/* One operand of a set operation: a SELECT, or a query in parentheses. */
static struct query *operand(struct sql *q)
{
	struct query *inner;

	if (take_symbol(q, "(")) {
		inner = parse_query(q);
		need_symbol(q, ")");
		return inner;
	}
	inner = sql_new(q, sizeof(*inner));
	inner->at = peek(q, 0)->at;
	inner->select = select(q);
	return inner;
}

static bool set_word(struct sql *q, enum set_op *set)
{
	struct sql_place at = peek(q, 0)->at;

	if (take_word(q, "UNION")) {
		bool all = take_word(q, "ALL");
		if (!all && !take_word(q, "DISTINCT"))
			parse_expected(q, "keyword ALL or keyword DISTINCT");
		*set = all ? SET_UNION_ALL : SET_UNION;
	} else if (take_word(q, "INTERSECT")) {
		need_word(q, "DISTINCT");
		*set = SET_INTERSECT;
	} else if (take_word(q, "EXCEPT")) {
		need_word(q, "DISTINCT");
		*set = SET_EXCEPT;
	} else {
		return false;
	}
	if (is_word(q, 0, "BY") || is_word(q, 0, "CORRESPONDING"))
		sql_unsupported(q, at, "set operations BY NAME and CORRESPONDING");
	return true;
}

static struct query *set_operations(struct sql *q)
{
	struct query *left = operand(q);
	struct query *all = NULL;
	enum set_op set;

	for (;;) {
		struct sql_place at = peek(q, 0)->at;

		if (!set_word(q, &set))
			return all ? all : left;
		if (all && all->set != set)
			sql_fail(q, "invalidQuery", at,
			    "Syntax error: Different set operations cannot be used in the same "
			    "query without using parentheses for grouping");
		if (!all) {
			all = sql_new(q, sizeof(*all));
			all->at = left->at;
			all->set = set;
			sql_add(q, &all->inputs, left);
		}
		sql_add(q, &all->inputs, operand(q));
	}
}

static void with(struct sql *q, struct list *list)
{
	if (is_word(q, 0, "RECURSIVE"))
		sql_unsupported(q, peek(q, 0)->at, "WITH RECURSIVE");
	do {
		struct with *w = sql_new(q, sizeof(*w));

		w->at = peek(q, 0)->at;
		w->name = parse_name(q);
		need_word(q, "AS");
		need_symbol(q, "(");
		w->query = parse_query(q);
		need_symbol(q, ")");
		sql_add(q, list, w);
	} while (take_symbol(q, ","));
}

struct query *parse_query(struct sql *q)
{
	struct sql_place at = peek(q, 0)->at;
	struct list ctes = {0};
	struct query *query;

	sql_depth(q, at, 1);
	if (take_word(q, "WITH"))
		with(q, &ctes);
	if (!is_word(q, 0, "SELECT") && !is_symbol(q, 0, "("))
		parse_unexpected(q);
	query = set_operations(q);
	/* (SELECT ... LIMIT 1) LIMIT 2, or WITH around a query that has its own */
	if (query->with.n || query->order.n || query->limit) {
		struct query *outer = sql_new(q, sizeof(*outer));
		outer->at = at;
		sql_add(q, &outer->inputs, query);
		query = outer;
	}
	query->with = ctes;
	if (take_words(q, "ORDER", "BY"))
		parse_order_by(q, &query->order);
	if (take_word(q, "LIMIT")) {
		query->limit = parse_primary(q);
		if (take_word(q, "OFFSET"))
			query->offset = parse_primary(q);
	}
	sql_depth(q, at, -1);
	return query;
}
