#ifndef BQ_MERGE_TARGET_H
#define BQ_MERGE_TARGET_H

/*
 * The table that is merged into: made when it is missing, and given the columns
 * that only the staging table has.
 */

#include "cloud/bqtable.h"

/*
 * The target's resource, made with the contract's columns (or, without one, the
 * staging table's), partition and clusters when there is none. `contract` may be
 * NULL. With `look` nothing is made or changed: *doc may come as NULL. False with bq's error.
 */
bool target_open(struct bigquery *bq, const struct table *into, const jdoc *staging,
    const struct contract *contract, bool look, jdoc **doc);

#endif
