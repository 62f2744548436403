#ifndef SANDBOX_REQUEST_H
#define SANDBOX_REQUEST_H

/* A request as handlers see it: its parameters, headers and body. */

#include "server/path.h"

#include "wire/jdoc.h"

struct body;

struct request {
	const char *method; /* "GET" ... */
	const char *path;   /* normalised, undecoded: "/bigquery/v2/projects/p" */
	struct span
	    part[PATH_HOLES]; /* what the route's {} stood for, decoded, in order; NUL-terminated */
	struct span body;
	const char *fault; /* a fault that the service itself knows (short, expire), or NULL */
	/* private: a query parameter, or (`header`) a header, of the connection */
	const char *(*lookup)(void *connection, bool header, const char *name);
	void *connection;
	struct body *raw; /* what `body` lies in */
};

/* A query parameter or a header of the request; NULL when absent. Borrowed. */
const char *request_query(const struct request *rq, const char *name);
const char *request_header(const struct request *rq, const char *name);

/* The text after "Bearer " in Authorization, or NULL. */
const char *request_bearer(const struct request *rq);

/*
 * The body as form parameters (application/x-www-form-urlencoded); NULL when absent. The caller
 * frees.
 */
char *request_form(const struct request *rq, const char *name);

enum { REQUEST_NODES_MAX = 500000 }; /* about 40 MB as a jdoc */

/*
 * The body as a document; NULL and `why` when it is not JSON, or holds more than REQUEST_NODES_MAX
 * values (a few megabytes of [{},{},...] would take a hundred times that). The caller frees.
 */
jdoc *request_document(const struct request *rq, char why[JDOC_WHY]);

/* The same for a part of the body. */
jdoc *request_document_of(struct span text, char why[JDOC_WHY]);

/*
 * Is it for this server, and not from a page of another one? False when Host names anything but a
 * loopback name or address with this port, or Origin anything but such a URL: a browser that was
 * sent here (CSRF, DNS rebinding) always says where it comes from. Clients that send neither pass.
 */
bool request_is_ours(const struct request *rq, int port);

#endif
