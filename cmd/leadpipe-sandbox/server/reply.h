#ifndef SANDBOX_REPLY_H
#define SANDBOX_REPLY_H

/* The answer to a request, as its handler writes it. */

#include "base/buf.h"
#include "wire/jdoc.h"

struct reply {
	int status; /* 200 by default */
	struct buf body;
	struct buf headers; /* "Name: value\n" lines */
	const char *type;   /* "application/json; charset=UTF-8" by default */
	bool cut;   /* the connection is closed in the middle of the body (bodyless: reset) */
	bool reset; /* the connection is closed with no reply at all */
};

void reply_header(struct reply *rp, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Dumps `doc` into the body and frees it. */
void reply_json(struct reply *rp, int status, jdoc *doc);

/*
 * An error in the words of a service: Google's {"error":{"code","message","errors",
 * "status"}} for bq, bq-upload and metadata; Salesforce's array of one for sf; Marketing
 * Cloud's {"message","errorcode"} for sfmc; RFC 6749's {"error","error_description"} for
 * oauth; {"error"} for the rest. 429 and 503 bring Retry-After: 0. `message` may be NULL: the
 * status's usual words.
 */
void reply_refuse(struct reply *rp, const char *service, int status, const char *message);

#endif
