#ifndef SANDBOX_SERVE_H
#define SANDBOX_SERVE_H

/*
 * The one server of the sandbox: libmicrohttpd (named in serve.c only) on a
 * loopback port, a table of routes, one handler per request. Handlers run one at
 * a time (a lock is held around them), so no handler needs to think of another.
 *
 * A request's body of any size is a span: beyond 1 MiB it lies in an unlinked
 * file that is mapped. Paths come decoded segment by segment, with doubled and
 * trailing slashes removed.
 */

#include "base/buf.h"
#include "wire/jdoc.h"

struct sandbox;

enum { ROUTE_PARTS = 8 };

struct request {
	const char *method; /* "GET" ... */
	const char *path;   /* normalised, undecoded: "/bigquery/v2/projects/p" */
	struct span part
	    [ROUTE_PARTS]; /* what the route's {} stood for, decoded, in order; NUL-terminated */
	struct span body;
	/* private */
	void *connection;
};

/* A query parameter or a header of the request; NULL when absent. Borrowed. */
const char *request_query(const struct request *rq, const char *name);
const char *request_header(const struct request *rq, const char *name);

/* The text behind "Bearer " in Authorization, or NULL. */
const char *request_bearer(const struct request *rq);

/* The body as form parameters (application/x-www-form-urlencoded); NULL when absent. The caller frees. */
char *request_form(const struct request *rq, const char *name);

struct reply {
	int status; /* 200 by default */
	struct buf body;
	struct buf headers; /* "Name: value\n" lines */
	const char *type;   /* "application/json; charset=UTF-8" by default */
	bool cut;           /* the connection is closed in the middle of the body */
	bool reset;         /* the connection is closed with no reply at all */
};

void reply_header(struct reply *rp, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Dumps `doc` into the body and frees it. */
void reply_json(struct reply *rp, int status, jdoc *doc);

typedef void handler(struct sandbox *sb, const struct request *rq, struct reply *rp);

/*
 * "PUT /data/v1/async/dataextensions/{}/rows": {} is one segment; a last segment
 * of {*} takes the rest of the path. The first route that matches wins.
 */
struct route {
	const char *method;
	const char *pattern;
	const char *
	    service; /* what --fault calls it: "gaio", "bq", "bq-upload", "sf", "oauth", "metadata" */
	handler *handle;
};

/* Each room of a service brings its routes; the list ends with a zero method. */
extern const struct route gaio_routes[], oauth_routes[], bigquery_routes[], salesforce_routes[];

/* Starts to listen on 127.0.0.1:port (0: any free one). False when it cannot. */
bool serve_start(struct sandbox *sb, int port);
void serve_stop(struct sandbox *sb);

#endif
