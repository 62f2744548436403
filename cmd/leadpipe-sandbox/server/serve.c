#include "server/serve.h"

#include "server/body.h"
#include "server/listen.h"
#include "server/oauth.h"
#include "sandbox.h"
#include "server/path.h"

#include "base/die.h"
#include "base/mem.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { REPLY_MAX = 1 << 30, SLOW_S = 3 };

struct server {
	struct MHD_Daemon *daemon;
	pthread_mutex_t lock; /* around handlers and all that they touch */
	pthread_cond_t stop;
	bool stopping;
	struct hit *hits; /* every route, in the order of matching */
	size_t n;
};

/* One request from its first line to its last byte. */
struct exchange {
	char *target;
	bool begun;
	struct body body;
};

/* The faults that serve deals with, worked out of a kind. */
struct trouble {
	int status; /* answer with this, or 0 */
	bool before, after, cut, slow;
};

static void *exchange_new(void *cls, const char *target, struct MHD_Connection *connection)
{
	struct exchange *x = mem_alloc(sizeof *x);

	(void)cls;
	(void)connection;
	x->target = mem_text(target);
	body_init(&x->body);
	return x;
}

static void exchange_free(
    void *cls, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode how)
{
	struct exchange *x = *state;

	(void)cls;
	(void)connection;
	(void)how;
	*state = NULL;
	if (!x)
		return;
	body_free(&x->body);
	free(x->target);
	free(x);
}

static const char *lookup(void *connection, bool header, const char *name)
{
	return MHD_lookup_connection_value(
	    connection, header ? MHD_HEADER_KIND : MHD_GET_ARGUMENT_KIND, name);
}

static struct hit *find_route(
    struct server *server, struct request *rq, const struct path *path, bool *other_method)
{
	for (size_t i = 0; i < server->n; i++) {
		const struct route *route = server->hits[i].route;

		memset(rq->part, 0, sizeof rq->part);
		if (!path_match(path, route->pattern, rq->part))
			continue;
		if (strcmp(route->method, rq->method) == 0)
			return &server->hits[i];
		*other_method = true;
	}
	return NULL;
}

static struct trouble read_fault(struct request *rq, const char *kind)
{
	struct trouble t = {0};

	if (!kind)
		return t;
	if (*kind >= '0' && *kind <= '9')
		t.status = atoi(kind);
	else if (strcmp(kind, "reset") == 0)
		t.before = true;
	else if (strcmp(kind, "lost") == 0)
		t.after = true;
	else if (strcmp(kind, "cut") == 0)
		t.cut = true;
	else if (strcmp(kind, "slow") == 0)
		t.slow = true;
	else
		rq->fault = kind;
	return t;
}

/* Brings the body into plain form. 0, or the status that refuses it. */
static int decode(struct sandbox *sb, struct request *rq, const char *service)
{
	const char *encoding = request_header(rq, "Content-Encoding");

	if (!encoding || strcmp(encoding, "identity") == 0)
		return 0;
	if (strcmp(encoding, "gzip") != 0 || !service || strcmp(service, "sf") != 0)
		return 415;
	return body_unpack(rq->raw, sb->store->dir, &rq->body) ? 400 : 0;
}

static void run(
    struct sandbox *sb, struct request *rq, struct hit *hit, struct reply *rp, struct trouble *t)
{
	const struct route *route = hit->route;
	int refused;

	if (route->service) {
		hit->requests++;
		*t = read_fault(rq, fault_strike(&sb->faults, route->service));
	}
	if (t->before)
		rp->reset = true;
	else if (t->status)
		reply_refuse(rp, route->service, t->status, NULL);
	else if ((refused = decode(sb, rq, route->service)))
		reply_refuse(rp, route->service, refused, NULL);
	else if (!route->service || oauth_admit(sb, rq, route->service, rp))
		route->handle(sb, rq, rp);
	rp->reset |= t->after;
	rp->cut |= t->cut;
	inform(1, "%s %s: %d%s", rq->method, rq->path, rp->status,
	    rp->reset ? ", no reply"
	    : rp->cut ? ", cut"
	    : t->slow ? ", slow"
	              : "");
}

/*
 * Waits SLOW_S seconds, or until the server stops. The lock is held around it and free
 * meanwhile.
 */
static void wait_slow(struct server *server)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += SLOW_S;
	while (
	    !server->stopping && pthread_cond_timedwait(&server->stop, &server->lock, &until) == 0)
		;
}

/* In whose words a path that is not there is refused: Google's, or nobody's. */
static const char *service_of(const char *target)
{
	return strstr(target, "/bigquery/") ? "bq" : NULL;
}

static void refuse_foreign(const struct request *rq, struct reply *rp)
{
	reply_refuse(rp, NULL, 403,
	    "the sandbox takes requests to and from 127.0.0.1 and its own port only");
	inform(1, "%s: %d, a foreign Host or Origin", rq->method, rp->status);
}

static void answer(struct sandbox *sb, struct request *rq, const char *target, struct reply *rp)
{
	struct server *server = sb->server;
	struct trouble t = {0};
	struct path path;
	bool other_method = false;
	struct hit *hit = NULL;

	pthread_mutex_lock(&server->lock);
	if (!request_is_ours(rq, sb->port)) {
		refuse_foreign(rq, rp);
		pthread_mutex_unlock(&server->lock);
		return;
	}
	if (path_read(&path, target)) {
		rq->path = path.text;
		hit = find_route(server, rq, &path, &other_method);
	}
	if (hit)
		run(sb, rq, hit, rp, &t);
	else if (other_method)
		reply_refuse(rp, service_of(target), 405, "the path does not know this method");
	else
		reply_refuse(rp, service_of(target), 404, "no such path");
	if (!hit)
		inform(1, "%s %s: %d", rq->method, target, rp->status);
	if (t.slow)
		wait_slow(server);
	pthread_mutex_unlock(&server->lock);
	path_free(&path);
}

static void add_headers(struct MHD_Response *response, struct reply *rp)
{
	char *line = rp->headers.n ? mem_dup(rp->headers.p, rp->headers.n) : NULL, *next = line;

	MHD_add_response_header(
	    response, "Content-Type", rp->type ? rp->type : "application/json; charset=UTF-8");
	while (next && *next) {
		char *name = next, *end = strchr(name, '\n'), *colon = strstr(name, ": ");

		*end = '\0';
		*colon = '\0';
		MHD_add_response_header(response, name, colon + 2);
		next = end + 1;
	}
	free(line);
}

/* Gives half of the promised body and then breaks the connection. */
static ssize_t half_body(void *cls, uint64_t at, char *to, size_t max)
{
	const struct buf *body = cls;
	size_t half = body->n / 2;
	size_t n = at < half ? half - (size_t)at : 0;

	if (n == 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (n > max)
		n = max;
	memcpy(to, body->p + at, n);
	return (ssize_t)n;
}

static void free_half(void *cls)
{
	buf_free(cls);
	free(cls);
}

/* The response takes over the body's memory. */
static struct MHD_Response *make_response(struct reply *rp)
{
	struct MHD_Response *response;
	struct buf *body;

	if (!rp->cut) {
		response =
		    MHD_create_response_from_buffer(rp->body.n, rp->body.p, MHD_RESPMEM_MUST_FREE);
		rp->body = (struct buf){0};
		return response;
	}
	body = mem_alloc(sizeof *body);
	*body = rp->body;
	rp->body = (struct buf){0};
	return MHD_create_response_from_callback(body->n, 65536, half_body, body, free_half);
}

static enum MHD_Result send_reply(struct MHD_Connection *connection, struct reply *rp)
{
	struct MHD_Response *response;
	enum MHD_Result sent = MHD_NO;

	if (rp->body.full || rp->headers.full) {
		buf_clear(&rp->headers);
		reply_refuse(rp, NULL, 500, "the reply is too large");
	}
	if (!rp->reset && !(rp->cut && rp->body.n < 2)) {
		response = make_response(rp);
		add_headers(response, rp);
		sent = MHD_queue_response(connection, (unsigned)rp->status, response);
		MHD_destroy_response(response);
	}
	buf_free(&rp->body);
	buf_free(&rp->headers);
	return sent;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *data, size_t *size, void **state)
{
	struct sandbox *sb = cls;
	struct exchange *x = *state;
	struct request rq = {
	    .method = method, .lookup = lookup, .connection = connection, .raw = &x->body};
	struct reply rp = {.status = 200};
	bool ok;

	(void)url;
	(void)version;
	if (!x->begun) {
		x->begun = true;
		return MHD_YES;
	}
	if (*size > 0) {
		ok = body_add(&x->body, sb->store->dir, (struct span){data, *size});
		*size = 0;
		return ok ? MHD_YES : MHD_NO;
	}
	if (!body_span(&x->body, &rq.body))
		return MHD_NO;
	buf_init(&rp.body, REPLY_MAX);
	buf_init(&rp.headers, 64 * 1024);
	answer(sb, &rq, x->target, &rp);
	return send_reply(connection, &rp);
}

static void gather_routes(struct server *server, const struct route *const *tables)
{
	for (size_t t = 0; tables[t]; t++)
		for (const struct route *route = tables[t]; route->method; route++) {
			server->hits =
			    mem_resize(server->hits, server->n + 1, sizeof *server->hits);
			server->hits[server->n++] = (struct hit){.route = route};
		}
}

const struct hit *serve_hit(const struct sandbox *sb, size_t index)
{
	const struct server *server = sb->server;

	return index < server->n ? &server->hits[index] : NULL;
}

/* libmicrohttpd closes the socket. */
static struct MHD_Daemon *start_daemon(struct sandbox *sb, int fd)
{
	return MHD_start_daemon(MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD, 0,
	    NULL, NULL, on_request, sb, MHD_OPTION_LISTEN_SOCKET, (MHD_socket)fd,
	    MHD_OPTION_URI_LOG_CALLBACK, exchange_new, NULL, MHD_OPTION_NOTIFY_COMPLETED,
	    exchange_free, NULL, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)256 * 1024,
	    MHD_OPTION_CONNECTION_TIMEOUT, sb->idle, MHD_OPTION_END);
}

bool serve_start(struct sandbox *sb, const struct route *const *tables, int port)
{
	struct server *server = mem_alloc(sizeof *server);
	int fd = listen_loopback(&port);

	sb->server = server;
	if (fd < 0)
		return false;
	sb->port = port;
	snprintf(sb->url, sizeof sb->url, "http://127.0.0.1:%d", port);
	gather_routes(server, tables);
	pthread_mutex_init(&server->lock, NULL);
	pthread_cond_init(&server->stop, NULL);
	server->daemon = start_daemon(sb, fd);
	return server->daemon != NULL;
}

void serve_stop(struct sandbox *sb)
{
	struct server *server = sb->server;

	if (!server)
		return;
	pthread_mutex_lock(&server->lock);
	server->stopping = true;
	pthread_cond_broadcast(&server->stop);
	pthread_mutex_unlock(&server->lock);
	if (server->daemon)
		MHD_stop_daemon(server->daemon);
	pthread_mutex_destroy(&server->lock);
	pthread_cond_destroy(&server->stop);
	free(server->hits);
	free(server);
	sb->server = NULL;
}
