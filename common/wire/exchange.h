#ifndef WIRE_EXCHANGE_H
#define WIRE_EXCHANGE_H

/*
 * The half of http that needs no libcurl: which requests may be sent at all, what a
 * reply means, and how it is told. Only http.c and http_parts.c include it; http.h is the
 * room's face (http_succeeded, http_header, http_blame, http_escape and
 * http_reply_free are made here too).
 */

#include "wire/http.h"

struct curl_slist;

/*
 * The scheme that a request may use, "https" or "http"; or NULL with the rule in
 * *why. `origin` is its URL's "scheme://host:port/", user and password included
 * where it has them, or NULL when it is no URL.
 */
const char *exchange_scheme(const struct http_request *q, const char *origin, const char **why);

/*
 * "https://host:443/", with user and password before the host where the URL has them; NULL when it is
 * none (http_parts.c).
 */
char *exchange_origin(const char *url);

/*
 * The header lines of a request (http_parts.c); the caller frees. NULL and *why where a text holds a
 * control byte, which could smuggle a header in.
 */
struct curl_slist *exchange_headers(const struct http_request *q, const char **why);

/* What retry makes of the CURLcode that a transfer ended with (http_parts.c). */
enum retry_fault exchange_fault(int code);

/* Sets reply->error to the status: "HTTP 503". */
void exchange_name_status(struct http_reply *reply);

/* What retry needs to know of a reply that did not succeed. */
struct retry_case exchange_judge(const struct http_request *q, const struct http_reply *reply);

/* Ends reply->error when nothing is tried again: "HTTP 503" becomes "HTTP 503 after 6 tries". */
void exchange_explain(struct http_reply *reply, const struct retry_case *c, int tries);

#endif
