#include "sql/parse.h"
#include "sql/ty.h"

#include <ctype.h>

const struct lex_token *parse_peek(const struct sql *q, size_t ahead)
{
	const struct tokens *t = q->tokens;

	return &t->token[t->next + ahead < t->n ? t->next + ahead : t->n - 1];
}

const struct lex_token *parse_next(struct sql *q)
{
	const struct lex_token *t = parse_peek(q, 0);

	if (t->kind != T_END)
		q->tokens->next++;
	return t;
}

static const char *describe(struct sql *q, const struct lex_token *t)
{
	int n = t->raw.n > 60 ? 60 : (int)t->raw.n;

	switch (t->kind) {
	case T_END: return "end of script";
	case T_NAME:
		if (!t->quoted && lex_reserved(t->text)) {
			char *word = tree_text(q, "keyword %.*s", n, t->raw.p);
			for (char *p = word + 8; *p; p++)
				*p = (char)toupper((unsigned char)*p);
			return word;
		}
		return tree_text(q, "identifier %s%.*s%s", t->quoted ? "" : "\"", n, t->raw.p,
		    t->quoted ? "" : "\"");
	case T_STRING: return tree_text(q, "string literal %.*s", n, t->raw.p);
	case T_BYTES: return tree_text(q, "bytes literal %.*s", n, t->raw.p);
	case T_INT: return tree_text(q, "integer literal \"%.*s\"", n, t->raw.p);
	case T_FLOAT: return tree_text(q, "floating point literal \"%.*s\"", n, t->raw.p);
	case T_PARAM:
	case T_SYMBOL: break;
	}
	return tree_text(q, "\"%.*s\"", n, t->raw.p);
}

void parse_unexpected(struct sql *q)
{
	const struct lex_token *t = parse_peek(q, 0);

	tree_fail(q, "invalidQuery", t->at, "Syntax error: Unexpected %s", describe(q, t));
}

void parse_expected(struct sql *q, const char *what)
{
	const struct lex_token *t = parse_peek(q, 0);

	tree_fail(
	    q, "invalidQuery", t->at, "Syntax error: Expected %s but got %s", what, describe(q, t));
}

bool parse_is_word(const struct sql *q, size_t ahead, const char *word)
{
	const struct lex_token *t = parse_peek(q, ahead);

	return t->kind == T_NAME && !t->quoted && tree_is(t->text, word);
}

bool parse_is_symbol(const struct sql *q, size_t ahead, const char *symbol)
{
	const struct lex_token *t = parse_peek(q, ahead);

	return t->kind == T_SYMBOL && span_eq(t->text, span_of(symbol));
}

bool parse_take_word(struct sql *q, const char *word)
{
	return parse_is_word(q, 0, word) && parse_next(q);
}

bool parse_take_words(struct sql *q, const char *first, const char *second)
{
	return parse_is_word(q, 0, first) && parse_is_word(q, 1, second) && parse_next(q) &&
	       parse_next(q);
}

bool parse_take_symbol(struct sql *q, const char *symbol)
{
	return parse_is_symbol(q, 0, symbol) && parse_next(q);
}

void parse_need_word(struct sql *q, const char *word)
{
	if (!parse_take_word(q, word))
		parse_expected(q, tree_text(q, "keyword %s", word));
}

void parse_need_symbol(struct sql *q, const char *symbol)
{
	struct lex_token *t = &q->tokens->token[q->tokens->next];

	/* the >> that ends ARRAY<STRUCT<...>> is two */
	if (symbol[0] == '>' && !symbol[1] && parse_is_symbol(q, 0, ">>")) {
		t->text = t->raw = span_skip(t->text, 1);
		t->at.column++;
		return;
	}
	if (!parse_take_symbol(q, symbol))
		parse_expected(q, tree_text(q, "\"%s\"", symbol));
}

struct span parse_name(struct sql *q)
{
	const struct lex_token *t = parse_peek(q, 0);

	if (t->kind != T_NAME || (!t->quoted && lex_reserved(t->text)))
		parse_unexpected(q);
	return parse_next(q)->text;
}

struct span parse_any_name(struct sql *q)
{
	if (parse_peek(q, 0)->kind != T_NAME)
		parse_unexpected(q);
	return parse_next(q)->text;
}

struct span parse_alias(struct sql *q)
{
	const struct lex_token *t = parse_peek(q, 0);

	if (parse_take_word(q, "AS"))
		return parse_name(q);
	if (t->kind == T_NAME && (t->quoted || !lex_reserved(t->text)))
		return parse_next(q)->text;
	return (struct span){0};
}

void parse_names(struct sql *q, struct list *names)
{
	parse_need_symbol(q, "(");
	do {
		struct span *name = tree_new(q, sizeof(*name));
		*name = parse_name(q);
		tree_add(q, names, name);
	} while (parse_take_symbol(q, ","));
	parse_need_symbol(q, ")");
}

static void add_part(struct sql *q, struct list *path, struct span text)
{
	struct span *part = tree_new(q, sizeof(*part));

	*part = text;
	tree_add(q, path, part);
}

/* `p.d.t` in one pair of backquotes is a path of three. */
static void add_quoted(struct sql *q, struct list *path, struct span text)
{
	const char *dot;

	while ((dot = memchr(text.p, '.', text.n))) {
		size_t n = (size_t)(dot - text.p);
		add_part(q, path, (struct span){text.p, n});
		text = span_skip(text, n + 1);
	}
	add_part(q, path, text);
}

/* my-project: names, dashes and numbers with nothing between them. */
static struct span dashed(struct sql *q)
{
	struct span name = parse_any_name(q);
	const char *end = name.p + name.n;

	while (parse_peek(q, 0)->raw.p == end && parse_is_symbol(q, 0, "-") &&
	       (parse_peek(q, 1)->kind == T_NAME || parse_peek(q, 1)->kind == T_INT) &&
	       parse_peek(q, 1)->raw.p == end + 1 && !parse_peek(q, 1)->quoted) {
		parse_next(q);
		end = parse_peek(q, 0)->raw.p + parse_peek(q, 0)->raw.n;
		if (parse_next(q)->kind == T_INT && parse_peek(q, 0)->kind == T_NAME &&
		    parse_peek(q, 0)->raw.p == end)
			end += parse_next(q)->raw.n;
	}
	name.n = (size_t)(end - name.p);
	return name;
}

void parse_path(struct sql *q, struct list *path)
{
	const struct lex_token *t = parse_peek(q, 0);

	if (t->kind != T_NAME || (!t->quoted && lex_reserved(t->text)))
		parse_unexpected(q);
	do {
		if (parse_peek(q, 0)->kind == T_NAME && parse_peek(q, 0)->quoted)
			add_quoted(q, path, parse_next(q)->text);
		else
			add_part(q, path, dashed(q));
	} while (parse_take_symbol(q, "."));
}

static void struct_type(struct sql *q, struct ty *ty)
{
	struct catalog_column fields[100] = {{0}};
	struct catalog_column *kept;

	parse_need_symbol(q, "<");
	do {
		bool named = parse_peek(q, 0)->kind == T_NAME && parse_peek(q, 1)->kind == T_NAME;
		struct catalog_column *field = &fields[ty->n];
		const struct ty *of;

		if (ty->n == sizeof(fields) / sizeof(*fields))
			tree_unsupported(q, parse_peek(q, 0)->at, "STRUCT of more than 100 fields");
		field->name = named ? tree_keep(q, parse_any_name(q)) : tree_keep(q, SPAN(""));
		of = parse_type(q);
		field->type = of->kind;
		field->mode = of->array ? MODE_REPEATED : MODE_NULLABLE;
		field->fields = (struct catalog_column *)(uintptr_t)of->fields;
		field->n = of->n;
		ty->n++;
	} while (parse_take_symbol(q, ","));
	parse_need_symbol(q, ">");
	kept = tree_new(q, ty->n * sizeof(*kept));
	memcpy(kept, fields, ty->n * sizeof(*kept));
	ty->fields = kept;
}

const struct ty *parse_type(struct sql *q)
{
	struct ty *ty = tree_new(q, sizeof(*ty));
	const struct lex_token *t = parse_peek(q, 0);

	tree_depth(q, t->at, 1);
	if (parse_take_word(q, "ARRAY")) {
		parse_need_symbol(q, "<");
		*ty = *parse_type(q);
		if (ty->array)
			tree_fail(q, "invalidQuery", t->at,
			    "Cannot construct array with element type ARRAY because nested arrays "
			    "are not supported");
		ty->array = true;
		parse_need_symbol(q, ">");
	} else if (parse_take_word(q, "STRUCT")) {
		ty->kind = TYPE_RECORD;
		struct_type(q, ty);
	} else if (parse_take_word(q, "RANGE")) {
		parse_need_symbol(q, "<");
		*ty = ty_range(q, *parse_type(q));
		if (!type_can(ty->fields->type, TYPE_ELEMENT))
			tree_fail(q, "invalidQuery", t->at, "Unsupported element type of RANGE");
		parse_need_symbol(q, ">");
	} else {
		struct span name = parse_any_name(q);

		if (!type_find_sql(&ty->kind, name))
			tree_fail(q, "invalidQuery", t->at, "Type not found: %.*s", SPAN_ARG(name));
		if (parse_is_symbol(q, 0, "("))
			tree_unsupported(q, parse_peek(q, 0)->at, "parameterized type");
	}
	tree_depth(q, t->at, -1);
	return ty;
}
