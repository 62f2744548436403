#ifndef WIRE_HTTP_HEADERS_H
#define WIRE_HTTP_HEADERS_H

/* The header lines of one request, as libcurl takes them. Private to wire/http. */

#include "wire/http_request.h"

struct curl_slist;

/*
 * Makes *list of the request's type, token and headers. False: one of them has a control byte,
 * which could smuggle another header in; the list must be freed all the same.
 */
bool http_headers_make(const struct http_request *q, struct curl_slist **list);

/* Wipes them first: the token is among them. NULL is accepted. */
void http_headers_free(struct curl_slist *list);

#endif
