#ifndef SANDBOX_SF_JOB_H
#define SANDBOX_SF_JOB_H

/*
 * Jobs of Bulk API 2.0 as they lie in the table sf_job: sf_job.c makes and changes them,
 * results.c tells what became of their records, sf_ingest.c does the work. Uploads lie in
 * sf_upload, answers in sf_result.
 */

#include "salesforce/sf_ingest.h"

extern const struct route sf_job_routes[];

/* The columns that sf_job_admit's statement gives, in its order. */
enum {
	NUMBER,
	ID,
	OBJECT,
	OPERATION,
	KEY,
	CRLF,
	DELIMITER,
	STATE,
	API_VERSION,
	CREATED,
	ASKED,
	PROCESSED,
	FAILED,
	ERROR,
	LOCKED,
	HALTED,
	UPLOADS,
};

/* The job that the path names, on its row; or NULL after refusing. The caller finalises. */
sqlite3_stmt *sf_job_admit(struct sandbox *sb, const struct request *rq, struct reply *rp);

/* A column's text, "" for NULL; valid until the statement moves. */
const char *sf_job_text(sqlite3_stmt *stmt, int column);

struct sf_job sf_job_read(sqlite3_stmt *stmt);

#endif
