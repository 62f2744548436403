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

#include "base/buf.h"
#include "base/die.h"
#include "wire/retry.h"

#include <sys/types.h>

enum {
	HTTP_MAX_REPLY = 16 << 20,   /* bytes of a body, after decompression */
	HTTP_MAX_REFUSAL = 64 << 10, /* of the body of a reply from 300 up: the rest is not read */
	HTTP_ERROR = 512,
	HTTP_TIMEOUT_S = 600, /* Salesforce works on a call for up to ten minutes */
	HTTP_TIMEOUT_MOST_S = 86400,
};

/* Zero means the default. */
struct http_options {
	int connect_s;    /* 10 s to connect, TLS included */
	int stall_s;      /* 60 s without a byte, in the middle of a request or of its reply */
	int total_s;      /* HTTP_TIMEOUT_S for a whole request, the wait for its reply included */
	size_t max_reply; /* HTTP_MAX_REPLY; a longer reply is an error, not cut */
	struct retry_policy retry; /* see retry.h for the defaults */
	bool after_stop;           /* http_outlive_stop was called */
};

struct http_reply;

struct http_request {
	const char *method; /* "GET", "POST", "PUT", "PATCH", "DELETE" */
	const char *url;    /* absolute */
	const char *bearer; /* a token for Authorization, or NULL; never logged */
	const char *type;   /* Content-Type of the body, or NULL */
	struct span body;   /* sent as it is; absent: no body */
	/*
	 * Where a body of `size` bytes comes from instead, bit by bit: up to n of them from `at` on are
	 * put at `to`; how many, or -1, which ends the request. Each try begins at 0, and a try may go
	 * back to any byte before `at`.
	 */
	ssize_t (*read)(void *ctx, uint64_t at, char *to, size_t n);
	void *read_ctx;
	uint64_t size;
	const char *const *headers; /* more headers, "Name: value", NULL-terminated; or NULL */
	/*
	 * Texts beside the bearer token that a refusal's body is not to show (a server may echo what
	 * it was sent), NULL-terminated; or NULL. See secret_hide.
	 */
	const char *const *secrets;
	bool plain;  /* http may be used to any host */
	bool packed; /* gzip is asked for, and the body stays as it came: gunzip_all unpacks it */
	/*
	 * Never sent again here: the caller knows how to recover. Without `read` it gets a
	 * connection of its own, so that a kept one that is dead does not cost the only try.
	 */
	bool once;
	/*
	 * A limit of its own for the whole request, or 0. Above the options' total_s it is for data that
	 * takes long to move; the wait for the reply's first byte then keeps to total_s.
	 */
	int total_s;
	/*
	 * Above 0: where the body of a reply below 300 goes instead of reply->body, up to save_max
	 * bytes after decompression (more: an error). The file is emptied before each try.
	 */
	int save_fd;
	uint64_t save_max;
	/* More replies worth another try than retry.h knows (a 403 rateLimitExceeded); or NULL. */
	bool (*transient)(const struct http_reply *reply);
};

struct http_reply {
	int status;         /* 0 when no reply came */
	struct buf body;    /* at most max_reply bytes; of a refusal, HTTP_MAX_REFUSAL */
	struct buf headers; /* the raw header lines */
	/* One line when http_send returned false: "HTTP 503 after 6 tries". */
	char error[HTTP_ERROR];
	int tries; /* how often it was sent */
	enum retry_fault fault;
	bool again;  /* what failed may pass by itself: network, 408, 429, 5xx, transient */
	int unsaved; /* errno where save_fd could not be written; or 0 */
};

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
