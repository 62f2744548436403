#include "sql/parse.h"

static const struct {
	const char *symbol;
	enum op op;
	int level;
} binary[] = {
    {"+", OP_ADD, 0}, {"-", OP_SUB, 0}, {"*", OP_MUL, 1}, {"/", OP_DIV, 1}, {"||", OP_CONCAT, 1}};

enum { LEVELS = 2 };

static const char *const bitwise[] = {"|", "^", "&", "<<", ">>", "~"};

static void refuse_bitwise(struct sql *q)
{
	for (size_t i = 0; i < sizeof bitwise / sizeof *bitwise; i++)
		if (parse_is_symbol(q, 0, bitwise[i]))
			tree_unsupported(q, parse_peek(q, 0)->at, "operator %s", bitwise[i]);
}

static struct expr *unary(struct sql *q);

static struct expr *arithmetic(struct sql *q, int level)
{
	struct expr *left = level == LEVELS ? unary(q) : arithmetic(q, level + 1);

	for (;;) {
		size_t i = 0, n = sizeof(binary) / sizeof(*binary);

		for (; i < n &&
		       !(binary[i].level == level && parse_is_symbol(q, 0, binary[i].symbol));
		     i++)
			;
		if (level == LEVELS || i == n) {
			refuse_bitwise(q);
			return left;
		}
		parse_next(q);
		left = tree_op(q, binary[i].op, left->at, left, arithmetic(q, level + 1));
	}
}

static struct expr *unary(struct sql *q)
{
	const struct lex_token *t = parse_peek(q, 0);
	struct expr *e;

	if (parse_take_symbol(q, "+"))
		return unary(q);
	refuse_bitwise(q);
	if (parse_take_symbol(q, "-")) {
		tree_depth(q, t->at, 1);
		e = tree_op(q, OP_NEG, t->at, unary(q), NULL);
		tree_depth(q, t->at, -1);
		return e;
	}
	return parse_primary(q);
}

static struct expr *in(struct sql *q, struct expr *left, struct sql_place at)
{
	struct expr *e = tree_node(q, E_IN, at);

	tree_add(q, &e->args, left);
	if (parse_take_word(q, "UNNEST")) {
		e->unnest = true;
		parse_need_symbol(q, "(");
		tree_add(q, &e->args, parse_expr(q));
		parse_need_symbol(q, ")");
		return e;
	}
	parse_need_symbol(q, "(");
	if (parse_is_word(q, 0, "SELECT") || parse_is_word(q, 0, "WITH")) {
		e->query = parse_query(q);
	} else {
		do
			tree_add(q, &e->args, parse_expr(q));
		while (parse_take_symbol(q, ","));
	}
	parse_need_symbol(q, ")");
	return e;
}

static struct expr *is(struct sql *q, struct expr *left, struct sql_place at)
{
	bool negated = parse_take_word(q, "NOT");
	struct expr *e;

	if (parse_take_word(q, "NULL"))
		e = tree_op(q, OP_IS_NULL, at, left, NULL);
	else if (parse_take_word(q, "TRUE"))
		e = tree_op(q, OP_IS_TRUE, at, left, NULL);
	else if (parse_take_word(q, "FALSE"))
		e = tree_op(q, OP_IS_FALSE, at, left, NULL);
	else if (parse_take_words(q, "DISTINCT", "FROM"))
		e = tree_op(q, OP_DISTINCT, at, left, arithmetic(q, 0));
	else
		parse_unexpected(q);
	e->negated = negated;
	return e;
}

static struct expr *special(struct sql *q, struct expr *left, struct sql_place at)
{
	struct expr *e;

	if (parse_take_word(q, "IN"))
		return in(q, left, at);
	if (parse_take_word(q, "LIKE")) {
		if (parse_is_word(q, 0, "ANY") || parse_is_word(q, 0, "SOME") ||
		    parse_is_word(q, 0, "ALL"))
			tree_unsupported(q, at, "LIKE ANY, SOME and ALL");
		return tree_op(q, OP_LIKE, at, left, arithmetic(q, 0));
	}
	parse_need_word(q, "BETWEEN");
	e = tree_op(q, OP_BETWEEN, at, left, arithmetic(q, 0));
	parse_need_word(q, "AND");
	tree_add(q, &e->args, arithmetic(q, 0));
	return e;
}

static struct expr *comparison(struct sql *q)
{
	static const struct {
		const char *symbol;
		enum op op;
	} compare[] = {{"=", OP_EQ}, {"!=", OP_NE}, {"<>", OP_NE}, {"<", OP_LT}, {"<=", OP_LE},
	    {">", OP_GT}, {">=", OP_GE}};
	struct expr *left = arithmetic(q, 0);
	struct sql_place at = left->at;
	bool negated = false;

	for (size_t i = 0; i < sizeof(compare) / sizeof(*compare); i++)
		if (parse_take_symbol(q, compare[i].symbol))
			return tree_op(q, compare[i].op, at, left, arithmetic(q, 0));
	if (parse_take_word(q, "IS"))
		return is(q, left, at);
	if (parse_is_word(q, 0, "NOT") &&
	    (parse_is_word(q, 1, "IN") || parse_is_word(q, 1, "LIKE") ||
	        parse_is_word(q, 1, "BETWEEN")))
		negated = parse_next(q);
	if (parse_is_word(q, 0, "IN") || parse_is_word(q, 0, "LIKE") ||
	    parse_is_word(q, 0, "BETWEEN")) {
		left = special(q, left, at);
		left->negated = negated;
	}
	return left;
}

static struct expr *negation(struct sql *q)
{
	struct sql_place at = parse_peek(q, 0)->at;
	struct expr *e;

	if (!parse_take_word(q, "NOT"))
		return comparison(q);
	tree_depth(q, at, 1);
	e = tree_op(q, OP_NOT, at, negation(q), NULL);
	tree_depth(q, at, -1);
	return e;
}

/* Chains of one operator are one node: a OR b OR c. */
static struct expr *chain(
    struct sql *q, enum op op, const char *word, struct expr *operand(struct sql *))
{
	struct expr *left = operand(q);

	if (parse_is_word(q, 0, word)) {
		left = tree_op(q, op, left->at, left, NULL);
		while (parse_take_word(q, word))
			tree_add(q, &left->args, operand(q));
	}
	return left;
}

static struct expr *conjunction(struct sql *q)
{
	return chain(q, OP_AND, "AND", negation);
}

struct expr *parse_expr(struct sql *q)
{
	struct sql_place at = parse_peek(q, 0)->at;
	struct expr *e;

	tree_depth(q, at, 1);
	e = chain(q, OP_OR, "OR", conjunction);
	tree_depth(q, at, -1);
	return e;
}

static void direction(struct sql *q, struct order *o)
{
	if (parse_take_word(q, "DESC"))
		o->down = true;
	else
		parse_take_word(q, "ASC");
	if (parse_take_words(q, "NULLS", "FIRST"))
		o->nulls = 1;
	else if (parse_take_words(q, "NULLS", "LAST"))
		o->nulls = -1;
}

void parse_order_by(struct sql *q, struct list *order)
{
	do {
		struct order *o = tree_new(q, sizeof(*o));

		o->at = parse_peek(q, 0)->at;
		o->output = -1;
		o->expr = parse_expr(q);
		if (parse_is_word(q, 0, "COLLATE"))
			tree_unsupported(q, parse_peek(q, 0)->at, "COLLATE");
		direction(q, o);
		tree_add(q, order, o);
	} while (parse_take_symbol(q, ","));
}

static const char *bound(struct sql *q)
{
	struct sql_place at = parse_peek(q, 0)->at;

	if (parse_take_words(q, "UNBOUNDED", "PRECEDING"))
		return "UNBOUNDED PRECEDING";
	if (parse_take_words(q, "UNBOUNDED", "FOLLOWING"))
		return "UNBOUNDED FOLLOWING";
	if (parse_take_words(q, "CURRENT", "ROW"))
		return "CURRENT ROW";
	if (parse_peek(q, 0)->kind == T_INT) {
		struct span n = parse_next(q)->text;
		if (parse_take_word(q, "PRECEDING"))
			return tree_text(q, "%.*s PRECEDING", SPAN_ARG(n));
		parse_need_word(q, "FOLLOWING");
		return tree_text(q, "%.*s FOLLOWING", SPAN_ARG(n));
	}
	tree_unsupported(q, at, "a window frame bound that is no integer literal");
}

static struct span frame(struct sql *q, bool *by_value)
{
	bool rows = parse_is_word(q, 0, "ROWS");
	const char *from, *to;

	if (!rows && !parse_is_word(q, 0, "RANGE"))
		return (struct span){0};
	parse_next(q);
	if (parse_take_word(q, "BETWEEN")) {
		from = bound(q);
		parse_need_word(q, "AND");
		to = bound(q);
	} else {
		from = bound(q);
		to = "CURRENT ROW";
	}
	*by_value = !rows && (strchr("0123456789", from[0]) || strchr("0123456789", to[0]));
	return span_of(tree_text(q, "%s BETWEEN %s AND %s", rows ? "ROWS" : "RANGE", from, to));
}

struct over *parse_over(struct sql *q)
{
	struct over *over = tree_new(q, sizeof(*over));

	over->at = parse_peek(q, 0)->at;
	if (parse_peek(q, 0)->kind == T_NAME)
		tree_unsupported(q, over->at, "a named window");
	parse_need_symbol(q, "(");
	if (parse_peek(q, 0)->kind == T_NAME && !lex_reserved(parse_peek(q, 0)->text))
		tree_unsupported(q, over->at, "a named window");
	if (parse_take_words(q, "PARTITION", "BY"))
		do
			tree_add(q, &over->partition, parse_expr(q));
		while (parse_take_symbol(q, ","));
	if (parse_take_words(q, "ORDER", "BY"))
		parse_order_by(q, &over->order);
	over->frame = frame(q, &over->by_value);
	parse_need_symbol(q, ")");
	return over;
}
