#ifndef CLOUD_BIGQUERY_H
#define CLOUD_BIGQUERY_H

/*
 * A connection to BigQuery's REST API v2: where it is, who we are, one call and
 * what its failure means. Jobs, tables and uploads stand on it (bqjob, bqtable,
 * upload). Source: Google's discovery document of bigquery v2.
 *
 * Where:
 *	BIGQUERY_EMULATOR_HOST                      a full URL; no credentials are sent
 *	CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY    a full URL, as bq reads it (a private
 *	                                            endpoint); credentials are sent
 *	else                                        https://bigquery.googleapis.com
 *
 * Errors are sticky until the next call: `error`, `reason`, `code`. What
 * retry.h repeats is repeated, and so are the reasons that BigQuery calls
 * transient (rateLimitExceeded comes as a 403). A 401 renews the token once.
 *
 *	struct bigquery bq;
 *	if (!bigquery_open(&bq, &(struct http_options){0}))
 *		return error_copy(error, &bq.error);
 *	buf_init(&url, BIGQUERY_URL);
 *	bigquery_url(&bq, &url, "projects", bq.project, "jobs", id, NULL);
 *	doc = bigquery_call(&bq, "GET", buf_str(&url), NULL);
 */

#include "cloud/google.h"

enum {
	BIGQUERY_TRIES = 6,
	BIGQUERY_WAIT_S = 86400, /* a query may wait for hours, and then run for six */
	BIGQUERY_WAIT_MOST_S = 604800,
	BIGQUERY_URL = 16 << 10,
	BIGQUERY_WHY = 1500,
	BIGQUERY_REASON = 48,
	BIGQUERY_HEADERS = 10
};

struct bigquery {
	struct error error;           /* why the last call failed */
	int code;                     /* its HTTP status, 0 without a reply */
	char reason[BIGQUERY_REASON]; /* BigQuery's word for it ("notFound"), or "" */
	char message[BIGQUERY_WHY];   /* BigQuery's own text of the last failed call, or "" */
	const char *project;          /* where jobs run and are billed */
	struct retry_policy retry;
	int64_t wait_us; /* how long a job is waited for; BIGQUERY_WAIT_S by default */
	struct http *http;
	struct http_reply reply; /* of the last request */
	struct google google;
	/* private */
	char *base, *upload;
	struct http_request request; /* on its way */
	char quota[160];             /* the header that says whose quota counts */
	const char *headers[BIGQUERY_HEADERS];
};

/* Reads the environment. Nothing is sent (but a metadata server is asked for the project). */
bool bigquery_open(struct bigquery *bq, const struct http_options *options);
void bigquery_close(struct bigquery *bq);

/* Appends the URL of a resource, from its unescaped parts up to NULL; and of uploads. */
void bigquery_url(const struct bigquery *bq, struct buf *url, ...) __attribute__((sentinel));
void bigquery_upload_url(const struct bigquery *bq, struct buf *url);

/* Appends name=value with the ? or & before it; nothing when the value is NULL. */
void bigquery_query(struct buf *url, const char *name, const char *value);

/* Sends one request with our token; the reply is in bq->reply. */
bool bigquery_send(struct bigquery *bq, const struct http_request *q);

/*
 * The same in two steps, for who has work to do meanwhile: see http_begin. What *q points to must
 * stay until bigquery_finish, which is called only where bigquery_begin was true.
 */
bool bigquery_begin(struct bigquery *bq, const struct http_request *q);
bool bigquery_finish(struct bigquery *bq);

/*
 * A JSON document in (or NULL) and out (an empty object for an empty reply). NULL when it
 * failed. The caller frees.
 */
jdoc *bigquery_call(struct bigquery *bq, const char *method, const char *url, const jdoc *body);

/* The reply as a document, or NULL and the error set. */
jdoc *bigquery_document(struct bigquery *bq);

/* Sets the error. Returns false. */
bool bigquery_fail(struct bigquery *bq, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * What a reason means: 65 for invalid and invalidQuery (the rows or the SQL are the user's
 * own), 75 for what may be tried again, 77 for accessDenied, else 69.
 */
enum status bigquery_meaning(const char *reason);

/*
 * May the same thing be tried again? (backendError, internalError, rateLimitExceeded and kin:
 * docs, error-messages)
 */
bool bigquery_transient(const char *reason);

/*
 * Does the message say that others are at work on the same table ("Could not serialize access",
 * too many DML statements, a streaming buffer)? It comes as invalidQuery or resourcesExceeded, and
 * may be tried again: nothing was done.
 */
bool bigquery_contention(const char *message);

#endif
