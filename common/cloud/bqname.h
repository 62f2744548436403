#ifndef CLOUD_BQNAME_H
#define CLOUD_BQNAME_H

/*
 * Names for BigQuery jobs, made from what a job does, so that the same work has the same name
 * in every run (bqjob.h). A name is a hash over parts, each with its length: no two lists of
 * parts are alike. The last part is absent (p == NULL).
 */

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

enum { BQNAME_SHARDS_MAX = 10000 };

/* Appends 40 hex digits of SHA-256 over the parts. */
void bqname_fingerprint(struct buf *b, const struct span *parts);

/* Appends "leadpipe_" and the same: a job's id. */
void bqname_job(struct buf *b, const struct span *parts);

/* Appends the id of the load that --once RUN and --shard I/N (or NULL) name. */
void bqname_once(struct buf *b, const char *table, const char *run, const char *shard);

/* Appends the id of an attempt: ID, ID_2, ID_3 ... */
void bqname_attempt(struct buf *b, const char *id, int attempt);

/* Reads "I/N": the part I, from 0, of N. False when it is not one. */
bool bqname_shard(const char *text, uint64_t *i, uint64_t *n);

#endif
