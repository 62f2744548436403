#include "sql/lex.h"
#include "base/text.h"

#include <ctype.h>
#include <stdint.h>

struct lexer {
	struct sql *q;
	const char *p, *end;
	struct sql_place at;
	struct tokens *out;
	size_t cap;
};

static const char *const reserved[] = {"ALL", "AND", "ANY", "ARRAY", "AS", "ASC",
    "ASSERT_ROWS_MODIFIED", "AT", "BETWEEN", "BY", "CASE", "CAST", "COLLATE", "CONTAINS", "CREATE",
    "CROSS", "CUBE", "CURRENT", "DEFAULT", "DEFINE", "DESC", "DISTINCT", "ELSE", "END", "ENUM",
    "ESCAPE", "EXCEPT", "EXCLUDE", "EXISTS", "EXTRACT", "FALSE", "FETCH", "FOLLOWING", "FOR",
    "FROM", "FULL", "GROUP", "GROUPING", "GROUPS", "HASH", "HAVING", "IF", "IGNORE", "IN", "INNER",
    "INTERSECT", "INTERVAL", "INTO", "IS", "JOIN", "LATERAL", "LEFT", "LIKE", "LIMIT", "LOOKUP",
    "MERGE", "NATURAL", "NEW", "NO", "NOT", "NULL", "NULLS", "OF", "ON", "OR", "ORDER", "OUTER",
    "OVER", "PARTITION", "PRECEDING", "PROTO", "QUALIFY", "RANGE", "RECURSIVE", "RESPECT", "RIGHT",
    "ROLLUP", "ROWS", "SELECT", "SET", "SOME", "STRUCT", "TABLESAMPLE", "THEN", "TO", "TREAT",
    "TRUE", "UNBOUNDED", "UNION", "UNNEST", "USING", "WHEN", "WHERE", "WINDOW", "WITH", "WITHIN"};

bool lex_reserved(struct span word)
{
	for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++)
		if (tree_is(word, reserved[i]))
			return true;
	return false;
}

static bool name_start(int c)
{
	return isalpha(c) || c == '_';
}

static bool name_part(int c)
{
	return isalnum(c) || c == '_';
}

static int at(const struct lexer *l, size_t i)
{
	return (size_t)(l->end - l->p) > i ? (unsigned char)l->p[i] : -1;
}

/* Moves over n bytes and keeps the place: code points count, a tab goes to the next column of 8. */
static void skip(struct lexer *l, size_t n)
{
	for (; n > 0; n--, l->p++) {
		if (*l->p == '\n')
			l->at = (struct sql_place){l->at.line + 1, 1};
		else if (*l->p == '\t')
			l->at.column = (l->at.column - 1) / 8 * 8 + 9;
		else if ((*l->p & 0xc0) != 0x80)
			l->at.column++;
	}
}

static struct lex_token *add(struct lexer *l, enum token_kind kind, struct sql_place place)
{
	struct tokens *t = l->out;

	if (t->n == l->cap) {
		struct lex_token *grown = tree_new(l->q, 2 * l->cap * sizeof(*grown));
		memcpy(grown, t->token, t->n * sizeof(*grown));
		t->token = grown;
		l->cap *= 2;
	}
	t->token[t->n] = (struct lex_token){.kind = kind, .at = place, .raw = {l->p, 0}};
	return &t->token[t->n++];
}

static void space(struct lexer *l)
{
	for (;;) {
		struct sql_place start;

		while (l->p < l->end && isspace((unsigned char)*l->p))
			skip(l, 1);
		start = l->at;
		if (at(l, 0) == '#' || (at(l, 0) == '-' && at(l, 1) == '-')) {
			while (l->p < l->end && *l->p != '\n')
				skip(l, 1);
		} else if (at(l, 0) == '/' && at(l, 1) == '*') {
			skip(l, 2);
			while (l->p < l->end && !(at(l, 0) == '*' && at(l, 1) == '/'))
				skip(l, 1);
			if (l->p == l->end)
				tree_fail(
				    l->q, "invalidQuery", start, "Syntax error: Unclosed comment");
			skip(l, 2);
		} else {
			return;
		}
	}
}

static uint32_t digits(struct lexer *l, size_t n, int base)
{
	uint32_t value = 0;

	for (size_t i = 0; i < n; i++) {
		int c = at(l, i);
		int digit = isdigit(c)              ? c - '0'
		            : c >= 0 && isxdigit(c) ? tolower(c) - 'a' + 10
		                                    : 99;
		if (digit >= base)
			tree_fail(
			    l->q, "invalidQuery", l->at, "Syntax error: Illegal escape sequence");
		value = value * (uint32_t)base + (uint32_t)digit;
	}
	skip(l, n);
	return value;
}

/* An escape, l->p after its backslash; the bytes it means. */
static size_t escape(struct lexer *l, bool bytes, char out[4])
{
	static const char from[] = "abfnrtv\\?\"'`";
	static const char to[] = "\a\b\f\n\r\t\v\\?\"'`";
	struct sql_place start = l->at;
	int c = at(l, 0);
	const char *simple = c > 0 ? strchr(from, c) : NULL;
	uint32_t value;

	if (simple) {
		skip(l, 1);
		out[0] = to[simple - from];
		return 1;
	}
	if (c >= '0' && c <= '3') {
		value = digits(l, 3, 8);
	} else if (c == 'x' || c == 'X') {
		skip(l, 1);
		value = digits(l, 2, 16);
	} else if (!bytes && (c == 'u' || c == 'U')) {
		skip(l, 1);
		value = digits(l, c == 'u' ? 4 : 8, 16);
		if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
			tree_fail(
			    l->q, "invalidQuery", start, "Syntax error: Illegal escape sequence");
	} else {
		tree_fail(l->q, "invalidQuery", start,
		    "Syntax error: Illegal escape sequence: \\%c", c >= ' ' && c < 127 ? c : '?');
	}
	if (bytes)
		return out[0] = (char)value, 1;
	return text_encode(out, value);
}

/* A literal in quotes, l->p at the first; undoes escapes unless it is raw. */
static struct span quoted(struct lexer *l, bool raw, bool bytes, const char *what)
{
	struct sql_place start = l->at;
	char quote = *l->p;
	bool triple = quote != '`' && at(l, 1) == quote && at(l, 2) == quote;
	size_t n = 0, ends = triple ? 3 : 1;
	size_t room = 64;
	char *text = tree_new(l->q, room);

	skip(l, ends);
	for (;;) {
		char piece[4] = {0};
		size_t add_n = 1;

		if (l->p == l->end || (!triple && *l->p == '\n'))
			tree_fail(l->q, "invalidQuery", start, "Syntax error: Unclosed %s", what);
		if (*l->p == quote && (!triple || (at(l, 1) == quote && at(l, 2) == quote)))
			break;
		if (*l->p == '\\' && !raw) {
			skip(l, 1);
			add_n = escape(l, bytes, piece);
		} else {
			bool pair = *l->p == '\\' && l->p + 1 < l->end;
			piece[0] = *l->p;
			skip(l, 1);
			if (pair) {
				piece[1] = *l->p;
				add_n = 2;
				skip(l, 1);
			}
		}
		if (n + add_n >= room) {
			text = memcpy(tree_new(l->q, room * 4), text, n);
			room *= 4;
		}
		memcpy(text + n, piece, add_n);
		n += add_n;
	}
	skip(l, ends);
	return (struct span){text, n};
}

/* r'' b'' rb'' br'' and plain quotes; false when no literal begins here. */
static bool string(struct lexer *l)
{
	struct sql_place start = l->at;
	bool raw = false, bytes = false;
	size_t n = 0;
	int c;
	struct lex_token *t;

	for (; n < 2; n++) {
		c = tolower(at(l, n));
		if (c == 'r' && !raw)
			raw = true;
		else if (c == 'b' && !bytes)
			bytes = true;
		else
			break;
	}
	c = at(l, n);
	if (c != '"' && c != '\'')
		return false;
	t = add(l, bytes ? T_BYTES : T_STRING, start);
	skip(l, n);
	t->text = quoted(l, raw, bytes, bytes ? "bytes literal" : "string literal");
	return true;
}

static void number(struct lexer *l)
{
	bool after_dash = l->out->n >= 2 && l->p[-1] == '-' && name_part((unsigned char)l->p[-2]);
	struct lex_token *t = add(l, T_INT, l->at);
	size_t n = 0;

	if (at(l, 0) == '0' && (at(l, 1) == 'x' || at(l, 1) == 'X')) {
		for (n = 2; at(l, n) >= 0 && isxdigit(at(l, n)); n++)
			;
	} else {
		for (; isdigit(at(l, n)); n++)
			;
		/* the 123 of a path such as project-123.dataset.table */
		if (at(l, n) == '.' && !(after_dash && name_start(at(l, n + 1)))) {
			t->kind = T_FLOAT;
			for (n++; isdigit(at(l, n)); n++)
				;
		}
		if (!after_dash && (at(l, n) == 'e' || at(l, n) == 'E')) {
			size_t sign = at(l, n + 1) == '+' || at(l, n + 1) == '-';
			if (isdigit(at(l, n + 1 + sign))) {
				t->kind = T_FLOAT;
				for (n += 1 + sign; isdigit(at(l, n)); n++)
					;
			}
		}
		if (!after_dash && name_part(at(l, n)))
			tree_fail(l->q, "invalidQuery", l->at,
			    "Syntax error: Missing whitespace between literal and alias");
	}
	t->text = (struct span){l->p, n};
	skip(l, n);
}

static void symbol(struct lexer *l)
{
	static const char *const two[] = {"<=", ">=", "<>", "!=", "||", "<<", ">>", "=>", "@@"};
	struct lex_token *t = add(l, T_SYMBOL, l->at);
	size_t n = 1;

	for (size_t i = 0; i < sizeof(two) / sizeof(*two); i++)
		if (at(l, 0) == two[i][0] && at(l, 1) == two[i][1])
			n = 2;
	if (n == 1 && !strchr("()[],.;+-*/<>=&|^~:", *l->p))
		tree_fail(l->q, "invalidQuery", l->at,
		    "Syntax error: Illegal input character \"%c\"",
		    *l->p >= ' ' && *l->p < 127 ? *l->p : '?');
	t->text = (struct span){l->p, n};
	skip(l, n);
}

static void name(struct lexer *l, enum token_kind kind)
{
	struct lex_token *t = add(l, kind, l->at);
	size_t n = 0;

	if (kind == T_PARAM)
		skip(l, 1);
	if (at(l, 0) == '`') {
		struct span text = quoted(l, false, false, "identifier literal");
		if (text.n == 0)
			tree_fail(
			    l->q, "invalidQuery", t->at, "Syntax error: Invalid empty identifier");
		t->text = text;
		t->quoted = true;
		return;
	}
	for (; name_part(at(l, n)); n++)
		;
	t->text = (struct span){l->p, n};
	skip(l, n);
}

static void token(struct lexer *l)
{
	int c = at(l, 0);

	if (c == '`')
		name(l, T_NAME);
	else if (c == '@' && (name_start(at(l, 1)) || at(l, 1) == '`'))
		name(l, T_PARAM);
	else if (c == '@' && at(l, 1) == '@')
		tree_unsupported(l->q, l->at, "system variables");
	else if (c == '?') {
		add(l, T_PARAM, l->at);
		skip(l, 1);
	} else if (isdigit(c) || (c == '.' && isdigit(at(l, 1)) &&
	                             !(l->out->n && name_part((unsigned char)l->p[-1]))))
		number(l);
	else if (!string(l)) {
		if (name_start(c))
			name(l, T_NAME);
		else
			symbol(l);
	}
	l->out->token[l->out->n - 1].raw.n = (size_t)(l->p - l->out->token[l->out->n - 1].raw.p);
}

struct tokens *lex_text(struct sql *q, struct span text)
{
	struct lexer l = {.q = q, .p = text.p, .end = text.p + text.n, .at = {1, 1}, .cap = 64};

	l.out = tree_new(q, sizeof(*l.out));
	l.out->token = tree_new(q, l.cap * sizeof(*l.out->token));
	for (;;) {
		space(&l);
		if (l.p == l.end)
			break;
		token(&l);
	}
	add(&l, T_END, l.at);
	return l.out;
}
