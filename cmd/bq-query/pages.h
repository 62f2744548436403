#ifndef BQ_QUERY_PAGES_H
#define BQ_QUERY_PAGES_H

/*
 * The result of a finished query job, page by page: while one page is written
 * the next one is on its way. Two pages are in memory.
 */

#include "cells.h"
#include "cloud/bqjob.h"

/*
 * Writes all rows to `out`, each page at once; `size` is how many are asked for at a time.
 * *count: the pages that came. False with the error, after the rows that came.
 */
bool pages_write(struct bigquery *bq, const struct bqjob *job, uint64_t size, struct out *out,
    uint64_t *count, struct error *error);

#endif
