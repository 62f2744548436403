#ifndef BQ_MERGE_MERGE_H
#define BQ_MERGE_MERGE_H

/*
 * The one MERGE statement, as a pure function of a plan.
 *
 *	MERGE `p.d.target` leadpipe_t
 *	USING (SELECT leadpipe_s.`id`, leadpipe_s.`score`
 *	       FROM (SELECT SAFE_CAST(leadpipe_s.`id` AS INT64) AS `id`, ...
 *	             FROM `p.d.staging` leadpipe_s
 *	             UNION ALL SELECT ... WHERE <the check>) leadpipe_s
 *	       WHERE TRUE QUALIFY ROW_NUMBER() OVER (
 *	           PARTITION BY leadpipe_s.`id`
 *	           ORDER BY leadpipe_s.`at` DESC, leadpipe_s.leadpipe_text DESC) = 1) leadpipe_s
 *	ON (leadpipe_t.`id` = leadpipe_s.`id` OR (both NULL))
 *	WHEN MATCHED AND (leadpipe_s.`at` >= leadpipe_t.`at` OR leadpipe_t.`at` IS NULL)
 *	  AND (leadpipe_t.`score` IS DISTINCT FROM leadpipe_s.`score`)
 *	  THEN UPDATE SET leadpipe_t.`score` = leadpipe_s.`score`
 *	WHEN NOT MATCHED THEN INSERT (`id`, `score`) VALUES (leadpipe_s.`id`, leadpipe_s.`score`)
 *
 * Staged values are cast first, so that rows are told apart, ordered and joined by what the
 * target will hold. The check ends the statement, with one of the texts below, where the
 * staging table does not have `rows` rows, a row is outside of `only`, or a cast would change
 * a value: all in one statement, so of one state of the tables. Every name that is not a
 * column's begins with leadpipe_, since a range variable hides a column of its name.
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

/* The aliases of the tables. */
#define MERGE_TARGET "leadpipe_t"
#define MERGE_STAGED "leadpipe_s"

/*
 * What the check says through BigQuery: the rows that the staging table has; a staged row is in
 * another partition; the place of a column in from_fields, and the rows that its cast would change.
 */
#define MERGE_ROWS  "leadpipe rows: "
#define MERGE_MOVED "leadpipe partitions"
#define MERGE_LOSS  "leadpipe cast: "

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
	const char *only;         /* SQL that target rows must hold (prune.h); or NULL */
	const char *only_staged;  /* the same of staged rows */
	int64_t rows;             /* that the staging table must have; -1: as many as it has */
	bool lossy;               /* a cast may change values */
	enum merge_mode mode;
};

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
