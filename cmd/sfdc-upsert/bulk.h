#ifndef SFDC_BULK_H
#define SFDC_BULK_H

/*
 * What Bulk jobs are made of: the CSV of one (sheet.c), and its results read back
 * (answers.c). bulk.c, upsert.h's bulk_send, runs the jobs.
 */

#include "upsert.h"

#include "cloud/salesforce_job.h"

/* One job's CSV, in an unlinked file. */
struct sheet {
	FILE *file;
	size_t to;   /* the row behind the last one taken */
	size_t rows; /* how many are in it */
	uint64_t bytes;
	/* private */
	struct cell *cells;
	size_t cap;
	size_t *where; /* 1 + the cell of each column, or 0 */
	struct buf line, scratch;
};

/* May this row go with a job: it has no answer, goes with none, and its external id is new? */
bool sheet_takes(const struct record *r);

/*
 * Writes a CSV of the rows from `from` on, as many as one job may have, and marks them as job
 * `number`'s. A column that a row does not have is an empty cell, which Salesforce passes
 * over. False: u->rows.status.
 */
bool sheet_make(struct upsert *u, struct sheet *s, size_t from, uint32_t number);
void sheet_free(struct sheet *s);

/*
 * Takes the results of a job that is over: those of its rows, which are in [from, to), that are
 * answered get their answer. Results longer than the rows can make them are refused. False:
 * u->sf->status or u->rows.status.
 */
bool answers_take(struct upsert *u, const struct salesforce_job *job, uint32_t number, size_t from,
    size_t to);

#endif
