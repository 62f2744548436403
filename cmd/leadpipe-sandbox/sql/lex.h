#ifndef SANDBOX_SQL_LEX_H
#define SANDBOX_SQL_LEX_H

/*
 * GoogleSQL's tokens. The whole text is cut at once; string escapes are undone
 * here, comments (-- # and the slash-star kind) are gone.
 */

#include "sql/tree.h"

enum token_kind {
	T_END,
	T_NAME,   /* an identifier or a keyword; `quoted` when it stood in backquotes */
	T_STRING, /* text: what it means */
	T_BYTES,  /* likewise */
	T_INT,    /* text: as written, decimal or 0x */
	T_FLOAT,
	T_PARAM,  /* @name: text is the name; ?: text is absent */
	T_SYMBOL, /* text: ( ) , . < <= <> != || ... */
};

struct lex_token {
	enum token_kind kind;
	struct span text;
	struct span raw; /* the bytes in the query's text */
	bool quoted;
	struct sql_place at;
};

/* The tokens of a text, the last one T_END, and how far the parser is. */
struct tokens {
	struct lex_token *token;
	size_t n, next;
};

/* Cuts `text`; a bad literal or byte fails the statement with its place. */
struct tokens *lex_text(struct sql *q, struct span text);

/* Is the word reserved, so that it is a name only in backquotes? */
bool lex_reserved(struct span word);

#endif
