#ifndef BQ_MERGE_MERGE_H
#define BQ_MERGE_MERGE_H

/*
 * The one MERGE statement, as a pure function of a plan.
 *
 *	MERGE `p.d.target` T
 *	USING (SELECT R.`id`, R.`score` FROM `p.d.staging` R WHERE TRUE
 *	       QUALIFY ROW_NUMBER() OVER (PARTITION BY R.`id`
 *	                                  ORDER BY R.`at` DESC, TO_JSON_STRING(R) DESC) = 1) S
 *	ON (T.`id` = S.`id` OR (T.`id` IS NULL AND S.`id` IS NULL))
 *	WHEN MATCHED AND (S.`at` >= T.`at` OR T.`at` IS NULL)
 *	  AND (T.`score` IS DISTINCT FROM S.`score`)
 *	  THEN UPDATE SET `score` = S.`score`
 *	WHEN NOT MATCHED THEN INSERT (`id`, `score`) VALUES (S.`id`, S.`score`)
 *
 * NULL keys match each other; of rows with one key the newest counts, and of
 * equally new ones always the same; a row is updated only when the staged one is
 * not older and something differs. Columns are named, never counted.
 *
 * Where a staged row must both end a row and begin another (delete-insert, scd2),
 * the source holds it twice: `leadpipe_new` is TRUE in the copy that is inserted,
 * and the ON clause lets only the other one match. So one statement does both, at once.
 * Source: cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax.
 */

#include "cloud/bqtable.h"

enum { MERGE_KEYS_MAX = 64, MERGE_SQL_MAX = 1 << 20 /* BigQuery's limit, bytes */ };

enum merge_mode {
	MERGE_UPSERT,        /* update what is there, insert what is new */
	MERGE_INSERT_ONLY,   /* insert what is new */
	MERGE_DELETE_INSERT, /* all rows of a staged key go, all staged rows come */
	MERGE_SCD2,          /* history: a changed row is closed and a new version inserted */
};

/* The columns that scd2 adds to the target: TIMESTAMP; the row that counts now has no `to`. */
#define MERGE_FROM "valid_from"
#define MERGE_TO   "valid_to"

struct merge {
	const struct bqtable *from, *into;
	const jdoc *from_fields, *into_fields; /* their schemas' "fields" */
	const char *keys[MERGE_KEYS_MAX];      /* column names */
	size_t n_keys;
	const char *order_by;     /* or NULL */
	const char *delete_where; /* SQL over a staged row: the target's row goes; or NULL */
	const char *only;         /* SQL over T that its rows must hold (prune.h); or NULL */
	enum merge_mode mode;
};

/*
 * Checks keys, order and what the mode adds against the columns. NULL, or the rule that is
 * broken; *column is the column's name.
 */
const char *merge_check(const struct merge *m, const char **column);

/* Is it one of the key's columns? */
bool merge_is_key(const struct merge *m, const char *name);

/*
 * Appends the statement, over the columns that both tables have. False when the types of *column
 * cannot be brought together.
 */
bool merge_sql(struct buf *sql, const struct merge *m, const char **column);

/* Appends only the query that reads the staged rows. */
bool merge_source(struct buf *sql, const struct merge *m, const char **column);

#endif
