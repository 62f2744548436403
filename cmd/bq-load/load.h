#ifndef BQ_LOAD_LOAD_H
#define BQ_LOAD_LOAD_H

/*
 * What bq-load was asked for, and the load job made of it.
 */

#include "cloud/bqjob.h"
#include "cloud/bqtable.h"
#include "columns.h"

enum write { WRITE_APPEND, WRITE_TRUNCATE, WRITE_EMPTY, WRITE_TRUNCATE_DATA };

struct load {
	struct bigquery bq;
	struct bqtable table;
	struct contract contract;
	bool has_contract;
	enum write write;
	const char *once;         /* --once NAME, or NULL */
	const char *shard;        /* --shard I/N, or NULL: the whole */
	char *const *uris;        /* gs:// sources up to NULL; or NULL: the rows are sent */
	uint64_t max_bad_records; /* rows that BigQuery may leave out */
	struct new_columns columns;
	jdoc *have;     /* the table as it is before the load, or NULL */
	char *location; /* its dataset's, or NULL */
};

/*
 * Looks at the table and its dataset, and begins `columns`. False with bq's error where the
 * load could not work.
 */
bool load_look(struct load *l);

/* The job's configuration. The caller frees. */
jdoc *load_configuration(const struct load *l);

/*
 * The job's id and the fingerprint of its options, from what the user gave (table,
 * disposition, contract, rows or NAME) and never from the table's state, so that
 * a rerun finds the same job. `content` is the rows' hash; `watermark` tells apart
 * days on which the same rows replace a table.
 */
void load_name(const struct load *l, struct span content, const char *watermark, struct buf *id,
    struct buf *fingerprint);

/*
 * A bqjob_plan's `stands`: is what a finished load did still there? Not where the table is gone,
 * was made anew or has fewer rows than were loaded, nor, for a truncating load, where anything
 * changed it since. ctx is the load.
 */
bool load_stands(struct bigquery *bq, const jdoc *job, void *ctx);

void load_free(struct load *l);

#endif
