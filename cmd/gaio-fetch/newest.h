#ifndef GAIO_FETCH_NEWEST_H
#define GAIO_FETCH_NEWEST_H

/*
 * The watermark: the greatest time in the rows, where the source file says it is. It is
 * never later than the API's own clock, the Date of the reply: a row from the future would
 * otherwise hide all rows that come before that day. Such rows, and times that cannot be
 * read, are counted.
 */

#include "api.h"
#include "json/scan.h"

/* newest_init first. */
struct newest {
	bool any;                    /* a row had a time */
	int64_t at;                  /* the greatest */
	uint64_t future, unreadable; /* rows */
	/* private */
	const struct api_watermark *how;
	struct buf name; /* the last step, in quotes */
};

void newest_init(struct newest *n, const struct api_watermark *how);

/* Looks at one row. `now`: the API's clock, in microseconds. */
void newest_see(struct newest *n, struct span row, int64_t now);

void newest_free(struct newest *n);

#endif
