#ifndef BQ_MERGE_LOADS_H
#define BQ_MERGE_LOADS_H

/*
 * The loads that are merged: the receipts on standard input, of one table, or the load jobs of
 * a run's shards, which BigQuery is asked for. Together they say how many rows the staging
 * table must have.
 */

#include "base/error.h"
#include "cloud/bqjob.h"

struct loads {
	char *table;     /* of the receipts */
	char *watermark; /* the greatest of theirs, or NULL */
	struct buf ids;  /* of the jobs, a space after each */
	int64_t rows;    /* of all; -1: not known */
	uint64_t n;      /* how many loads */
	bool dry_run;    /* one of them was */
	/* private */
	char *run;
	uint64_t shards; /* 0: the receipts name none */
	bool *seen;
};

void loads_init(struct loads *l);

/* Reads receipts; one that comes twice counts once. False with the error. */
bool loads_read(struct loads *l, bool seal, struct error *error);

/*
 * Asks for the jobs of bq-load --once RUN --shard 0/N to N-1/N into `table`, at `location` or
 * NULL. False where one is missing, failed, or is not done.
 */
bool loads_ask(struct loads *l, struct bigquery *bq, const char *table, const char *location,
    const char *run, uint64_t shards, struct error *error);

void loads_free(struct loads *l);

#endif
