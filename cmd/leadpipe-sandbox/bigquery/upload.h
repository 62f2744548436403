#ifndef SANDBOX_BQ_UPLOAD_H
#define SANDBOX_BQ_UPLOAD_H

/*
 * The two ways in which the bytes of a load job come: one
 * multipart/related body, or a resumable session of one or more PUTs.
 */

#include "base/span.h"
#include "server/route.h"

/*
 * Takes a multipart/related body apart into its two parts, which point into it:
 * the Job document and the data. The boundary may be quoted; lines may end in LF
 * or CRLF. NULL, or what is wrong (static).
 */
const char *upload_split(
    const char *content_type, struct span body, struct span *document, struct span *media);

/* What a PUT says it brings. */
struct content_range {
	bool query;          /* "bytes *" and a total: nothing, it asks */
	int64_t first, last; /* the bytes of this chunk */
	int64_t total;       /* -1 while unknown */
};

/*
 * "bytes 0-15/16", "bytes 0-262143" of an unknown total, or a status query. False when it is
 * none.
 */
bool upload_range(const char *text, struct content_range *range);

route_handler upload_post, upload_put;

#endif
