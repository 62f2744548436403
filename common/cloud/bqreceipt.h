#ifndef CLOUD_BQRECEIPT_H
#define CLOUD_BQRECEIPT_H

/*
 * The receipt: what bq-load and bq-merge write on stdout when their job is done,
 * one JSON object on one line. bq-merge reads bq-load's.
 *
 *	{"tool":"bq-load","project":"p","table":"p.staging.leads","job_id":"leadpipe_...",
 *	 "location":"US","rows":45211,"bytes":9123456,"seconds":3.214,"watermark":"..."}
 */

#include "stream/out.h"

/*
 * Figures below 0 and texts that are NULL are left out. Texts are borrowed, but after
 * bqreceipt_read.
 */
struct bqreceipt {
	const char *tool, *project, *table, *job_id, *location, *watermark;
	const char *run, *shard;            /* of bq-load's --once and --shard, "I/N" */
	int64_t rows;                       /* loaded */
	int64_t bytes;                      /* uploaded */
	int64_t inserted, updated, deleted; /* by a merge */
	int64_t bad;                        /* rows left out by --max-bad-records */
	int64_t partitions;                 /* of the target that a merge was narrowed to */
	int64_t bytes_processed, bytes_billed;
	double seconds; /* from the job's creation to its end */
	bool dry_run;   /* nothing was done; bytes_processed is the estimate */
};

/* All left out. */
void bqreceipt_init(struct bqreceipt *r);

/* Writes it as one row of `o`. */
void bqreceipt_write(struct out *o, const struct bqreceipt *r);

/*
 * Reads tool, project, table, job_id, location, run, shard, rows, watermark and dry_run; other keys
 * are passed over. NULL, or the rule that the line breaks. Its texts are the
 * receipt's then: bqreceipt_clear frees them.
 */
const char *bqreceipt_read(struct bqreceipt *r, struct span line);
void bqreceipt_clear(struct bqreceipt *r);

#endif
