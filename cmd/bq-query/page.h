#ifndef BQ_QUERY_PAGE_H
#define BQ_QUERY_PAGE_H

/*
 * One reply of jobs.getQueryResults, as spans into its bytes.
 */

#include "json/scan.h"

#include <stdbool.h>
#include <stdint.h>

/* Spans are absent where the reply has none. */
struct page {
	struct span rows, schema, token; /* rows: an array */
	bool complete;                   /* the job is done */
	int64_t total;                   /* rows in all, or -1 */
};

/* Takes a reply apart. NULL, or the rule it breaks. */
const char *page_read(struct page *p, struct span body, struct scan *scan);

/* The member of that name of an object that was scanned; absent when it has none. */
struct span page_member(struct span object, struct span name);

/* Between the quotes of a string without escapes; any other value as it is. */
struct span page_bare(struct span value);

/* Reads an integer, in quotes or not. */
bool page_whole(struct span value, int64_t *number);

#endif
