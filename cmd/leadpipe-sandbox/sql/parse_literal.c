#include "sql/cast.h"
#include "sql/parse.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

struct expr *parse_literal(struct sql *q, struct sql_place at, enum type kind, struct span text)
{
	struct expr *e = tree_node(q, E_LITERAL, at);

	e->literal = true;
	e->ty.kind = kind;
	e->text = text;
	return e;
}

struct expr *parse_integer(struct sql *q, const struct lex_token *t)
{
	bool hex = t->text.n > 1 && (t->text.p[1] | 0x20) == 'x';
	char *copy = tree_keep(q, t->text);
	unsigned long long value;

	errno = 0;
	value = strtoull(copy, NULL, hex ? 16 : 10);
	/* 2^63 is let through: after a minus it is an INT64; bind_expr looks at the rest */
	if (errno || (!hex && value > (unsigned long long)INT64_MAX + 1))
		tree_fail(
		    q, "invalidQuery", t->at, "Invalid integer literal: %.*s", SPAN_ARG(t->text));
	return parse_literal(q, t->at, TYPE_INT64,
	    span_of(hex ? tree_text(q, "%lld", (long long)value) : tree_text(q, "%llu", value)));
}

struct expr *parse_real(struct sql *q, const struct lex_token *t)
{
	double value = strtod(tree_keep(q, t->text), NULL);
	char text[CAST_DOUBLE];

	if (value - value != 0)
		tree_fail(q, "invalidQuery", t->at, "Invalid floating point literal: %.*s",
		    SPAN_ARG(t->text));
	cast_double_text(text, value);
	return parse_literal(q, t->at, TYPE_FLOAT64, span_of(tree_keep(q, span_of(text))));
}

/* DATE '...' and kin: a CAST of the string, made when it is bound. */
struct expr *parse_typed(struct sql *q)
{
	static const char *const words[] = {"DATE", "TIME", "DATETIME", "TIMESTAMP", "NUMERIC",
	    "BIGNUMERIC", "DECIMAL", "BIGDECIMAL", "JSON"};
	struct expr *e;

	if (parse_is_word(q, 0, "RANGE") && parse_is_symbol(q, 1, "<")) {
		e = tree_node(q, E_CAST, parse_peek(q, 0)->at);
		e->target = parse_type(q);
		e->literal = true;
		if (parse_peek(q, 0)->kind != T_STRING)
			parse_expected(q, "string literal");
		tree_add(q, &e->args,
		    parse_literal(q, parse_peek(q, 0)->at, TYPE_STRING, parse_peek(q, 0)->text));
		parse_next(q);
		return e;
	}
	if (parse_peek(q, 1)->kind != T_STRING)
		return NULL;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (parse_is_word(q, 0, words[i])) {
			e = tree_node(q, E_CAST, parse_peek(q, 0)->at);
			e->target = parse_type(q);
			e->literal = true;
			tree_add(q, &e->args,
			    parse_literal(
			        q, parse_peek(q, 0)->at, TYPE_STRING, parse_peek(q, 0)->text));
			parse_next(q);
			return e;
		}
	return NULL;
}

struct expr *parse_interval(struct sql *q, struct sql_place at)
{
	struct expr *e = tree_node(q, E_INTERVAL, at);

	tree_add(q, &e->args, parse_expr(q));
	e->text = parse_any_name(q);
	if (parse_is_word(q, 0, "TO"))
		tree_unsupported(q, at, "INTERVAL with TO");
	return e;
}
