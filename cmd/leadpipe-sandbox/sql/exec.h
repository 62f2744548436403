#ifndef SANDBOX_SQL_EXEC_H
#define SANDBOX_SQL_EXEC_H

/*
 * Private to sql/. Statements: bound, estimated, and (unless it is a dry run) run. All of this
 * happens inside a savepoint that sql_run holds; a failure leaves it by tree_fail.
 */

#include "sql/bind.h"
#include "sql/emit.h"

/* `run` false: only checked and estimated. Sets the result's columns, counts and bytes. */
void exec_select(struct sql *q, struct stmt *s, bool run);
void exec_ddl(struct sql *q, struct stmt *s, bool run);
void exec_insert(struct sql *q, struct stmt *s, bool run);
void exec_update(struct sql *q, struct stmt *s, bool run);
void exec_delete(struct sql *q, struct stmt *s, bool run);
void exec_truncate(struct sql *q, struct stmt *s, bool run);
void exec_merge(struct sql *q, struct stmt *s, bool run);

/* The text of a literal (NULL of a NULL); OPTIONS into the Table or Dataset resource. */
const char *exec_text(struct sql *q, struct expr *e);
void exec_options(struct sql *q, const struct list *options, jdoc *resource);

/* Runs q->sql and empties it; the rows it changed, or the first column of its first row. */
int64_t exec_run(struct sql *q);
int64_t exec_int(struct sql *q, int64_t otherwise);

/* A query's columns as a table would have them (f0_: no name), in the arena. */
struct catalog_column *exec_columns(struct sql *q, const struct query *query);

/* The table that DML changes. */
struct target {
	struct use *use;
	const char *name;  /* t$N */
	const char *sql;   /* "p.d.t" */
	const char *rowid; /* a word for SQLite's row id that no column has */
	struct relation *range;
};

/* `all`: all columns count as read, since rows are rewritten. */
void exec_bind(struct sql *q, struct target *t, const struct stmt *s, bool all);

/* A value for that column: coerced, or the statement fails. NULL stands for DEFAULT. */
struct expr *exec_value(
    struct sql *q, const struct target *t, size_t column, struct expr *e, struct sql_place at);

/* Emits it: a NULL in a REQUIRED column fails, one in an array becomes []. */
void exec_emit(struct sql *q, const struct target *t, size_t column, const struct expr *e);

/* SET: binds all, and emits ", v0, v1 ..." for exec_apply_sets. */
void exec_bind_sets(
    struct sql *q, struct sql_scope *scope, const struct target *t, const struct list *sets);
void exec_emit_sets(struct sql *q, const struct target *t, const struct list *sets);

/* Changes the target's rows r of temp.<from> to its values v0, v1 ...; the rows changed. */
int64_t exec_apply_sets(
    struct sql *q, const struct target *t, const struct list *sets, const char *from);

/* The columns of an INSERT (all when none are listed), as positions. */
size_t *exec_targets(struct sql *q, const struct target *t, const struct list *names,
    struct sql_place at, size_t *n);

#endif
