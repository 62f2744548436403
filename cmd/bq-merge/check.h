#ifndef BQ_MERGE_CHECK_H
#define BQ_MERGE_CHECK_H

/*
 * What can be said against a merge before BigQuery is asked.
 */

#include "merge.h"

/*
 * Checks keys, order and what the mode adds against the columns. NULL, or the rule that is
 * broken; *column is the column's name.
 */
const char *check_merge(const struct merge *m, const char **column);

#endif
