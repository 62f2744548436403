#ifndef SANDBOX_SF_INGEST_H
#define SANDBOX_SF_INGEST_H

/* The work of a job of Bulk API 2.0; its requests are in sf_job.c. */

#include "salesforce/sf_object.h"

struct sf_job {
	int64_t number;
	const struct sf_object *object;
	const struct sf_field *key; /* NULL: insert */
	bool crlf, locked, halted;
	char delimiter;
	int64_t processed, failed;
	char error[SF_MESSAGE]; /* of a job that failed; or "" */
};

/*
 * Works a job's upload off: records in chunks of SF_BATCH, results into sf_result. False and
 * job->error when the job fails: for its header nothing is done, a halted one is done by half.
 */
bool sf_ingest(struct store *s, struct sf_job *job);

/* The same upload's header as the results repeat it: "A","B"; appended to `b`. */
void sf_ingest_header(struct store *s, const struct sf_job *job, struct buf *b);

/* The header and the records after the first job->processed ones. */
void sf_ingest_rest(struct store *s, const struct sf_job *job, struct buf *b);

#endif
