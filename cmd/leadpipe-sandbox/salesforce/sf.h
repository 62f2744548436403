#ifndef SANDBOX_SF_H
#define SANDBOX_SF_H

/* What the modules of Salesforce share: who may call, limits, and errors. */

#include "base/buf.h"
#include "sandbox.h"

enum {
	SF_FIELDS_MAX = 1000,
	SF_ID = 19,
	SF_MESSAGE = 400,
	SF_BATCH = 200,
	SF_NAME = 81,
	SF_KEY = 256,
	SF_DAILY_LIMIT = 15000,
	SF_VERSION_LEAST = 46,
	SF_VERSION_MOST = 68,
	SF_SQL_MAX = 1 << 20
};

/* One error of a record or of a whole request. Empty code: none. */
struct sf_error {
	int status; /* HTTP, of a whole request */
	char code[64];
	char message[SF_MESSAGE];
	char fields[SF_MESSAGE]; /* names, separated by commas; or "" */
};

void sf_error_set(struct sf_error *e, int status, const char *code, const char *field,
    const char *format, ...) __attribute__((format(printf, 5, 6)));

/* {"statusCode":...,"message":...,"fields":[...]}; a request's own has errorCode instead. */
void sf_error_write(struct buf *b, const struct sf_error *e, const char *code_key);

/* The reply of a request that is refused as a whole. */
void sf_refuse(struct reply *rp, const struct sf_error *e);
void sf_refuse_plain(struct reply *rp, int status, const char *code, const char *message);

/* What a call needs first: a session and a version; counts it. False: *rp is the refusal. */
bool sf_admit(struct sandbox *sb, const struct request *rq, struct reply *rp);

#endif
