#ifndef SFDC_BULK_CSV_H
#define SFDC_BULK_CSV_H

/* The CSV of one Bulk job. */

#include "upsert.h"

/* It lies in an unlinked file. */
struct bulk_csv {
	FILE *file;
	size_t to;   /* the row after the last one taken */
	size_t rows; /* how many are in it */
	uint64_t bytes;
	/* private */
	struct sf_value *cells;
	size_t cap;
	size_t *where; /* 1 + the cell of each column, or 0 */
	struct buf line, scratch;
};

/* May this row go with a job: it has no answer, goes with none, and its external id is new? */
bool bulk_csv_takes(const struct record *r);

/*
 * Writes a CSV of the rows from `from` on, as many as one job may have, and marks them as job
 * `number`'s. A column that a row does not have is an empty cell, which Salesforce passes
 * over. False: u->rows.error.
 */
bool bulk_csv_make(struct sfdc_upsert *u, struct bulk_csv *s, size_t from, uint32_t number);
void bulk_csv_free(struct bulk_csv *s);

#endif
