#ifndef WIRE_HTTP_H
#define WIRE_HTTP_H

/*
 * One request, one reply, with everything that a hostile network asks for: caps
 * on what is received, time limits, TLS by default, no redirects, retries by the
 * rules of retry.h. Built on libcurl; nothing else in the tree names it.
 *
 * Plain http is allowed to loopback addresses and to the hosts that a request
 * marks as `plain` (the metadata server); everything else must be https. Plain
 * http never goes through a proxy; https goes where https_proxy says.
 *
 * A reply that redirects (3xx) is an error. 308 without Location is none: Google
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

enum { HTTP_MAX_REPLY = 16 << 20, HTTP_ERROR = 512 };

/* Zero means the default. */
struct http_options {
	int connect_s;             /* 10 s to connect, TLS included */
	int stall_s;               /* 60 s below 1 byte per second ends a transfer */
	int total_s;               /* 300 s for a whole transfer */
	size_t max_reply;          /* HTTP_MAX_REPLY; a longer reply is an error, not cut */
	struct retry_policy retry; /* see retry.h for the defaults */
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
	 * put at `to`; how many, or -1, which ends the request. Each try begins at 0.
	 */
	ssize_t (*read)(void *ctx, uint64_t at, char *to, size_t n);
	void *read_ctx;
	uint64_t size;
	const char *const *headers; /* more headers, "Name: value", NULL-terminated; or NULL */
	bool plain;                 /* http may be used to any host */
	bool packed; /* gzip is asked for, and the body stays as it came: gunzip_all unpacks it */
	/*
	 * Never sent again here: the caller knows how to recover. Without `read` it then gets a
	 * connection of its own, since libcurl sends again where a kept one turns out to be closed
	 * before any reply.
	 */
	bool once;
	int total_s; /* a limit of its own, or 0 */
	/*
	 * Above 0: where the body of a reply below 300 goes instead of reply->body, without a ceiling.
	 * The file is cut to nothing before each try.
	 */
	int save_fd;
	/* More replies worth another try than retry.h knows (a 403 rateLimitExceeded); or NULL. */
	bool (*transient)(const struct http_reply *reply);
};

struct http_reply {
	int status;         /* 0 when no reply came */
	struct buf body;    /* at most max_reply bytes */
	struct buf headers; /* the raw header lines */
	/* One line when http_send returned false: "HTTP 503 after 6 tries". */
	char error[HTTP_ERROR];
	int tries; /* how often it was sent */
	enum retry_fault fault;
	bool again;  /* what failed may pass by itself: network, 408, 429, 5xx, transient */
	int unsaved; /* errno where save_fd could not be written; or 0 */
};

struct http *http_open(const struct http_options *options);

/*
 * For another request at the same time, with the same options: what was begun on either goes on
 * while the other is waited for. To be closed before `http`.
 */
struct http *http_open_beside(struct http *http);
void http_close(struct http *http);

/*
 * Sends, retries as the policy says, and fills *reply (zero it first; the same
 * struct may be used again and again; its memory is kept). True when a reply
 * with a status below 400 came that is no redirect. False otherwise:
 * reply->error tells, reply->status is the last one, 0 when the network failed.
 * A request that may not be sent at all (plain http, a control byte in a header)
 * leaves reply->tries at 0.
 */
bool http_send(struct http *http, const struct http_request *request, struct http_reply *reply);

/*
 * The same in steps, for who has work to do meanwhile. What *request points to and *reply must stay
 * until http_finish, and nothing else is sent through `http` before. http_go_on moves what moves
 * without waiting, and is true when there is no need to call it again: http_finish waits for the
 * end, and does the further tries.
 */
void http_begin(struct http *http, const struct http_request *request, struct http_reply *reply);
bool http_go_on(struct http *http);
bool http_finish(struct http *http);

/* Waits until something moves on a connection of `http` or beside it, for `us` microseconds at most. */
void http_wait(struct http *http, int64_t us);

/* Was this reply below 400, and no redirect? A zeroed one was not. */
bool http_succeeded(const struct http_reply *reply);

/* The exit status for a request that failed: 74 where it could not be saved, 75 where reply->again and on 5xx, 77 on 401 and 403, else 69. */
enum status http_blame(const struct http_reply *reply);

/* The value of a reply's header (name without case), or the absent span. Valid until the reply changes. */
struct span http_header(const struct http_reply *reply, const char *name);

/* How many requests were sent again since http_open; for the summary. */
uint64_t http_retries(const struct http *http);

/* Bytes of reply bodies received since http_open. */
uint64_t http_received(const struct http *http);

void http_reply_free(struct http_reply *reply);

/* Resolves `ref` (absolute or relative, RFC 3986) against `base`; NULL when it is no URL. The caller frees. */
char *http_resolve(const char *base, const char *ref);

/* Same scheme, host and port, and no user name or password in `url`. */
bool http_same_origin(const char *origin, const char *url);

/* Appends `text` percent-encoded: all but A-Z a-z 0-9 - . _ ~ */
void http_escape(struct buf *b, struct span text);

#endif
