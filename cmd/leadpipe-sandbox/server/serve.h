#ifndef SANDBOX_SERVE_H
#define SANDBOX_SERVE_H

/*
 * The one server of the sandbox: libmicrohttpd (named in serve.c only) on a
 * loopback port, a table of routes, one handler per request. Handlers run one at
 * a time (a lock is held around them), so no handler needs to think of another.
 *
 * A request's body of any size is a span: beyond 1 MiB it lies in an unlinked
 * file that is mapped. Salesforce takes it as gzip too, and it comes unpacked. Paths come
 * decoded segment by segment, with doubled and trailing slashes removed.
 */

#include "server/route.h"

struct sandbox;

/*
 * Starts to listen on 127.0.0.1:port (0: any free one). `tables` (NULL ends them) are searched
 * in order. False and errno when it cannot.
 */
bool serve_start(struct sandbox *sb, const struct route *const *tables, int port);

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
