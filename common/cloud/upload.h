#ifndef CLOUD_UPLOAD_H
#define CLOUD_UPLOAD_H

/*
 * Bytes into a load job: Google's resumable upload, in full.
 *
 *	POST .../jobs?uploadType=resumable   the job resource -> Location: the session
 *	PUT session, Content-Range: bytes a-b/TOTAL      -> 308, Range: bytes=0-N: stored
 *	PUT session, Content-Range: bytes ?/TOTAL, ? being *  -> the same, after any break
 *	200 or 201 with the job: done
 *
 * Bytes that are all at hand go in one PUT, as Google advises; a stream, whose total is
 * known at its end only ("bytes a-b/" and a star until then), in chunks.
 *
 * The server may store less than was sent (a short Range), writes Range with and without "bytes=",
 * and may name a new place for the session (Location). After a break (network, 408, 429, 5xx)
 * the session is asked what it has. When the session is lost (404, 410) the job may
 * have been made all the same: it is looked for first; else a new session begins
 * at byte 0. A small or empty body is sent as multipart; one that got lost is sent
 * again, and meets the job of the first time (409).
 *
 * Source: cloud.google.com/bigquery/docs/reference/api-uploads.
 */

#include "cloud/bqjob.h"

#include <stdint.h>
#include <sys/types.h>

enum {
	UPLOAD_UNIT = 256 << 10, /* every chunk but the last is a multiple of this */
	UPLOAD_SMALL =
	    16 << 10, /* up to so much is sent as multipart: one request instead of two */
};

#define UPLOAD_UNKNOWN UINT64_MAX

struct upload {
	/* Up to n bytes from `at` on: how many were put at `to`; -1 and errno. */
	ssize_t (*read)(void *ctx, uint64_t at, char *to, size_t n);
	void *ctx;
	uint64_t size; /* bytes in all, where there is no `ready` */
	/*
	 * A stream: waits until more than a chunk can be read from `at` on, or (*last) all that
	 * is left.
	 * False where `at` is no longer at hand. NULL: everything is.
	 */
	bool (*ready)(void *ctx, uint64_t at, uint64_t *n, bool *last);
	/*
	 * Some work while a request is on its way, without waiting; false: there is none. Or
	 * NULL.
	 */
	bool (*meanwhile)(void *ctx);
	uint64_t chunk;   /* sent in one PUT, a multiple of UPLOAD_UNIT; 0: everything */
	const char *type; /* its media type */
	uint64_t again;   /* out: how often a break was mended */
};

/* A bqjob_submit: ctx is a struct upload. */
jdoc *upload_submit(struct bigquery *bq, const jdoc *job, const char *location, void *ctx);

#endif
