#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

/*
 * What every room of the sandbox is handed: the database, the faults asked for,
 * where the server is reached, and what was asked for on the command line.
 */

#include "fault.h"
#include "serve.h"
#include "store.h"

struct resource {
	const char *name; /* of the collection: "leads" */
	const char *path; /* an NDJSON file, or NULL: generated */
};

enum { RESOURCES_MAX = 64 };

/* What all programs use to get in; fixed, since nothing here is worth stealing. */
#define SANDBOX_GAIO_TOKEN    "gaio-sandbox-token"
#define SANDBOX_PROJECT       "leadpipe-sandbox"
#define SANDBOX_CLIENT_ID     "sandbox-client"
#define SANDBOX_CLIENT_SECRET "sandbox-secret"
#define SANDBOX_USER          "sandbox@example.com"
#define SANDBOX_SF_TOKEN      "00D000000000001EAA!sandbox-access-token"
#define SANDBOX_REFRESH_TOKEN "sandbox-refresh-token"

struct sandbox {
	struct store *store;
	struct faults faults;
	int port;
	char url[64];   /* "http://127.0.0.1:PORT" */
	uint64_t leads; /* how many are generated */
	uint64_t seed;
	struct resource resources[RESOURCES_MAX];
	size_t n_resources;
	void *server; /* serve.c's own */
};

#endif
