#ifndef CLOUD_UPLOAD_H
#define CLOUD_UPLOAD_H

/*
 * Bytes into a load job: Google's resumable upload, in full.
 *
 *	POST .../jobs?uploadType=resumable   the job resource   -> Location: the session
 *	PUT session, Content-Range: bytes a-b/TOTAL             -> 308, Range: bytes=0-N: stored so far
 *	PUT session, Content-Range: bytes ?/TOTAL, ? being *  -> the same, after any break
 *	200 or 201 with the job: done
 *
 * The server may store less of a chunk than was sent (a short Range), and writes
 * Range with and without "bytes=". After a break (network, 408, 429, 5xx) the
 * session is asked what it has. When the session is lost (404, 410) the job may
 * have been made all the same: it is looked for first; else a new session begins
 * at byte 0. A small or empty body is sent as multipart; one that got lost is sent
 * again, and meets the job of the first time (409).
 *
 * Source: cloud.google.com/bigquery/docs/reference/api-uploads.
 */

#include "cloud/bqjob.h"

#include <stdint.h>

enum {
	UPLOAD_UNIT = 256 << 10, /* every chunk but the last is a multiple of this */
	UPLOAD_CHUNK = 8 << 20,  /* by default */
	UPLOAD_SMALL =
	    16 << 10, /* up to so much is sent as multipart: one request instead of two */
};

struct upload {
	int fd; /* read with pread from byte 0 on, and perhaps again */
	uint64_t size;
	size_t chunk;     /* bytes held in memory at a time; a multiple of UPLOAD_UNIT */
	const char *type; /* its media type */
	uint64_t again;   /* out: how often a break was mended */
};

/* A job_submit: ctx is a struct upload. */
jdoc *upload_submit(struct bigquery *bq, const jdoc *job, const char *location, void *ctx);

#endif
