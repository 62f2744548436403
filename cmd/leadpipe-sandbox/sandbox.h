#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

/*
 * What every module of the sandbox is handed: the database, the faults asked for,
 * where the server is reached, and what was asked for on the command line.
 */

#include "server/fault.h"
#include "server/route.h"
#include "storage/store.h"

struct resource {
	const char *name; /* of the collection: "leads" */
	const char *path; /* an NDJSON file, or NULL: generated */
};

enum { RESOURCES_MAX = 64 };

/*
 * What all programs use to get in; fixed, since nothing here is worth stealing.
 * The two clouds share the client and the refresh token; the Salesforce token is
 * valid from the start and can expire like any other.
 */
#define SANDBOX_GAIO_TOKEN    "gaio-sandbox-token"
#define SANDBOX_PROJECT       "leadpipe-sandbox"
#define SANDBOX_CLIENT_ID     "sandbox-client"
#define SANDBOX_CLIENT_SECRET "sandbox-secret"
#define SANDBOX_USER          "sandbox@example.com"
#define SANDBOX_SF_TOKEN      "00D000000000001EAA!sandbox-access-token"
#define SANDBOX_REFRESH_TOKEN "sandbox-refresh-token"

/*
 * One per process, made by main.c; from serve_start on it is touched under the server's lock
 * only.
 */
struct sandbox {
	struct store *store;  /* owned */
	struct faults faults; /* --fault, and what POST /_sandbox/fault adds */
	int port;             /* set by serve_start, like url */
	char url[64];         /* "http://127.0.0.1:PORT" */
	uint64_t leads;       /* how many are generated */
	unsigned idle;        /* seconds that a connection may be silent */
	uint64_t seed;        /* of them and of the faults' chances */
	struct resource resources[RESOURCES_MAX];
	size_t n_resources;
	void *server; /* serve.c's own */
};

#endif
