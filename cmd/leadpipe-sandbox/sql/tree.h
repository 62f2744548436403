#ifndef SANDBOX_SQL_TREE_H
#define SANDBOX_SQL_TREE_H

/*
 * Private to sql/. What a statement is made of: the nodes that the parser makes (parse.h), that
 * the binder resolves and types in place (bind.h), and that the emitter writes as SQLite's SQL
 * (emit.h). All nodes live in the run's arena, which is freed at the end of sql_run.
 */

#include "sql/query.h"

#include <setjmp.h>

/* Where something stands in the query's text, both from 1; line 0: nowhere. */
struct sql_place {
	int line, column;
};

/* A type: a kind, the fields of a RECORD, and whether it is an ARRAY of that. */
struct ty {
	enum type kind;
	bool array;
	const struct catalog_column *fields;
	size_t n;
};

/* A list of pointers in the arena. */
struct list {
	void **item;
	size_t n, cap;
};

enum expr_kind {
	E_LITERAL, /* text: the value as value.h stores it, FLOAT64 as STRING has it */
	E_NAME,    /* text: an identifier that is not yet resolved */
	E_FIELD,   /* args[0] . text */
	E_COLUMN,  /* column: resolved */
	E_PARAM,   /* text: its name, or absent for ?; becomes a literal */
	E_OP,
	E_CALL, /* text: the function's name */
	E_CASE, /* args: [operand] when then when then ... [else]; see `operand` and `otherwise` */
	E_CAST, /* args[0] to `target`; `safe`; `implicit` when the binder put it there */
	E_IN,   /* args[0] in args[1..], or in query, or (unnest) in the array args[1] */
	E_EXISTS,      /* query */
	E_SUBQUERY,    /* query: one column, at most one row */
	E_ARRAY,       /* [args]; `target` when ARRAY<T>[...] */
	E_ARRAY_QUERY, /* ARRAY(query) */
	E_STRUCT,      /* STRUCT(args AS names) */
	E_INDEX,       /* args[0] [ text(args[1]) ]: OFFSET, ORDINAL, SAFE_OFFSET, SAFE_ORDINAL */
	E_INTERVAL,    /* INTERVAL args[0] text: only as an argument of _ADD and _SUB */
	E_EXTRACT,     /* EXTRACT(text FROM args[0]) */
	E_PART,        /* text: DAY, MONTH ...: only as an argument */
};

enum op {
	OP_OR,
	OP_AND,
	OP_NOT,
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	OP_LIKE,
	OP_BETWEEN,
	OP_IS_NULL,
	OP_IS_TRUE,
	OP_IS_FALSE,
	OP_DISTINCT, /* IS DISTINCT FROM */
	OP_SAME,     /* IS NOT DISTINCT FROM, and the null-safe equality it is made from */
	OP_ADD,
	OP_SUB,
	OP_MUL,
	OP_DIV,
	OP_CONCAT,
	OP_NEG,
};

/* One sort key. */
struct order {
	struct expr *expr;
	bool down;
	int nulls;  /* 1 first, -1 last, 0 not said */
	int output; /* the output column it names, or -1; set by the binder */
	struct sql_place at;
};

/* OVER (...), its frame as SQLite takes it. */
struct over {
	struct list partition; /* struct expr * */
	struct list order;     /* struct order * */
	struct span frame;     /* "ROWS BETWEEN ...", or absent */
	bool by_value;         /* RANGE with a number: over one key, a number */
	struct sql_place at;
};

struct expr {
	enum expr_kind kind;
	struct sql_place at;
	struct ty ty; /* set by the binder */
	bool null;    /* the literal NULL, which takes any type */
	bool literal; /* a literal or a parameter: it coerces further than a column does */
	enum op op;
	struct span text;
	struct list args;          /* struct expr * */
	struct list names;         /* struct span * of E_STRUCT */
	struct list order;         /* struct order *: ARRAY_AGG(x ORDER BY ...) */
	struct expr *limit;        /* ARRAY_AGG(x LIMIT n) */
	struct query *query;       /* of a subquery */
	struct over *over;         /* of a window function */
	const struct scol *column; /* of E_COLUMN */
	const struct func *func;   /* of E_CALL, set by the binder */
	const struct ty *target;   /* of E_CAST and E_ARRAY */
	bool distinct, star, safe, negated, unnest, operand, otherwise, implicit, ignore_nulls,
	    aggregate;
};

/* A column that a name can mean: of a table, a subquery or an UNNEST. */
struct scol {
	struct span name; /* absent for an anonymous one */
	struct ty ty;
	const char *sql;               /* how SQLite is told of it: t$1."name" */
	struct use *use;               /* the table it is of, or NULL */
	size_t index;                  /* in use->table */
	const struct sql_scope *owner; /* the scope that it was found in */
};

/* A table that the statement names, and which of its columns it reads. */
struct use {
	struct use *next;
	struct catalog_table *table;
	bool *read;
	const char *name;    /* t$N */
	struct list filters; /* struct expr *: all hold for the rows read, and prune (prune.h) */
	bool scanned;        /* its rows are read, not only added to or all deleted */
};

/* A name of the FROM clause and the columns it stands for. */
struct relation {
	struct span alias;
	struct list columns; /* struct scol * */
	struct scol *whole; /* what the alias means as a value (UNNEST), or NULL: a STRUCT of all */
};

/* What names mean at a place. An inner scope sees the outer ones. */
struct sql_scope {
	struct sql_scope *outer;
	struct list ranges;     /* struct relation * */
	struct list merged;     /* struct scol * of JOIN ... USING */
	struct list hidden;     /* struct scol * that USING hides from plain names and from * */
	struct query *query;    /* whose scope it is, or NULL */
	struct select *aliases; /* the SELECT whose aliases count too, or NULL */
	bool aliases_first;
	const char *clause;       /* as a message calls it: "WHERE clause" */
	bool aggregates, windows; /* are they allowed here? */
	bool aggregated;          /* an aggregate was met */
	bool inside;              /* we are in the arguments of an aggregate */
};

struct with {
	struct span name;
	struct sql_place at;
	struct query *query;
	const char *sql; /* its name in SQLite, once it is bound */
};

enum from_kind { FROM_TABLE, FROM_QUERY, FROM_UNNEST, FROM_JOIN };
enum join { JOIN_CROSS, JOIN_INNER, JOIN_LEFT, JOIN_RIGHT, JOIN_FULL };

struct from {
	enum from_kind kind;
	struct sql_place at;
	struct list path; /* struct span *: of FROM_TABLE */
	struct span alias;
	struct query *query; /* FROM_QUERY */
	struct expr *array;  /* FROM_UNNEST */
	bool with_offset;    /* likewise */
	struct span offset;  /* its name */
	enum join join;      /* FROM_JOIN */
	struct from *left, *right;
	struct expr *on;
	struct list using; /* struct span * */
	bool apart;        /* FROM_UNNEST in an outer join: a subquery of its own */
	/* set by the binder; USING has become `on` */
	const char *sql;  /* what SQLite reads from: "p.d.t", or w$1 */
	const char *name; /* t$1 */
};

struct item {
	struct expr *expr; /* of alias.*: the name before .* (or NULL for plain *) */
	struct span alias;
	bool star;
	struct list except;  /* struct span * */
	struct list replace; /* struct item * */
	struct sql_place at;
};

struct select {
	struct sql_place at;
	bool distinct, as_struct;
	struct list items; /* struct item *; stars are gone once it is bound */
	struct from *from; /* or NULL */
	struct expr *where, *having, *qualify;
	bool group_all;    /* GROUP BY ALL */
	struct list group; /* struct expr * */
	bool grouped;      /* GROUP BY, or an aggregate somewhere */
};

enum set_op { SET_UNION_ALL, SET_UNION, SET_INTERSECT, SET_EXCEPT };

/* A query is one SELECT, or a set operation over queries; around it WITH, ORDER BY and LIMIT. */
struct query {
	struct sql_place at;
	struct list with;      /* struct with * */
	struct select *select; /* or NULL: */
	enum set_op set;
	struct list inputs; /* struct query * */
	struct list order;  /* struct order * */
	struct expr *limit, *offset;
	/* set by the binder */
	bool is_value;      /* an expression: what SELECT AS STRUCT selects is one column */
	struct list output; /* struct scol *: names and types; sql is c$0, c$1 ... */
	struct list outer;  /* struct expr *: the columns of outer scopes that it uses */
	bool one_row;       /* it cannot have two rows */
};

/* ---- the run ------------------------------------------------------------------------------ */

/* What one sql_run carries through all its steps. */
struct sql {
	struct store *store;
	const struct sql_query *query;
	struct sql_result *result;
	struct block *arena;
	jmp_buf out;        /* tree_fail's way to sql_run */
	struct use *uses;   /* of this statement */
	struct list tables; /* struct catalog_table * to free at the end */
	struct list ctes;   /* struct with * that can be seen now, innermost last */
	struct buf sql;     /* what is being emitted */
	sqlite3_stmt *stmt; /* what is being run */
	struct tokens *tokens;
	size_t next_param; /* the next ? */
	int names;         /* t$N and w$N given so far */
	int depth;         /* of recursion, capped */
	int open;          /* savepoints that are open */
	jdoc *resource;    /* of the table or dataset being made, or NULL */
	int64_t now;       /* CURRENT_TIMESTAMP of this statement */
};

enum { SQL_DEPTH_MAX = 100, SQL_TEXT_MAX = 1 << 20, SQL_EMIT_MAX = 32 << 20 };

/*
 * Ends the statement: reason ("invalidQuery" ...), message, and " at [line:column]"
 * unless at.line is 0. Nothing after it is run; the arena takes care of memory.
 */
_Noreturn void tree_fail(struct sql *q, const char *reason, struct sql_place at, const char *format,
    ...) __attribute__((format(printf, 4, 5)));

/* The same for what GoogleSQL has and this subset does not. */
_Noreturn void tree_unsupported(struct sql *q, struct sql_place at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* One step down (`by` 1) or up (-1) in a recursion; too deep fails the statement. */
void tree_depth(struct sql *q, struct sql_place at, int by);

/* Arena memory: zeroed, a copy with a NUL after it, formatted text. */
void *tree_new(struct sql *q, size_t size);
char *tree_keep(struct sql *q, struct span text);
char *tree_text(struct sql *q, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tree_free(struct sql *q);

/* Lists; tree_add returns the item for convenience. */
void *tree_add(struct sql *q, struct list *l, void *item);
struct expr *tree_expr(const struct list *l, size_t i);

/* A new expression node, and one with the arguments given (NULL ends them). */
struct expr *tree_node(struct sql *q, enum expr_kind kind, struct sql_place at);
struct expr *tree_op(
    struct sql *q, enum op op, struct sql_place at, struct expr *a, struct expr *b);

/* Do two bound expressions say the same? Subqueries never do. */
bool tree_same(const struct expr *a, const struct expr *b);

/* Names compare without case (ASCII). */
bool tree_eq(struct span a, struct span b);
bool tree_is(struct span a, const char *b);

#endif
