#ifndef SANDBOX_STORE_H
#define SANDBOX_STORE_H

/*
 * The database of everything: one SQLite file (--data DIR/sandbox.db, mode 0600) or one
 * in a temporary folder that is removed at the end. Modules make their own tables
 * with store_exec at first use (CREATE TABLE IF NOT EXISTS) and prefix them with
 * their service: gaio_, bq_, sf_, mc_.
 */

#include "base/buf.h"
#include "base/error.h"
#include "base/span.h"

#include <sqlite3.h>
#include <stdint.h>

enum { STORE_KEPT = 61 };

struct store {
	sqlite3 *db;
	char *dir;      /* where big files (uploads) may lie too */
	bool temporary; /* dir is removed by store_close */
	/*
	 * SQL of ours did not work (a full disk, a bug): called with the reason, must not
	 * return.
	 */
	void (*broken)(const struct error *error) __attribute__((noreturn));
	/* private */
	sqlite3_stmt *kept[STORE_KEPT]; /* by hash of their SQL */
};

/*
 * `dir`: --data, made when missing; NULL: a temporary folder. NULL and *error when it cannot be.
 * Set `broken` before anything else is done.
 */
struct store *store_open(const char *dir, struct error *error);
void store_close(struct store *s); /* accepts NULL */

/* Runs SQL that must work (ours, not a user's); else `broken` is called with SQLite's message. */
void store_exec(struct store *s, const char *sql);

/* A prepared statement, likewise; the caller finalises. `format` letters bind ?1, ?2 ...:
 * 't' const char * (NULL binds NULL), 'i' int64_t, 's' struct span, 'd' double. */
sqlite3_stmt *store_query(struct store *s, const char *sql, const char *format, ...);

/*
 * A prepared statement that the store keeps for the next time, since to prepare one takes longer
 * than to run it: bind, step, and give it back.
 */
sqlite3_stmt *store_borrow(struct store *s, const char *sql);
void store_give_back(struct store *s, sqlite3_stmt *stmt);

/* Runs a statement that returns nothing. */
void store_run(struct store *s, const char *sql, const char *format, ...);

/* The first column of the first row as int64, or `otherwise`. */
int64_t store_int(struct store *s, int64_t otherwise, const char *sql, const char *format, ...);

/* The first column of the first row as text, or NULL. The caller frees. */
char *store_text(struct store *s, const char *sql, const char *format, ...);

/* Appends an SQLite identifier in its quotes. */
void store_quote(struct buf *b, const char *name);

/* Several statements that happen together. store_rollback undoes all since store_begin. */
void store_begin(struct store *s);
void store_commit(struct store *s);
void store_rollback(struct store *s);

#endif
