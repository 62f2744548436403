#ifndef CLOUD_GAIO_H
#define CLOUD_GAIO_H

/*
 * The Gaio REST API: a collection, page after page.
 *
 *	GET URL                    Authorization: Bearer TOKEN
 *	{"count":250,"next":"https://.../leads?cursor=x","results":[{...},{...}]}
 *
 * `next` is an absolute or relative URL, or null (or absent) on the last page;
 * `count` is how many rows the whole collection has, and may be absent. A page is
 * looked at with scan and never becomes a tree: rows are spans into it.
 *
 * What makes a run fail, beside HTTP itself: a page that is no such object; a
 * `next` that leaves the scheme, host and port of the first URL, or that came
 * before in this run (A,A or A,B,A); a row that is no object or that begins
 * with the key @end; an object that names a key twice; fewer rows in all than the
 * last `count` promised (more may come while we read); more pages than allowed.
 *
 *	gaio_open(&g, &options);
 *	while (gaio_page(&g))
 *		while (gaio_row(&g, &row))
 *			...                              hold them back until the page is done
 *	if (g.status)
 *		die(g.status, "%s", g.why);              "page 17: HTTP 503 after 6 tries"
 *	gaio_close(&g);
 */

#include "json/scan.h"
#include "wire/http.h"

enum { GAIO_WHY = 1024 };

/* The members of a page that mean something. */
enum gaio_member { GAIO_COUNT, GAIO_NEXT, GAIO_RESULTS, GAIO_OTHER, GAIO_MEMBERS = GAIO_OTHER };

struct gaio_options {
	const char *url;          /* the first page, absolute */
	const char *token;        /* NULL: requests go without Authorization */
	uint64_t rate;            /* pages asked for per second at most; 0: no limit */
	uint64_t max_pages;       /* 0: no limit */
	struct http_options http; /* http.max_reply is the longest page */
};

struct gaio {
	uint64_t pages, rows; /* so far, the page at hand included */
	enum status status;   /* STATUS_OK, or why nothing more comes: 65, 69, 75, 77, 78 */
	char why[GAIO_WHY];   /* the message for `status`; begins with the page */
	/* private */
	struct gaio_options options;
	struct http *http;
	struct http_reply reply;
	struct scan scan;
	struct span rest;                 /* what is left of the page at hand */
	struct span member[GAIO_MEMBERS]; /* its values; absent: not seen */
	bool in_rows;                     /* rest is at a row */
	uint64_t page_rows;
	bool counted;
	uint64_t count; /* promised by the last page that said so */
	char *origin;   /* the first URL */
	char *url;      /* of the page to ask for next, or NULL */
	int64_t due;    /* clock_mono when it may be asked for */
	uint64_t *seen; /* hashes of the URLs that were asked for; 0: a free place */
	size_t seen_cap;
};

/* Copies url; the token must live as long as `g`. Nothing is sent yet. */
void gaio_open(struct gaio *g, const struct gaio_options *options);

/* Fetches the next page. False after the last one, or when the run fails (status). */
bool gaio_page(struct gaio *g);

/*
 * The next row of the page: one JSON object, checked, with white space as it came
 * (it may hold raw line ends). Valid until the next page. False at the page's end,
 * or when the run fails: then the rows of this page are worth nothing, whichever came before.
 * Read a page's rows to the end: what stands behind them is read with the last one.
 */
bool gaio_row(struct gaio *g, struct span *row);

/* Figures of the transfer, and the end of it. */
uint64_t gaio_received(const struct gaio *g); /* bytes of bodies */
uint64_t gaio_retries(const struct gaio *g);
void gaio_close(struct gaio *g);

/* Appends ?NAME=VALUE or &NAME=VALUE, percent-encoded, to a URL. */
void gaio_param(struct buf *url, struct span name, struct span value);

#endif
