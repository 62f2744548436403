#ifndef SANDBOX_SQL_PARSE_H
#define SANDBOX_SQL_PARSE_H

/*
 * Private to sql/. GoogleSQL's grammar, by recursive descent over q->tokens. What is not
 * GoogleSQL is a "Syntax error: ..." in BigQuery's words; GoogleSQL that this subset lacks is
 * named as such. Both carry the place.
 */

#include "sql/lex.h"

enum stmt_kind {
	STMT_SELECT,
	STMT_INSERT,
	STMT_UPDATE,
	STMT_DELETE,
	STMT_MERGE,
	STMT_TRUNCATE,
	STMT_CREATE_SCHEMA,
	STMT_CREATE_TABLE,
	STMT_DROP_SCHEMA,
	STMT_DROP_TABLE,
	STMT_ALTER_TABLE,
};

/* A column of CREATE TABLE or ADD COLUMN. */
struct column_def {
	struct span name;
	struct ty ty;
	bool required, if_not_exists;
	struct list options; /* struct option * */
	struct sql_place at;
};

/* One of OPTIONS(name = value, ...). */
struct option {
	struct span name;
	struct expr *value;
	struct sql_place at;
};

/* [alias.]column[.field] = value of an UPDATE; value NULL: DEFAULT. */
struct set {
	struct list path; /* struct span *; the binder takes it apart: */
	struct span column;
	struct span field; /* of a STRUCT, or absent */
	struct expr *value;
	struct sql_place at;
};

enum when_of { WHEN_MATCHED, WHEN_NOT_MATCHED, WHEN_NOT_MATCHED_BY_SOURCE };
enum when_does { DOES_UPDATE, DOES_INSERT, DOES_DELETE };

/* One WHEN of a MERGE. */
struct merge_when {
	enum when_of of;
	enum when_does does;
	struct expr *condition; /* or NULL */
	struct list sets;       /* struct set * */
	struct list columns;    /* struct span *, none: all */
	struct list values;     /* struct expr *, none with `row` */
	bool row;               /* INSERT ROW */
	struct sql_place at;
};

struct stmt {
	enum stmt_kind kind;
	struct sql_place at;
	struct list path; /* struct span *: the table or schema */
	struct sql_place path_at;
	struct span alias;
	bool if_exists, if_not_exists, or_replace, cascade;
	struct query *query; /* SELECT, CREATE TABLE AS, INSERT ... SELECT */
	struct list columns; /* struct span * of INSERT; struct column_def * of CREATE and ALTER */
	struct list rows;    /* struct list * of struct expr * (NULL: DEFAULT): VALUES */
	struct list sets;    /* struct set * */
	struct from *from;   /* of UPDATE and MERGE */
	struct expr *where;  /* of UPDATE, DELETE; MERGE's ON */
	struct list whens;   /* struct merge_when * */
	struct expr *partition; /* PARTITION BY, or NULL */
	struct list cluster;    /* struct span * */
	struct list options;    /* struct option * */
	struct list relaxed;    /* struct span *: columns that lose NOT NULL */
};

/* The next statement, or NULL at the end; semicolons are passed over. */
struct stmt *parse_statement(struct sql *q);

/* Literals: a text as stored, a number, DATE '...' (or NULL), what follows INTERVAL. */
struct expr *parse_literal(struct sql *q, struct sql_place at, enum type kind, struct span text);
struct expr *parse_integer(struct sql *q, const struct lex_token *t);
struct expr *parse_real(struct sql *q, const struct lex_token *t);
struct expr *parse_typed(struct sql *q);
struct expr *parse_interval(struct sql *q, struct sql_place at);

/* The parts, for one another. */
struct query *parse_query(struct sql *q);
struct from *parse_from(struct sql *q);
struct expr *parse_expr(struct sql *q);
struct expr *parse_primary(struct sql *q);
struct over *parse_over(struct sql *q);
void parse_order_by(struct sql *q, struct list *order); /* after ORDER BY */
const struct ty *parse_type(struct sql *q);
void parse_path(struct sql *q, struct list *path); /* p.d.t, `p.d.t`, my-project.d.t */

/* The token to come, and the one `ahead` of it. */
const struct lex_token *parse_peek(const struct sql *q, size_t ahead);
const struct lex_token *parse_next(struct sql *q);

/* Is that token the keyword (never a quoted name) or symbol? take_* also pass it, need_* insist. */
bool parse_is_word(const struct sql *q, size_t ahead, const char *word);
bool parse_is_symbol(const struct sql *q, size_t ahead, const char *symbol);
bool parse_take_word(struct sql *q, const char *word);
bool parse_take_symbol(struct sql *q, const char *symbol);
void parse_need_word(struct sql *q, const char *word);
void parse_need_symbol(struct sql *q, const char *symbol);

/* Takes both words, or neither. */
bool parse_take_words(struct sql *q, const char *first, const char *second);

/* An identifier: quoted, or no reserved word; parse_any_name takes reserved words too. */
struct span parse_name(struct sql *q);
struct span parse_any_name(struct sql *q);

/* [AS] alias; absent when there is none. */
struct span parse_alias(struct sql *q);

/* A name list in parentheses: (a, b). */
void parse_names(struct sql *q, struct list *names);

/* 'Syntax error: Unexpected identifier "x"', or 'Expected ")" but got ...'. */
_Noreturn void parse_unexpected(struct sql *q);
_Noreturn void parse_expected(struct sql *q, const char *what);

#endif
