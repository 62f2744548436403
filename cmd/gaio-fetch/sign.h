#ifndef GAIO_FETCH_SIGN_H
#define GAIO_FETCH_SIGN_H

/*
 * Signs that a last page is not the last: the ways in which APIs announce more rows
 * (paging, has_more, nextPageToken, Link: rel=next, a total above the rows that came).
 * A page that shows one which nobody read is an error, never the end: else rows are lost
 * in silence.
 *
 * Names are compared without case and without _ - . and @, at any depth outside the rows, so
 * next_page_token, nextPageToken and "@odata.nextLink" are each one entry of the table.
 */

#include "where.h"
#include "wire/http.h"

struct sign_seen {
	struct span envelope;           /* of the last page; may be absent */
	const struct http_reply *reply; /* its headers; may be NULL */
	uint64_t rows, pages;           /* of the whole sequence */
	const struct where *known;      /* places that the source file reads or says to ignore */
	size_t n_known;
	bool ended; /* a flag said that this is the end: links and tokens do not count */
};

enum { SIGN_TEXT = 200 };

/* False: there is none. Else `text` names the first one, and the style that would read it. */
bool sign_find(const struct sign_seen *seen, char text[SIGN_TEXT]);

/* The target of the first Link header with rel=`rel` (RFC 8288), or the absent span. */
struct span sign_link(const struct http_reply *reply, struct span rel);

#endif
