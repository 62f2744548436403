#include "sql/parse.h"
#include "sql/type.h"

#include <ctype.h>

const struct token *peek(const struct sql *q, size_t ahead)
{
	const struct tokens *t = q->tokens;

	return &t->token[t->next + ahead < t->n ? t->next + ahead : t->n - 1];
}

const struct token *next(struct sql *q)
{
	const struct token *t = peek(q, 0);

	if (t->kind != T_END)
		q->tokens->next++;
	return t;
}

static const char *describe(struct sql *q, const struct token *t)
{
	int n = t->raw.n > 60 ? 60 : (int)t->raw.n;

	switch (t->kind) {
	case T_END: return "end of script";
	case T_NAME:
		if (!t->quoted && sql_reserved(t->text)) {
			char *word = sql_text(q, "keyword %.*s", n, t->raw.p);
			for (char *p = word + 8; *p; p++)
				*p = (char)toupper((unsigned char)*p);
			return word;
		}
		return sql_text(q, "identifier %s%.*s%s", t->quoted ? "" : "\"", n, t->raw.p,
		    t->quoted ? "" : "\"");
	case T_STRING: return sql_text(q, "string literal %.*s", n, t->raw.p);
	case T_BYTES: return sql_text(q, "bytes literal %.*s", n, t->raw.p);
	case T_INT: return sql_text(q, "integer literal \"%.*s\"", n, t->raw.p);
	case T_FLOAT: return sql_text(q, "floating point literal \"%.*s\"", n, t->raw.p);
	case T_PARAM:
	case T_SYMBOL: break;
	}
	return sql_text(q, "\"%.*s\"", n, t->raw.p);
}

void parse_unexpected(struct sql *q)
{
	const struct token *t = peek(q, 0);

	sql_fail(q, "invalidQuery", t->at, "Syntax error: Unexpected %s", describe(q, t));
}

void parse_expected(struct sql *q, const char *what)
{
	const struct token *t = peek(q, 0);

	sql_fail(
	    q, "invalidQuery", t->at, "Syntax error: Expected %s but got %s", what, describe(q, t));
}

bool is_word(const struct sql *q, size_t ahead, const char *word)
{
	const struct token *t = peek(q, ahead);

	return t->kind == T_NAME && !t->quoted && name_is(t->text, word);
}

bool is_symbol(const struct sql *q, size_t ahead, const char *symbol)
{
	const struct token *t = peek(q, ahead);

	return t->kind == T_SYMBOL && span_eq(t->text, span_of(symbol));
}

bool take_word(struct sql *q, const char *word)
{
	return is_word(q, 0, word) && next(q);
}

bool take_words(struct sql *q, const char *first, const char *second)
{
	return is_word(q, 0, first) && is_word(q, 1, second) && next(q) && next(q);
}

bool take_symbol(struct sql *q, const char *symbol)
{
	return is_symbol(q, 0, symbol) && next(q);
}

void need_word(struct sql *q, const char *word)
{
	if (!take_word(q, word))
		parse_expected(q, sql_text(q, "keyword %s", word));
}

void need_symbol(struct sql *q, const char *symbol)
{
	struct token *t = &q->tokens->token[q->tokens->next];

	/* the >> that ends ARRAY<STRUCT<...>> is two */
	if (symbol[0] == '>' && !symbol[1] && is_symbol(q, 0, ">>")) {
		t->text = t->raw = span_skip(t->text, 1);
		t->at.column++;
		return;
	}
	if (!take_symbol(q, symbol))
		parse_expected(q, sql_text(q, "\"%s\"", symbol));
}

struct span parse_name(struct sql *q)
{
	const struct token *t = peek(q, 0);

	if (t->kind != T_NAME || (!t->quoted && sql_reserved(t->text)))
		parse_unexpected(q);
	return next(q)->text;
}

struct span parse_any_name(struct sql *q)
{
	if (peek(q, 0)->kind != T_NAME)
		parse_unexpected(q);
	return next(q)->text;
}

struct span parse_alias(struct sql *q)
{
	const struct token *t = peek(q, 0);

	if (take_word(q, "AS"))
		return parse_name(q);
	if (t->kind == T_NAME && (t->quoted || !sql_reserved(t->text)))
		return next(q)->text;
	return (struct span){0};
}

void parse_names(struct sql *q, struct list *names)
{
	need_symbol(q, "(");
	do {
		struct span *name = sql_new(q, sizeof(*name));
		*name = parse_name(q);
		sql_add(q, names, name);
	} while (take_symbol(q, ","));
	need_symbol(q, ")");
}

static void add_part(struct sql *q, struct list *path, struct span text)
{
	struct span *part = sql_new(q, sizeof(*part));

	*part = text;
	sql_add(q, path, part);
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

	while (peek(q, 0)->raw.p == end && is_symbol(q, 0, "-") &&
	       (peek(q, 1)->kind == T_NAME || peek(q, 1)->kind == T_INT) &&
	       peek(q, 1)->raw.p == end + 1 && !peek(q, 1)->quoted) {
		next(q);
		end = peek(q, 0)->raw.p + peek(q, 0)->raw.n;
		if (next(q)->kind == T_INT && peek(q, 0)->kind == T_NAME &&
		    peek(q, 0)->raw.p == end)
			end += next(q)->raw.n;
	}
	name.n = (size_t)(end - name.p);
	return name;
}

void parse_path(struct sql *q, struct list *path)
{
	const struct token *t = peek(q, 0);

	if (t->kind != T_NAME || (!t->quoted && sql_reserved(t->text)))
		parse_unexpected(q);
	do {
		if (peek(q, 0)->kind == T_NAME && peek(q, 0)->quoted)
			add_quoted(q, path, next(q)->text);
		else
			add_part(q, path, dashed(q));
	} while (take_symbol(q, "."));
}

static void struct_type(struct sql *q, struct ty *ty)
{
	struct catalog_column fields[100] = {{0}};
	struct catalog_column *kept;

	need_symbol(q, "<");
	do {
		bool named = peek(q, 0)->kind == T_NAME && peek(q, 1)->kind == T_NAME;
		struct catalog_column *field = &fields[ty->n];
		const struct ty *of;

		if (ty->n == sizeof(fields) / sizeof(*fields))
			sql_unsupported(q, peek(q, 0)->at, "STRUCT of more than 100 fields");
		field->name = named ? sql_keep(q, parse_any_name(q)) : sql_keep(q, SPAN(""));
		of = parse_type(q);
		field->type = of->kind;
		field->mode = of->array ? MODE_REPEATED : MODE_NULLABLE;
		field->fields = (struct catalog_column *)(uintptr_t)of->fields;
		field->n = of->n;
		ty->n++;
	} while (take_symbol(q, ","));
	need_symbol(q, ">");
	kept = sql_new(q, ty->n * sizeof(*kept));
	memcpy(kept, fields, ty->n * sizeof(*kept));
	ty->fields = kept;
}

const struct ty *parse_type(struct sql *q)
{
	struct ty *ty = sql_new(q, sizeof(*ty));
	const struct token *t = peek(q, 0);

	sql_depth(q, t->at, 1);
	if (take_word(q, "ARRAY")) {
		need_symbol(q, "<");
		*ty = *parse_type(q);
		if (ty->array)
			sql_fail(q, "invalidQuery", t->at,
			    "Cannot construct array with element type ARRAY because nested arrays "
			    "are not supported");
		ty->array = true;
		need_symbol(q, ">");
	} else if (take_word(q, "STRUCT")) {
		ty->kind = TYPE_RECORD;
		struct_type(q, ty);
	} else if (take_word(q, "RANGE")) {
		need_symbol(q, "<");
		*ty = ty_range(q, *parse_type(q));
		if (!type_can(ty->fields->type, TYPE_ELEMENT))
			sql_fail(q, "invalidQuery", t->at, "Unsupported element type of RANGE");
		need_symbol(q, ">");
	} else {
		struct span name = parse_any_name(q);

		if (!type_find_sql(&ty->kind, name))
			sql_fail(q, "invalidQuery", t->at, "Type not found: %.*s", SPAN_ARG(name));
		if (is_symbol(q, 0, "("))
			sql_unsupported(q, peek(q, 0)->at, "parameterized type");
	}
	sql_depth(q, t->at, -1);
	return ty;
}
