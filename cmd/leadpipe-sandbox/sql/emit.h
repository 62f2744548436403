#ifndef SANDBOX_SQL_EMIT_H
#define SANDBOX_SQL_EMIT_H

/*
 * Private to sql/. Bound trees, written as SQLite's SQL into q->sql. What SQLite does
 * otherwise than GoogleSQL goes through the functions of fn.h (bq_...); the rest is SQLite's
 * own. Names: t$N the tables of a FROM, w$N those of a WITH, c$N a query's columns.
 */

#include "sql/func.h"

/* A whole query; its columns come out as c$0, c$1 ... */
void emit_query(struct sql *q, const struct query *query);

/* FROM's operand. */
void emit_from(struct sql *q, const struct from *from);

void emit_expr(struct sql *q, const struct expr *e);
void emit_order(struct sql *q, const struct list *order);
void emit_call(struct sql *q, const struct expr *e);
void emit_op(struct sql *q, const struct expr *e);
void emit_cast(struct sql *q, struct ty from, struct ty to, bool safe, const struct expr *e);

/* 'text' with its quotes doubled; a NUL inside goes by way of a blob. */
void emit_text(struct sql *q, struct span text);

/* Text into q->sql as printf does it. */
void emit(struct sql *q, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* How bq_array and kin put a value into JSON: f, b, r (JSON already) or s. */
char emit_kind(struct ty ty);

/* What stands around a STRUCT's text to get its field: before and after ('$[index]' included). */
const char *emit_field_head(struct ty ty);
const char *emit_field_tail(struct sql *q, size_t index);

/* The order of a comparison or sort key: " COLLATE bq_num" for decimals, else "". */
const char *emit_collation(struct ty ty);

/* "a", "b" ... of a SQLite identifier, in its quotes. */
const char *emit_name(struct sql *q, const char *name);

/* The text in those quotes, doubled inside. */
const char *emit_quoted(struct sql *q, const char *text, char quote);

#endif
