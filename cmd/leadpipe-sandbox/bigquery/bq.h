#ifndef SANDBOX_BQ_H
#define SANDBOX_BQ_H

/*
 * What the modules of the BigQuery service share: errors, bodies, int64s as text, and changes of
 * resources. Shapes and words: Google's discovery document and the documentation of its REST API.
 */

#include "sandbox.h"
#include "wire/jdoc.h"

enum { BQ_MESSAGE = 1024 };

/* Why something failed, in BigQuery's words; reason[0] is 0 while nothing did. */
struct bq_error {
	char reason[32]; /* "invalid", "notFound", "duplicate" ... */
	char message[BQ_MESSAGE];
};

/* Sets both; returns false, for `return bq_fail(...)`. */
bool bq_fail(struct bq_error *e, const char *reason, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Answers with the error body and the HTTP status that belongs to the reason. */
void bq_refuse(struct reply *rp, const struct bq_error *e);

/* Both at once. */
void bq_reject(struct reply *rp, const char *reason, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The request's body as an object; NULL when it is none: the reply says so. The caller frees. */
jdoc *bq_body(const struct request *rq, struct reply *rp);

/* Sets an int64 as Google writes it: a string of digits. */
void bq_set_int64(jdoc *doc, const char *path, int64_t value);

/*
 * The int64s of a Dataset, Table or job configuration that came as numbers: as Google writes
 * them.
 */
void bq_int64_texts(jdoc *doc);

/* A bool of a document or a query parameter that may come as "true". */
bool bq_flag(const struct request *rq, const char *name);

/* Sets name of `to` from `from` when it is there. */
void bq_copy(jdoc *to, const char *to_path, const jdoc *from, const char *from_path);

/* `old` as a patch (RFC 7396) makes it: objects are merged, null takes away. The caller frees. */
jdoc *bq_patched(const jdoc *old, const jdoc *patch);

/* The members of doc that `keys` (NULL ends them) name, null ones too. The caller frees. */
jdoc *bq_chosen(const jdoc *doc, const char *const *keys);

/* The etag of a resource: another one whenever something in it is. */
void bq_set_etag(jdoc *resource);

/* Does the resource have the etag that If-Match (if any) demands? False: the reply says no. */
bool bq_unchanged(const struct request *rq, const jdoc *resource, struct reply *rp);

#endif
