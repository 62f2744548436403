#include "sql/parse.h"

static struct expr *case_of(struct sql *q, struct sql_place at)
{
	struct expr *e = expr_new(q, E_CASE, at);

	if (!is_word(q, 0, "WHEN")) {
		e->operand = true;
		sql_add(q, &e->args, parse_expr(q));
	}
	if (!is_word(q, 0, "WHEN"))
		parse_expected(q, "keyword WHEN");
	while (take_word(q, "WHEN")) {
		sql_add(q, &e->args, parse_expr(q));
		need_word(q, "THEN");
		sql_add(q, &e->args, parse_expr(q));
	}
	if (take_word(q, "ELSE")) {
		e->otherwise = true;
		sql_add(q, &e->args, parse_expr(q));
	}
	need_word(q, "END");
	return e;
}

static struct expr *cast(struct sql *q, struct sql_place at, bool safe)
{
	struct expr *e = expr_new(q, E_CAST, at);

	e->safe = safe;
	need_symbol(q, "(");
	sql_add(q, &e->args, parse_expr(q));
	need_word(q, "AS");
	e->target = parse_type(q);
	if (is_word(q, 0, "FORMAT") || is_word(q, 0, "AT"))
		sql_unsupported(q, peek(q, 0)->at, "CAST with FORMAT or AT TIME ZONE");
	need_symbol(q, ")");
	return e;
}

static struct expr *extract(struct sql *q, struct sql_place at)
{
	struct expr *e = expr_new(q, E_EXTRACT, at);
	struct span day;

	need_symbol(q, "(");
	e->text = parse_any_name(q);
	if (take_symbol(q, "(")) {
		day = parse_any_name(q);
		e->text = span_of(sql_text(q, "%.*s(%.*s)", SPAN_ARG(e->text), SPAN_ARG(day)));
		need_symbol(q, ")");
	}
	need_word(q, "FROM");
	sql_add(q, &e->args, parse_expr(q));
	if (take_word(q, "AT")) {
		need_word(q, "TIME");
		need_word(q, "ZONE");
		sql_add(q, &e->args, parse_expr(q));
	}
	need_symbol(q, ")");
	return e;
}

static struct expr *array(struct sql *q, struct sql_place at)
{
	struct expr *e = expr_new(q, E_ARRAY, at);

	if (is_symbol(q, 0, "<")) {
		q->tokens->next--; /* the type's own ARRAY */
		e->target = parse_type(q);
	} else if (take_symbol(q, "(")) {
		e->kind = E_ARRAY_QUERY;
		e->query = parse_query(q);
		need_symbol(q, ")");
		return e;
	}
	need_symbol(q, "[");
	if (!is_symbol(q, 0, "]"))
		do
			sql_add(q, &e->args, parse_expr(q));
		while (take_symbol(q, ","));
	need_symbol(q, "]");
	return e;
}

static struct expr *structure(struct sql *q, struct sql_place at)
{
	struct expr *e = expr_new(q, E_STRUCT, at);

	if (is_symbol(q, 0, "<")) {
		q->tokens->next--;
		e->target = parse_type(q);
	}
	need_symbol(q, "(");
	if (!is_symbol(q, 0, ")"))
		do {
			struct span *name = sql_new(q, sizeof(*name));
			sql_add(q, &e->args, parse_expr(q));
			if (!e->target && take_word(q, "AS"))
				*name = parse_name(q);
			sql_add(q, &e->names, name);
		} while (take_symbol(q, ","));
	need_symbol(q, ")");
	return e;
}

/* (a, b): a STRUCT without names */
static struct expr *tuple(struct sql *q, struct expr *first, struct sql_place at)
{
	struct expr *e = expr_new(q, E_STRUCT, at);

	sql_add(q, &e->args, first);
	sql_add(q, &e->names, sql_new(q, sizeof(struct span)));
	while (take_symbol(q, ",")) {
		sql_add(q, &e->args, parse_expr(q));
		sql_add(q, &e->names, sql_new(q, sizeof(struct span)));
	}
	return e;
}

static struct expr *parenthesis(struct sql *q, struct sql_place at)
{
	struct expr *e;

	if (is_word(q, 0, "SELECT") || is_word(q, 0, "WITH")) {
		e = expr_new(q, E_SUBQUERY, at);
		e->query = parse_query(q);
	} else {
		e = parse_expr(q);
		if (is_symbol(q, 0, ","))
			e = tuple(q, e, at);
	}
	need_symbol(q, ")");
	return e;
}

/* ANY_VALUE(x HAVING MAX y) is MAX_BY(x, y). */
static void having_extreme(struct sql *q, struct expr *call)
{
	struct sql_place at = next(q)->at;
	bool greatest = is_word(q, 0, "MAX");

	if (!name_is(call->text, "ANY_VALUE") || (!greatest && !is_word(q, 0, "MIN")))
		sql_unsupported(q, at, "HAVING MAX and HAVING MIN but in ANY_VALUE");
	next(q);
	sql_add(q, &call->args, parse_expr(q));
	call->text = greatest ? SPAN("MAX_BY") : SPAN("MIN_BY");
}

static struct expr *call_args(struct sql *q, struct expr *call)
{
	need_symbol(q, "(");
	if (take_symbol(q, "*")) {
		call->star = true;
	} else if (!is_symbol(q, 0, ")")) {
		call->distinct = take_word(q, "DISTINCT");
		do
			sql_add(q, &call->args, parse_expr(q));
		while (take_symbol(q, ","));
		if (is_symbol(q, 0, "=>"))
			sql_unsupported(q, peek(q, 0)->at, "named arguments");
		if (take_words(q, "IGNORE", "NULLS"))
			call->ignore_nulls = true;
		else if (!take_words(q, "RESPECT", "NULLS") && is_word(q, 0, "HAVING"))
			having_extreme(q, call);
		if (take_words(q, "ORDER", "BY"))
			parse_order_by(q, &call->order);
		if (take_word(q, "LIMIT"))
			call->limit = parse_expr(q);
	}
	need_symbol(q, ")");
	if (take_word(q, "OVER"))
		call->over = parse_over(q);
	return call;
}

static struct expr *keyword(struct sql *q, const struct token *t)
{
	struct expr *e;

	if (take_word(q, "NULL")) {
		e = parse_literal(q, t->at, TYPE_INT64, (struct span){0});
		e->null = true;
		return e;
	}
	if (take_word(q, "TRUE"))
		return parse_literal(q, t->at, TYPE_BOOL, SPAN("1"));
	if (take_word(q, "FALSE"))
		return parse_literal(q, t->at, TYPE_BOOL, SPAN("0"));
	if (take_word(q, "CASE"))
		return case_of(q, t->at);
	if (take_word(q, "CAST"))
		return cast(q, t->at, false);
	if (is_word(q, 0, "SAFE_CAST") && is_symbol(q, 1, "(") && next(q))
		return cast(q, t->at, true);
	if (take_word(q, "EXTRACT"))
		return extract(q, t->at);
	if (take_word(q, "ARRAY"))
		return array(q, t->at);
	if (take_word(q, "STRUCT"))
		return structure(q, t->at);
	if (take_word(q, "INTERVAL"))
		return parse_interval(q, t->at);
	if (take_word(q, "EXISTS")) {
		e = expr_new(q, E_EXISTS, t->at);
		need_symbol(q, "(");
		e->query = parse_query(q);
		need_symbol(q, ")");
		return e;
	}
	return parse_typed(q);
}

static struct expr *name(struct sql *q, const struct token *t)
{
	bool callable = is_word(q, 0, "IF") || is_word(q, 0, "LEFT") || is_word(q, 0, "RIGHT") ||
	                is_word(q, 0, "RANGE");
	struct expr *e;

	if (t->quoted || !sql_reserved(t->text) || (callable && is_symbol(q, 1, "("))) {
		e = expr_new(q, E_NAME, t->at);
		if (is_word(q, 0, "SAFE") && is_symbol(q, 1, ".") && is_symbol(q, 3, "(")) {
			e->safe = next(q) && next(q);
			t = peek(q, 0);
		}
		e->text = next(q)->text;
		if (is_symbol(q, 0, "(")) {
			e->kind = E_CALL;
			return call_args(q, e);
		}
		/* the only functions that need no parentheses */
		if (!t->quoted &&
		    (name_is(e->text, "CURRENT_DATE") || name_is(e->text, "CURRENT_TIMESTAMP") ||
		        name_is(e->text, "CURRENT_DATETIME")))
			e->kind = E_CALL;
		return e;
	}
	parse_unexpected(q);
}

static struct expr *atom(struct sql *q)
{
	const struct token *t = peek(q, 0);
	struct expr *e;

	switch (t->kind) {
	case T_INT: return parse_integer(q, next(q));
	case T_FLOAT: return parse_real(q, next(q));
	case T_STRING: return parse_literal(q, t->at, TYPE_STRING, next(q)->text);
	case T_BYTES: return parse_literal(q, t->at, TYPE_BYTES, next(q)->text);
	case T_PARAM:
		e = expr_new(q, E_PARAM, t->at);
		e->text = next(q)->text;
		return e;
	case T_NAME:
		if (is_symbol(q, 1, "(") && (is_word(q, 0, "GROUPING") || is_word(q, 0, "COLLATE")))
			sql_unsupported(q, t->at, "function %.*s", SPAN_ARG(t->text));
		return (e = t->quoted ? NULL : keyword(q, t)) ? e : name(q, t);
	case T_SYMBOL:
		if (take_symbol(q, "("))
			return parenthesis(q, t->at);
		if (is_symbol(q, 0, "["))
			return array(q, t->at);
		break;
	case T_END: break;
	}
	parse_unexpected(q);
}

static struct expr *index_of(struct sql *q, struct expr *of, struct sql_place at)
{
	struct expr *e = expr_new(q, E_INDEX, at);
	const struct token *t = peek(q, 0);
	bool call = t->kind == T_NAME && is_symbol(q, 1, "(") &&
	            (name_is(t->text, "OFFSET") || name_is(t->text, "ORDINAL") ||
	                name_is(t->text, "SAFE_OFFSET") || name_is(t->text, "SAFE_ORDINAL"));

	e->text = call ? next(q)->text : SPAN("OFFSET");
	if (call)
		next(q);
	sql_add(q, &e->args, of);
	sql_add(q, &e->args, parse_expr(q));
	if (call)
		need_symbol(q, ")");
	need_symbol(q, "]");
	return e;
}

struct expr *parse_primary(struct sql *q)
{
	struct expr *e = atom(q);

	for (;;) {
		struct sql_place at = peek(q, 0)->at;

		if (take_symbol(q, "[")) {
			e = index_of(q, e, at);
		} else if (is_symbol(q, 0, ".") && !is_symbol(q, 1, "*")) {
			struct expr *field = expr_new(q, E_FIELD, e->at);
			next(q);
			sql_add(q, &field->args, e);
			field->text = parse_any_name(q);
			if (is_symbol(q, 0, "("))
				sql_unsupported(q, e->at, "function %.*s%s%.*s",
				    SPAN_ARG(e->kind == E_NAME ? e->text : SPAN("")),
				    e->kind == E_NAME ? "." : "", SPAN_ARG(field->text));
			e = field;
		} else {
			return e;
		}
	}
}
