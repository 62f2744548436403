#ifndef SANDBOX_ROUTE_H
#define SANDBOX_ROUTE_H

/*
 * Which function answers which requests: each service has tables of routes, and main hands them
 * to serve.
 */

#include "server/reply.h"
#include "server/request.h"

struct sandbox;

typedef void route_handler(struct sandbox *sb, const struct request *rq, struct reply *rp);

/*
 * "/data/v1/async/dataextensions/{}/rows": {} is one segment, or, after some
 * letters ("/hub/v1/dataevents/key:{}/rowset"), the rest of one; a last segment of
 * {*} takes the rest of the path, undecoded. The first route that matches wins. A table of
 * routes ends with a zero method.
 */
struct route {
	const char *method;
	const char *pattern;
	/* What --fault calls it: "gaio", "bq", "bq-upload", "sf", "sfmc", "oauth", "metadata".
	 * NULL: no fault strikes it and it is not counted. */
	const char *service;
	route_handler *handle;
};

#endif
