#ifndef WIRE_HTTP_URL_H
#define WIRE_HTTP_URL_H

/*
 * URLs, as libcurl reads them: the parser that checks a URL is the one that connects to it,
 * so the two cannot disagree about the host.
 *
 * A URL with a space or a control byte is not a URL here, whatever libcurl's version makes
 * of it (7.88 refuses it, 8.x encodes it).
 */

#include <stdbool.h>

/*
 * Resolves `ref` (absolute or relative, RFC 3986) against `base`; NULL when it is not a URL. The
 * caller frees.
 */
char *http_url_resolve(const char *base, const char *ref);

/* Same scheme, host and port, and no user name or password in `url`. */
bool http_url_same_origin(const char *origin, const char *url);

/*
 * The scheme that a request to `url` may use, "https" or "http"; or NULL and the rule broken
 * in *why. http is for loopback addresses, and with `plain` for every host.
 */
const char *http_url_scheme(const char *url, bool plain, const char **why);

#endif
