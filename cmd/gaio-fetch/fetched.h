#ifndef GAIO_FETCH_FETCHED_H
#define GAIO_FETCH_FETCHED_H

/*
 * One page as it came: its rows, and its envelope, which is all the rest.
 *
 *	{"count":250,"paging":{...},"results":[{...},{...}]}      rows at a place ("results")
 *	[{"results":[...]},{"results":[...]}]                     several pages in one
 *	[{...},{...}]                                             rows without a place
 *	{...}\n{...}\n                                            NDJSON
 *
 * No row becomes a tree. Each is scanned strictly once and moved, byte for byte and
 * without the line ends that may stand in it, to the front of the page's own buffer, so
 * that the rows end as one block of lines and take no memory beside the page. The envelope
 * is copied, with [] for each array of rows, and scanned as one document.
 *
 * A row that is not strict JSON, not an object or called @end is left out of the block and
 * listed as bad, where its end can be told; a page whose structure is broken is refused.
 */

#include "json/scan.h"
#include "where.h"

struct fetched {
	bool found;           /* an array of rows was there, an empty one included */
	bool null;            /* null was there instead */
	uint64_t number;      /* rows that came, bad ones included */
	uint64_t rows;        /* in the block */
	struct span block;    /* the rows, each with a line end; lives as long as the body */
	struct span last;     /* the last row in it; absent: none */
	struct span envelope; /* absent for NDJSON and an empty body */
	struct buf bad;       /* what fetched_bad reads */
	/* private */
	const struct where *place;
	char *begin, *p, *end, *to, *copied;
	size_t deep; /* arrays around p, on the way to the rows */
	struct buf rest;
	struct scan scan;
	char why[64];
};

/*
 * Reads a body, which it changes. `place`: where the rows are (n == 0: the body is an
 * array of rows, or NDJSON). `lines`: it is NDJSON, whatever the place. NULL, or the rule
 * that the page breaks: "row 3: ends too early". *f is zeroed before its first use and may
 * be used again.
 */
const char *fetched_read(
    struct fetched *f, struct buf *body, const struct where *place, bool lines);

/* A row that was left out. */
struct fetched_bad {
	uint64_t number; /* in the page, from 1 */
	struct span raw;
	const char *why;
};

/* Takes the first bad row off *rest, which begins as buf_span(&f->bad). */
bool fetched_bad(struct span *rest, struct fetched_bad *bad);

/* Takes the first row off *block. */
bool fetched_row(struct span *block, struct span *row);

void fetched_free(struct fetched *f);

#endif
