#ifndef SANDBOX_SQL_BIND_H
#define SANDBOX_SQL_BIND_H

/*
 * Private to sql/. Names to columns, expressions to types, in place. After a bind every node has
 * its type, every name is an E_COLUMN, every coercion is an implicit E_CAST and no
 * star is left. What does not fit fails the statement in BigQuery's words.
 */

#include "sql/func.h"
#include "sql/parse.h"
#include "sql/prune.h"

/* A whole query in a scope (the outer one of a subquery, else NULL): sets query->output. */
void bind_query(struct sql *q, struct sql_scope *outer, struct query *query);

/* The tables of a FROM clause, added to the scope. */
void bind_from(struct sql *q, struct sql_scope *scope, struct from *from);

/* An expression; the same where BOOL is wanted (`what`: "WHERE clause"). */
void bind_expr(struct sql *q, struct sql_scope *scope, struct expr *e);
void bind_condition(struct sql *q, struct sql_scope *scope, struct expr **e, const char *what);

/* For bind_expr: operators, calls (with OVER), casts; they bind their arguments too. */
void bind_op(struct sql *q, struct sql_scope *scope, struct expr *e);
void bind_call(struct sql *q, struct sql_scope *scope, struct expr *e);
void bind_cast(struct sql *q, struct expr *e);

void bind_param(struct sql *q, struct expr *e);
void bind_order(struct sql *q, struct sql_scope *scope, struct list *order);
void bind_extract(struct sql *q, struct sql_scope *scope, struct expr *e);

/* An argument that is a date part (a name becomes E_PART, in upper case), or an INTERVAL. */
void bind_part(struct sql *q, struct expr *e);
void bind_interval(struct sql *q, struct sql_scope *scope, struct expr *e);

/* Binds the arguments; + and - of times become calls. False: it is not about times. */
bool bind_time_op(struct sql *q, struct sql_scope *scope, struct expr *e);

/* Of a bound call: date parts and literal formats that its function does not know. */
void bind_check_time(struct sql *q, const struct expr *e);

/* Names: resolves E_NAME and E_FIELD in place. */
void bind_name(struct sql *q, struct sql_scope *scope, struct expr *e);

/* The SELECT list: stars become the columns they stand for. */
void bind_items(struct sql *q, struct sql_scope *scope, struct select *s);
void bind_add_item(
    struct sql *q, struct list *items, struct expr *e, struct span alias, struct sql_place at);

/* The column that a plain name means in the ranges first..last-1 of the scope, or NULL. */
struct scol *bind_column(struct sql *q, struct sql_scope *scope, struct span name, size_t first,
    size_t last, struct sql_place at);

/* A node for a column. */
struct expr *bind_column_expr(struct sql *q, struct scol *column, struct sql_place at);

/* A new column; `sql` as scol's. */
struct scol *bind_scol(struct sql *q, struct span name, struct ty ty, const char *sql);

/*
 * A table of the statement (path of one to three parts) and its use; notFound when
 * there is none. `range` gives its columns under the SQLite alias `name`.
 */
struct use *bind_table(struct sql *q, const struct list *path, struct sql_place at);
struct relation *bind_range(struct sql *q, struct use *use, struct span alias, const char *name);

/*
 * dataset.INFORMATION_SCHEMA.TABLES, COLUMNS and PARTITIONS: constant rows of the catalog as it is
 * now, as a subquery in SQLite's SQL (fails for any other view); and its columns under `name`.
 */
const char *bind_schema_view(struct sql *q, const struct list *path, struct sql_place at);
struct relation *bind_schema_range(
    struct sql *q, const struct list *path, struct span alias, const char *name);

/* p.d.t of a path, with the query's defaults. Fails the statement when parts are missing. */
void bind_path(
    struct sql *q, const struct list *path, size_t parts, struct sql_place at, const char *out[3]);

/* In a grouped SELECT: does the expression use only what is grouped or aggregated? */
void bind_check_grouped(struct sql *q, struct sql_scope *scope, const struct select *s,
    const struct expr *e, const char *what);

#endif
