#ifndef WIRE_HTTP_H
#define WIRE_HTTP_H

/*
 * One request, one reply, with what a hostile network asks for: ceilings on what is
 * received, time limits, TLS 1.2 or later, no redirects, retries by the rules of
 * retry.h. Built on libcurl, which only http*.c include.
 *
 * Plain http is allowed to loopback addresses and to the hosts that a request
 * marks as `plain` (the metadata server); everything else must be https. Plain
 * http never goes through a proxy; https goes where https_proxy says.
 *
 * A request is sent exactly as often as reply->tries says. Connections are kept and used
 * again, and where a kept one turns out to be dead, that try has failed; the next one, if
 * there is one left, follows at once on a new connection.
 *
 * A reply that redirects (3xx) is an error. 308 without Location is not: Google
 * uses it as "Resume Incomplete", and http_send returns true for it.
 *
 *	struct http *http = http_open(&(struct http_options){0});
 *	struct http_reply reply = {0};
 *	struct http_request q = {.method = "GET", .url = url, .bearer = token};
 *
 *	if (!http_send(http, &q, &reply))
 *		die(http_blame(&reply), "page 17: %s", reply.error);
 *	...
 *	http_reply_free(&reply);
 *	http_close(http);
 */

#include "base/status.h"
#include "wire/http_request.h"

/* The values of --tries and --timeout, as every program takes them; a bad one is STATUS_USAGE. */
void http_set_tries(struct http_options *options, const char *text);
void http_set_timeout(struct http_options *options, const char *text);

/* Also keeps the process's memory private (secret_guard): whoever sends requests holds tokens. */
struct http *http_open(const struct http_options *options);

/*
 * For another request at the same time, with the same options: what was begun on either goes on
 * while the other is waited for. To be closed before `http`.
 */
struct http *http_open_beside(struct http *http);

/*
 * After a signal (stop.h) no request is sent, and one on its way is given up. From here on
 * requests are sent all the same, once and within 5 s: to abort what was left unfinished.
 */
void http_outlive_stop(struct http *http);
void http_close(struct http *http);

/*
 * Sends, retries as the policy says, and fills *reply (zero it first; the same
 * struct may be used again and again; its memory is kept). True when a reply
 * with a status below 400 came that is not a redirect. False otherwise:
 * reply->error tells, reply->status is the last one, 0 when the network failed.
 * A request that may not be sent at all (plain http, a space in the URL, a control
 * byte in a header) leaves reply->tries at 0.
 */
bool http_send(struct http *http, const struct http_request *request, struct http_reply *reply);

/*
 * The same in steps, for callers that have work to do in the meantime. What *request points to and
 * *reply must stay until http_finish, and nothing else is sent through `http` before. http_go_on
 * moves what moves without waiting, and is true when there is no need to call it again: http_finish
 * waits for the end, and does the further tries.
 */
void http_begin(struct http *http, const struct http_request *request, struct http_reply *reply);
bool http_go_on(struct http *http);
bool http_finish(struct http *http);

/* Waits until something moves on a connection of `http` or beside it, `us` microseconds at most. */
void http_wait(struct http *http, int64_t us);

/* Was this reply below 400, and not a redirect? False for a zeroed reply. */
bool http_succeeded(const struct http_reply *reply);

/*
 * The exit status for a request that failed: 74 where it could not be saved, 75 where
 * reply->again and on 5xx, 77 on 401 and 403, else 69.
 */
enum status http_blame(const struct http_reply *reply);

/*
 * The value of a reply's header (name without case), or the absent span. Valid until the reply
 * changes.
 */
struct span http_header(const struct http_reply *reply, const char *name);

/* How many requests were sent again since http_open; for the summary. */
uint64_t http_retries(const struct http *http);

/* Bytes of reply bodies received since http_open. */
uint64_t http_received(const struct http *http);

void http_reply_free(struct http_reply *reply);

#endif
