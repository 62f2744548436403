#ifndef BQ_MERGE_PRUNE_H
#define BQ_MERGE_PRUNE_H

/*
 * Which partitions of the target a merge has to read: those that the staged rows
 * belong to, written into the statement as literals. BigQuery leaves the others
 * unread (and unbilled) for constants only, never for values out of a table, so
 * the staging table is asked first.
 *
 * A row of the target in a partition that is not read does not match: its staged
 * row would be inserted once more. That cannot happen where the partition column
 * is part of the key; else somebody must know that a key never moves to another
 * partition.
 *
 * Source: cloud.google.com/bigquery/docs/using-dml-with-partitioned-tables.
 */

#include "cloud/bqjob.h"
#include "merge.h"

struct prune {
	struct buf condition; /* SQL over the target, "(leadpipe_t.`day` >= ... )" */
	struct buf staged;    /* the same over the staging table */
	size_t partitions;    /* that the staged rows belong to */
	int64_t billed;       /* bytes, for asking */
	/* private */
	const char *column,
	    *unit;      /* borrowed from the target's resource; no unit: a range of integers */
	enum type type; /* of the column, in the target */
	int64_t start, end, step; /* of a range */
};

enum prune_answer {
	PRUNE_NO_NEED, /* the target has no partitions, or is not there yet */
	PRUNE_CANNOT,  /* *why says why */
	PRUNE_CAN,
};

/*
 * Looks at the target's resource (or NULL). `never_move`: the user says that keys stay in
 * their partitions.
 */
enum prune_answer prune_look(
    struct prune *p, const struct merge *m, const jdoc *target, bool never_move, const char **why);

/*
 * Asks the staging table (its resource), and makes the condition. `most`: the limit of bytes
 * billed,
 * or 0. False with bq's error.
 */
bool prune_ask(struct prune *p, struct bigquery *bq, const struct merge *m, const jdoc *staging,
    uint64_t most);

/*
 * Appends the condition of partitions told as "2026-01-31T00,..." (or "100,200,x"); the half that
 * needs no network. False: an item is not a partition of the target.
 */
bool prune_condition(struct prune *p, const char *list, bool nulls);

void prune_free(struct prune *p);

#endif
