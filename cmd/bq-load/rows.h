#ifndef BQ_LOAD_ROWS_H
#define BQ_LOAD_ROWS_H

/*
 * The rows as they come in, each one checked: JSON, no duplicate key, names that
 * BigQuery takes as columns. A bad row ends the run (65), as does a stream that is
 * broken (input.h).
 */

#include "columns.h"
#include "stream/sink.h"

#define ROWS_ANY UINT64_MAX

struct bqload_rows {
	struct sink *sink;
	struct new_columns *columns; /* what the rows bring is noted here; or NULL: no contract */
	uint64_t wanted;             /* rows there must be; ROWS_ANY */
	bool settled;                /* the load has begun, so no more columns can come */
};

/* The next row's line; false at the end of a stream that is complete, or with sink->error. */
bool rows_next(struct bqload_rows *r, struct span *line);

#endif
