#ifndef BQ_LOAD_ROWS_H
#define BQ_LOAD_ROWS_H

/*
 * The rows as they come in, each one checked: JSON, no key twice, names that
 * BigQuery takes as columns. A row that is not so ends the program (65), as does a
 * stream that is broken (input.h).
 */

#include "columns.h"
#include "stream/input.h"

struct rows {
	struct input in;
	struct columns *columns; /* what the rows bring is noted here; or NULL: no contract */
	bool settled;            /* the load has begun, so no more columns can come */
	/* private */
	struct row row;
};

/* The next row's line; false at the end of a stream that is whole. */
bool rows_next(struct rows *r, struct span *line);
void rows_free(struct rows *r);

#endif
