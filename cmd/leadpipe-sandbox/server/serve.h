#ifndef SANDBOX_SERVE_H
#define SANDBOX_SERVE_H

/*
 * The one server of the sandbox: libmicrohttpd (named in serve.c only) on a
 * loopback port, a table of routes, one handler per request. Handlers run one at
 * a time (a lock is held around them), so no handler needs to think of another.
 *
 * A request's body of any size is a span: beyond 1 MiB it lies in an unlinked
 * file that is mapped. Salesforce takes it as gzip too, and it comes unpacked. Paths come decoded segment by segment, with doubled and
 * trailing slashes removed.
 */

#include "server/request.h"

#include "base/buf.h"

struct sandbox;

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
 * "status"}} for bq, bq-upload and metadata; Salesforce's array of one for sf; Marketing Cloud's {"message","errorcode"} for sfmc; RFC 6749's
 * {"error","error_description"} for oauth; {"error"} for the rest. 429 and 503
 * bring Retry-After: 0. `message` may be NULL: the status's usual words.
 */
void reply_refuse(struct reply *rp, const char *service, int status, const char *message);

typedef void handler(struct sandbox *sb, const struct request *rq, struct reply *rp);

/*
 * "/data/v1/async/dataextensions/{}/rows": {} is one segment, or, behind some
 * letters ("/hub/v1/dataevents/key:{}/rowset"), the rest of one; a last segment of
 * {*} takes the rest of the path, undecoded. The first route that matches wins.
 */
struct route {
	const char *method;
	const char *pattern;
	/* What --fault calls it: "gaio", "bq", "bq-upload", "sf", "sfmc", "oauth", "metadata".
	 * NULL: no fault strikes it and it is not counted. */
	const char *service;
	handler *handle;
};

/* Each room of a service brings its routes; the list ends with a zero method. */
extern const struct route control_routes[], gaio_routes[], oauth_routes[], bigquery_routes[],
    salesforce_routes[], salesforce_job_routes[], salesforce_client_routes[], marketing_routes[];

/* For request.c: a query parameter or a header, borrowed; NULL when absent. */
const char *serve_query(void *connection, const char *name);
const char *serve_header(void *connection, const char *name);

/* Starts to listen on 127.0.0.1:port (0: any free one). False and errno when it cannot. */
bool serve_start(struct sandbox *sb, int port);

/* Ends all connections, waits for the handlers that run. Accepts a server that never started. */
void serve_stop(struct sandbox *sb);

/*
 * How often each route was asked for; requests that a fault struck count too, those to a route
 * without a service never. In the order of matching; NULL past the last one.
 */
struct hit {
	const struct route *route;
	uint64_t requests;
};
const struct hit *serve_hit(const struct sandbox *sb, size_t index);

#endif
