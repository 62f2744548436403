#ifndef WIRE_HTTP_TRY_H
#define WIRE_HTTP_TRY_H

/*
 * One try of a request: what libcurl is told, what it may do, and how the try ended.
 * Private to http.c, which moves the transfer and decides about the next try.
 *
 * libcurl sends a request again by itself, on a new connection, where a kept one turns out
 * to be dead before the first byte of the reply. It asks before each send
 * (CURLOPT_PREREQFUNCTION): another one counts as another try, and is refused where none is left.
 *
 * Libcurl's "low speed" limit also counts while a server works on its reply, so stalls are
 * measured here: only while a body is on its way, or once the reply has begun.
 */

#include "wire/http_request.h"

struct http_try {
	void *curl; /* a CURL; http.c's */
	const struct http_request *request;
	struct http_reply *reply;
	const struct http_options *options;
	int resends; /* how often libcurl may send it again */
	/* private */
	const char *scheme;
	struct curl_slist *headers;
	int sends;         /* how often libcurl has sent it, or was about to */
	uint64_t sent;     /* bytes of its body that libcurl has taken */
	uint64_t received; /* bytes of the reply's body */
	size_t head;       /* bytes of the reply's headers, those of 1xx included */
	uint64_t moved;    /* all bytes, either way, at the last look */
	int64_t looked;    /* clock_mono of that look */
	int64_t idle;      /* microseconds without a byte until then */
	int64_t began;
	const char *stopped; /* the rule for which we ended it, or NULL */
	bool passing;        /* that may be otherwise the next time */
	bool cut;            /* only the body of a refusal was left unread */
	char why[256];       /* libcurl's own words */
};

/* False and *why where this request may not be sent. Ends in http_try_close. */
bool http_try_open(struct http_try *t, const char **why);
void http_try_close(struct http_try *t);

/* Makes the handle ready for a try. False: the file to save to fails. */
bool http_try_begin(struct http_try *t);

/* Fills the reply's status, fault and error from the CURLcode that the transfer ended with. */
void http_try_end(struct http_try *t, int code);

#endif
