#include "sql/parse.h"

static struct expr *case_of(struct sql *q, struct sql_place at)
{
	struct expr *e = tree_node(q, E_CASE, at);

	if (!parse_is_word(q, 0, "WHEN")) {
		e->operand = true;
		tree_add(q, &e->args, parse_expr(q));
	}
	if (!parse_is_word(q, 0, "WHEN"))
		parse_expected(q, "keyword WHEN");
	while (parse_take_word(q, "WHEN")) {
		tree_add(q, &e->args, parse_expr(q));
		parse_need_word(q, "THEN");
		tree_add(q, &e->args, parse_expr(q));
	}
	if (parse_take_word(q, "ELSE")) {
		e->otherwise = true;
		tree_add(q, &e->args, parse_expr(q));
	}
	parse_need_word(q, "END");
	return e;
}

static struct expr *cast(struct sql *q, struct sql_place at, bool safe)
{
	struct expr *e = tree_node(q, E_CAST, at);

	e->safe = safe;
	parse_need_symbol(q, "(");
	tree_add(q, &e->args, parse_expr(q));
	parse_need_word(q, "AS");
	e->target = parse_type(q);
	if (parse_is_word(q, 0, "FORMAT") || parse_is_word(q, 0, "AT"))
		tree_unsupported(q, parse_peek(q, 0)->at, "CAST with FORMAT or AT TIME ZONE");
	parse_need_symbol(q, ")");
	return e;
}

static struct expr *extract(struct sql *q, struct sql_place at)
{
	struct expr *e = tree_node(q, E_EXTRACT, at);
	struct span day;

	parse_need_symbol(q, "(");
	e->text = parse_any_name(q);
	if (parse_take_symbol(q, "(")) {
		day = parse_any_name(q);
		e->text = span_of(tree_text(q, "%.*s(%.*s)", SPAN_ARG(e->text), SPAN_ARG(day)));
		parse_need_symbol(q, ")");
	}
	parse_need_word(q, "FROM");
	tree_add(q, &e->args, parse_expr(q));
	if (parse_take_word(q, "AT")) {
		parse_need_word(q, "TIME");
		parse_need_word(q, "ZONE");
		tree_add(q, &e->args, parse_expr(q));
	}
	parse_need_symbol(q, ")");
	return e;
}

static struct expr *array(struct sql *q, struct sql_place at)
{
	struct expr *e = tree_node(q, E_ARRAY, at);

	if (parse_is_symbol(q, 0, "<")) {
		q->tokens->next--; /* the type's own ARRAY */
		e->target = parse_type(q);
	} else if (parse_take_symbol(q, "(")) {
		e->kind = E_ARRAY_QUERY;
		e->query = parse_query(q);
		parse_need_symbol(q, ")");
		return e;
	}
	parse_need_symbol(q, "[");
	if (!parse_is_symbol(q, 0, "]"))
		do
			tree_add(q, &e->args, parse_expr(q));
		while (parse_take_symbol(q, ","));
	parse_need_symbol(q, "]");
	return e;
}

static struct expr *structure(struct sql *q, struct sql_place at)
{
	struct expr *e = tree_node(q, E_STRUCT, at);

	if (parse_is_symbol(q, 0, "<")) {
		q->tokens->next--;
		e->target = parse_type(q);
	}
	parse_need_symbol(q, "(");
	if (!parse_is_symbol(q, 0, ")"))
		do {
			struct span *name = tree_new(q, sizeof(*name));
			tree_add(q, &e->args, parse_expr(q));
			if (!e->target && parse_take_word(q, "AS"))
				*name = parse_name(q);
			tree_add(q, &e->names, name);
		} while (parse_take_symbol(q, ","));
	parse_need_symbol(q, ")");
	return e;
}

/* (a, b): a STRUCT without names */
static struct expr *tuple(struct sql *q, struct expr *first, struct sql_place at)
{
	struct expr *e = tree_node(q, E_STRUCT, at);

	tree_add(q, &e->args, first);
	tree_add(q, &e->names, tree_new(q, sizeof(struct span)));
	while (parse_take_symbol(q, ",")) {
		tree_add(q, &e->args, parse_expr(q));
		tree_add(q, &e->names, tree_new(q, sizeof(struct span)));
	}
	return e;
}

static struct expr *parenthesis(struct sql *q, struct sql_place at)
{
	struct expr *e;

	if (parse_is_word(q, 0, "SELECT") || parse_is_word(q, 0, "WITH")) {
		e = tree_node(q, E_SUBQUERY, at);
		e->query = parse_query(q);
	} else {
		e = parse_expr(q);
		if (parse_is_symbol(q, 0, ","))
			e = tuple(q, e, at);
	}
	parse_need_symbol(q, ")");
	return e;
}

/* ANY_VALUE(x HAVING MAX y) is MAX_BY(x, y). */
static void having_extreme(struct sql *q, struct expr *call)
{
	struct sql_place at = parse_next(q)->at;
	bool greatest = parse_is_word(q, 0, "MAX");

	if (!tree_is(call->text, "ANY_VALUE") || (!greatest && !parse_is_word(q, 0, "MIN")))
		tree_unsupported(q, at, "HAVING MAX and HAVING MIN but in ANY_VALUE");
	parse_next(q);
	tree_add(q, &call->args, parse_expr(q));
	call->text = greatest ? SPAN("MAX_BY") : SPAN("MIN_BY");
}

static struct expr *call_args(struct sql *q, struct expr *call)
{
	parse_need_symbol(q, "(");
	if (parse_take_symbol(q, "*")) {
		call->star = true;
	} else if (!parse_is_symbol(q, 0, ")")) {
		call->distinct = parse_take_word(q, "DISTINCT");
		do
			tree_add(q, &call->args, parse_expr(q));
		while (parse_take_symbol(q, ","));
		if (parse_is_symbol(q, 0, "=>"))
			tree_unsupported(q, parse_peek(q, 0)->at, "named arguments");
		if (parse_take_words(q, "IGNORE", "NULLS"))
			call->ignore_nulls = true;
		else if (!parse_take_words(q, "RESPECT", "NULLS") && parse_is_word(q, 0, "HAVING"))
			having_extreme(q, call);
		if (parse_take_words(q, "ORDER", "BY"))
			parse_order_by(q, &call->order);
		if (parse_take_word(q, "LIMIT"))
			call->limit = parse_expr(q);
	}
	parse_need_symbol(q, ")");
	if (parse_take_word(q, "OVER"))
		call->over = parse_over(q);
	return call;
}

static struct expr *keyword(struct sql *q, const struct lex_token *t)
{
	struct expr *e;

	if (parse_take_word(q, "NULL")) {
		e = parse_literal(q, t->at, TYPE_INT64, (struct span){0});
		e->null = true;
		return e;
	}
	if (parse_take_word(q, "TRUE"))
		return parse_literal(q, t->at, TYPE_BOOL, SPAN("1"));
	if (parse_take_word(q, "FALSE"))
		return parse_literal(q, t->at, TYPE_BOOL, SPAN("0"));
	if (parse_take_word(q, "CASE"))
		return case_of(q, t->at);
	if (parse_take_word(q, "CAST"))
		return cast(q, t->at, false);
	if (parse_is_word(q, 0, "SAFE_CAST") && parse_is_symbol(q, 1, "(") && parse_next(q))
		return cast(q, t->at, true);
	if (parse_take_word(q, "EXTRACT"))
		return extract(q, t->at);
	if (parse_take_word(q, "ARRAY"))
		return array(q, t->at);
	if (parse_take_word(q, "STRUCT"))
		return structure(q, t->at);
	if (parse_take_word(q, "INTERVAL"))
		return parse_interval(q, t->at);
	if (parse_take_word(q, "EXISTS")) {
		e = tree_node(q, E_EXISTS, t->at);
		parse_need_symbol(q, "(");
		e->query = parse_query(q);
		parse_need_symbol(q, ")");
		return e;
	}
	return parse_typed(q);
}

static struct expr *name(struct sql *q, const struct lex_token *t)
{
	bool callable = parse_is_word(q, 0, "IF") || parse_is_word(q, 0, "LEFT") ||
	                parse_is_word(q, 0, "RIGHT") || parse_is_word(q, 0, "RANGE");
	struct expr *e;

	if (t->quoted || !lex_reserved(t->text) || (callable && parse_is_symbol(q, 1, "("))) {
		e = tree_node(q, E_NAME, t->at);
		if (parse_is_word(q, 0, "SAFE") && parse_is_symbol(q, 1, ".") &&
		    parse_is_symbol(q, 3, "(")) {
			e->safe = parse_next(q) && parse_next(q);
			t = parse_peek(q, 0);
		}
		e->text = parse_next(q)->text;
		if (parse_is_symbol(q, 0, "(")) {
			e->kind = E_CALL;
			return call_args(q, e);
		}
		/* the only functions that need no parentheses */
		if (!t->quoted &&
		    (tree_is(e->text, "CURRENT_DATE") || tree_is(e->text, "CURRENT_TIMESTAMP") ||
		        tree_is(e->text, "CURRENT_DATETIME")))
			e->kind = E_CALL;
		return e;
	}
	parse_unexpected(q);
}

static struct expr *atom(struct sql *q)
{
	const struct lex_token *t = parse_peek(q, 0);
	struct expr *e;

	switch (t->kind) {
	case T_INT: return parse_integer(q, parse_next(q));
	case T_FLOAT: return parse_real(q, parse_next(q));
	case T_STRING: return parse_literal(q, t->at, TYPE_STRING, parse_next(q)->text);
	case T_BYTES: return parse_literal(q, t->at, TYPE_BYTES, parse_next(q)->text);
	case T_PARAM:
		e = tree_node(q, E_PARAM, t->at);
		e->text = parse_next(q)->text;
		return e;
	case T_NAME:
		if (parse_is_symbol(q, 1, "(") &&
		    (parse_is_word(q, 0, "GROUPING") || parse_is_word(q, 0, "COLLATE")))
			tree_unsupported(q, t->at, "function %.*s", SPAN_ARG(t->text));
		return (e = t->quoted ? NULL : keyword(q, t)) ? e : name(q, t);
	case T_SYMBOL:
		if (parse_take_symbol(q, "("))
			return parenthesis(q, t->at);
		if (parse_is_symbol(q, 0, "["))
			return array(q, t->at);
		break;
	case T_END: break;
	}
	parse_unexpected(q);
}

static struct expr *index_of(struct sql *q, struct expr *of, struct sql_place at)
{
	struct expr *e = tree_node(q, E_INDEX, at);
	const struct lex_token *t = parse_peek(q, 0);
	bool call = t->kind == T_NAME && parse_is_symbol(q, 1, "(") &&
	            (tree_is(t->text, "OFFSET") || tree_is(t->text, "ORDINAL") ||
	                tree_is(t->text, "SAFE_OFFSET") || tree_is(t->text, "SAFE_ORDINAL"));

	e->text = call ? parse_next(q)->text : SPAN("OFFSET");
	if (call)
		parse_next(q);
	tree_add(q, &e->args, of);
	tree_add(q, &e->args, parse_expr(q));
	if (call)
		parse_need_symbol(q, ")");
	parse_need_symbol(q, "]");
	return e;
}

struct expr *parse_primary(struct sql *q)
{
	struct expr *e = atom(q);

	for (;;) {
		struct sql_place at = parse_peek(q, 0)->at;

		if (parse_take_symbol(q, "[")) {
			e = index_of(q, e, at);
		} else if (parse_is_symbol(q, 0, ".") && !parse_is_symbol(q, 1, "*")) {
			struct expr *field = tree_node(q, E_FIELD, e->at);
			parse_next(q);
			tree_add(q, &field->args, e);
			field->text = parse_any_name(q);
			if (parse_is_symbol(q, 0, "("))
				tree_unsupported(q, e->at, "function %.*s%s%.*s",
				    SPAN_ARG(e->kind == E_NAME ? e->text : SPAN("")),
				    e->kind == E_NAME ? "." : "", SPAN_ARG(field->text));
			e = field;
		} else {
			return e;
		}
	}
}
