#ifndef SANDBOX_BQ_PAGE_H
#define SANDBOX_BQ_PAGE_H

/* Pages of a list, and of rows. */

#include "bigquery/bq.h"
#include "storage/columns.h"

/* Which part of a list a request asks for: startIndex or pageToken, and maxResults. */
struct bq_page {
	int64_t start, most;
	bool int64_timestamp; /* formatOptions.useInt64Timestamp */
};

/* False when pageToken or a number is none of ours: the reply says so. `most` is the default. */
bool page_wanted(struct bq_page *page, const struct request *rq, int64_t most, struct reply *rp);

/* Sets nextPageToken or pageToken (`name`) for the item `next`. */
void page_token(jdoc *doc, const char *name, int64_t next);

/* One run of rows: `from` is a quoted table with `total` rows, `columns` what is shown of it. */
struct bq_rows {
	const char *from;
	const struct catalog_column *columns;
	size_t n;
	bool numbered; /* the columns are called c0, c1 ... (query results) */
	int64_t total;
};

/* Answers {..."rows":[...],"pageToken":...}: `doc` (taken over) is what stands before the rows. */
void page_rows(struct sandbox *sb, struct reply *rp, jdoc *doc, const struct bq_rows *rows,
    const struct bq_page *page);

#endif
