#include "server/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *request_query(const struct request *rq, const char *name)
{
	return rq->lookup(rq->connection, false, name);
}

const char *request_header(const struct request *rq, const char *name)
{
	return rq->lookup(rq->connection, true, name);
}

const char *request_bearer(const struct request *rq)
{
	const char *value = request_header(rq, "Authorization");

	return value && strncmp(value, "Bearer ", 7) == 0 ? value + 7 : NULL;
}

char *request_form(const struct request *rq, const char *name)
{
	return path_form_value(rq->body, name);
}

/* ---- the body as a document ---- */

static size_t count_nodes(struct span text)
{
	bool inside = false;
	size_t n = 1;

	for (size_t i = 0; i < text.n; i++)
		switch (text.p[i]) {
		case '"': inside = !inside; break;
		case '\\': i += inside; break;
		case ',':
		case '[':
		case '{': n += !inside; break;
		default: break;
		}
	return n;
}

jdoc *request_document_of(struct span text, char why[JDOC_WHY])
{
	if (count_nodes(text) <= REQUEST_NODES_MAX)
		return jdoc_parse(text, why);
	snprintf(why, JDOC_WHY, "More than %d values", REQUEST_NODES_MAX);
	return NULL;
}

jdoc *request_document(const struct request *rq, char why[JDOC_WHY])
{
	return request_document_of(rq->body, why);
}

/* ---- where it comes from ---- */

/* Is it "localhost", "127.0.0.1" or "[::1]" and ":" port? Port 80 may be left out. */
static bool is_loopback(const char *authority, int port)
{
	static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};
	char own[16];

	snprintf(own, sizeof own, ":%d", port);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		size_t n = strlen(names[i]);

		if (strncasecmp(authority, names[i], n) == 0)
			return strcmp(authority + n, own) == 0 || (port == 80 && !authority[n]);
	}
	return false;
}

bool request_is_ours(const struct request *rq, int port)
{
	const char *host = request_header(rq, "Host"), *origin = request_header(rq, "Origin");

	return (!host || is_loopback(host, port)) &&
	       (!origin ||
	           (strncasecmp(origin, "http://", 7) == 0 && is_loopback(origin + 7, port)));
}
