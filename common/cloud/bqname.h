#ifndef CLOUD_BQNAME_H
#define CLOUD_BQNAME_H

/*
 * Names for BigQuery jobs, made from what a job does, so that the same work has the same name
 * in every run (bqjob.h). A name is a hash over parts, each with its length: no two lists of
 * parts are alike. The last part is absent (p == NULL).
 */

#include "base/buf.h"

/* Appends 40 hex digits of SHA-256 over the parts. */
void bqname_fingerprint(struct buf *b, const struct span *parts);

/* Appends "leadpipe_" and the same: a job's id. */
void bqname_job(struct buf *b, const struct span *parts);

#endif
