#ifndef BQ_MERGE_TARGET_H
#define BQ_MERGE_TARGET_H

/*
 * The table that is merged into: made when it is missing, and given the columns
 * that only the staging table has.
 */

#include "cloud/bqtable.h"

struct target_plan {
	const struct contract
	    *contract; /* what a new table is made of, or NULL: the staging table */
	bool history;  /* it has the columns of scd2 too (merge.h) */
	bool look;     /* make and change nothing */
};

/*
 * The target's resource, made with the contract's columns, partition and clusters
 * when there is none. With `look` *doc may come as NULL. False with bq's error.
 */
bool target_open(struct bigquery *bq, const struct bqtable *into, const jdoc *staging,
    const struct target_plan *plan, jdoc **doc);

#endif
