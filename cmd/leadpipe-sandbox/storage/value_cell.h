#ifndef SANDBOX_VALUE_CELL_H
#define SANDBOX_VALUE_CELL_H

/* A stored value (value.h) as a cell of a result. */

#include "base/buf.h"
#include "storage/columns.h"

#include <sqlite3.h>

/*
 * Appends the cell {"v":...} of a result (jobs.getQueryResults, tabledata.list).
 * `int64_timestamp`: TIMESTAMP as microseconds, else as float seconds.
 */
void value_cell(struct buf *b, const struct catalog_column *column, sqlite3_stmt *stmt, int index,
    bool int64_timestamp);

#endif
