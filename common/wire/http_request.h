#ifndef WIRE_HTTP_REQUEST_H
#define WIRE_HTTP_REQUEST_H

/* What http.h sends and what comes back: options, request, reply. */

#include "base/buf.h"
#include "wire/retry.h"

#include <sys/types.h>

enum {
	HTTP_MAX_REPLY = 16 << 20,   /* bytes of a body, after decompression */
	HTTP_MAX_REFUSAL = 64 << 10, /* of the body of a reply from 300 up: the rest is not read */
	HTTP_ERROR = 512,
	HTTP_TIMEOUT_S = 600, /* Salesforce works on a call for up to ten minutes */
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
	 * Where a body of `size` bytes comes from instead, bit by bit: up to n of them from `at`
	 * on are
	 * put at `to`; how many, or -1, which ends the request. Each try begins at 0, and a try
	 * may go
	 * back to any byte before `at`.
	 */
	ssize_t (*read)(void *ctx, uint64_t at, char *to, size_t n);
	void *read_ctx;
	uint64_t size;
	const char *const *headers; /* more headers, "Name: value", NULL-terminated; or NULL */
	/*
	 * Texts beside the bearer token that a refusal's body is not to show (a server may echo
	 * what
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
	 * A limit of its own for the whole request, or 0. Above the options' total_s it is for
	 * data that
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

#endif
