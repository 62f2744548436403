#ifndef GAIO_FETCH_ROWS_H
#define GAIO_FETCH_ROWS_H

/*
 * From a page's row to a line of the stream, and the watermark on the way: the
 * greatest top-level `updated_at` that is an RFC 3339 time. It comes from the
 * rows, never from our own clock, so that the next --since misses nothing.
 */

#include "base/clock.h"
#include "stream/out.h"
#include "json/row.h"

/* Zero it first. */
struct rows {
	bool any; /* a row had an `updated_at` */
	int64_t newest;
	struct row row;
	struct buf scratch;
};

/* Writes the row as one line: its bytes, without the line ends that a page may have between them. */
void rows_write(struct rows *r, struct span row, struct out *out);

/* The watermark as RFC 3339, or "" when no row had one. */
void rows_watermark(const struct rows *r, char text[CLOCK_TEXT]);

void rows_free(struct rows *r);

#endif
