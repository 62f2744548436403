#ifndef GAIO_FETCH_ASK_H
#define GAIO_FETCH_ASK_H

/*
 * One request, made from the source file: URL, headers and body with their placeholders
 * filled in. {since} {until} {token} {id} {base} {env.NAME} stand for values; other braces
 * are text (GraphQL has many).
 */

#include "ask_fill.h"
#include "style.h"

enum { ASK_MAX = 4 << 20, ASK_HEADERS = 40 };

/* Zero it first; it is used again and again. */
struct ask {
	struct buf url; /* NUL-terminated by buf_str, the credentials included */
	struct buf body;
	struct buf key; /* the same request without them: method, URL, body */
	struct http_request request;
	unsigned generation; /* of the token in it */
	/* private */
	struct buf lines, method, type;
	const char *headers[ASK_HEADERS + 1];
};

/*
 * The request for the page that `paging` stands at, or `ahead` pages after it. False:
 * it cannot be asked for before others came (ahead > 0, *error is empty), or *error.
 */
bool ask_page(struct ask *a, const struct api_resource *r, const struct ask_values *values,
    const struct auth *auth, const struct paging *paging, uint64_t ahead, struct error *error);

/* A request of a job: create or poll. */
bool ask_call(struct ask *a, const struct api_resource *r, const struct api_call *call,
    const struct ask_values *values, const struct auth *auth, struct error *error);

/* A result at a URL that the API named, without credentials. */
bool ask_url(struct ask *a, const struct api_resource *r, struct span url, struct error *error);

void ask_free(struct ask *a);

#endif
