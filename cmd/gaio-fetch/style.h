#ifndef GAIO_FETCH_STYLE_H
#define GAIO_FETCH_STYLE_H

/*
 * Pagination styles: how the next page is found and asked for. One file for each
 * (style_NAME.c), one entry in STYLES.
 */

#include "api.h"
#include "base/error.h"
#include "fetched.h"
#include "seen.h"
#include "wire/crypt.h"
#include "wire/http.h"

/* All there are. */
#define STYLES(each) each(url) each(link) each(token) each(page) each(offset) each(last)

/* What a style's own key holds in the source file. */
enum style_takes {
	STYLE_PLACE,           /* a path */
	STYLE_PLACE_OR_HEADER, /* a path, or {"header": NAME} */
	STYLE_NAME,            /* the name of a query parameter (or, with "body", of nothing) */
	STYLE_WORD,            /* a word */
};

/* The other keys of `next`. STYLE_ANY: those that make sense with each style. */
enum style_option {
	STYLE_QUERY = 1,
	STYLE_BODY = 2,
	STYLE_ENCODED = 4,
	STYLE_MORE = 8,
	STYLE_FIRST = 16,
	STYLE_SIZE = 32,
	STYLE_TOTAL = 64,
	STYLE_PAGES = 128,
	STYLE_LIMIT = 256,
	STYLE_ANY = STYLE_MORE | STYLE_SIZE | STYLE_LIMIT | STYLE_TOTAL | STYLE_PAGES,
};

/* One sequence of pages: where it stands. */
struct paging {
	const struct api_next *next;
	uint64_t pages, rows; /* that came */
	bool ended;           /* no page follows */
	bool flagged;         /* because a flag or total said so */
	char *url;            /* of the next page, where that is given whole; owned */
	struct buf token;     /* the text that the next request carries; empty: none */
	bool number;          /* it is a number, for the body */
	uint64_t at;          /* page, offset: of the next page */
	uint64_t total, total_pages;
	bool has_total, has_pages;
	uint64_t size;    /* rows asked for; smaller than the file says after a "shrink" */
	uint64_t stride;  /* offset: rows of a page, where they can be counted on; or 0 */
	struct seen seen; /* URLs and tokens of this sequence */
	uint8_t rows_mark[CRYPT_SHA256]; /* of the rows of the page before */
	uint64_t empty;                  /* pages without rows, one after the other */
};

/* One page that came, and where from. */
struct style_reply {
	const struct fetched *page;
	const struct http_reply *reply;
	const char *url; /* that was asked for */
};

struct style {
	const char *name;
	enum style_takes takes;
	unsigned options, needs; /* needs: at least one of these */
	bool blind;              /* nothing in the page leads on: the same rows again are a loop */
	/*
	 * Moves *p to the page after this one, or ends it. False and *error: the page
	 * cannot be followed.
	 */
	bool (*next)(struct paging *p, const struct style_reply *page, struct error *error);
	/*
	 * The text that the request `ahead` pages after the next one carries; false: it cannot be
	 * asked for before those before it came. NULL: never.
	 */
	bool (*ahead)(const struct paging *p, uint64_t ahead, struct buf *text);
	/*
	 * *p now has half the size: goes on at the same row. False: it cannot. NULL: nothing
	 * to do.
	 */
	bool (*resize)(struct paging *p);
};

/* By the name of its key, or NULL. */
const struct style *style_find(struct span name);

void style_begin(struct paging *p, const struct api_next *next);

/* Reads totals and the flag, counts, and asks the style. */
bool style_next(struct paging *p, const struct style_reply *page, struct error *error);

/* Is the end the end: the promised rows came, and nothing announces more? 65 where not. */
bool style_end(const struct paging *p, const struct style_reply *page,
    const struct api_resource *resource, struct error *error);

/* From now on half as many rows are asked for at a time. False: that is not possible. */
bool style_shrink(struct paging *p);

void style_free(struct paging *p);

/* ---- for the styles ---- */

/*
 * The next page is at this URL, absolute (then it is followed byte for byte) or relative to
 * `here`. False and *error: it is not a URL, leads to another origin, or came before.
 */
bool style_go(
    struct paging *p, const char *here, struct span url, const char *what, struct error *error);

/*
 * The next request carries this text; none, "", null and false end the sequence. False: it
 * came before.
 */
bool style_carry(struct paging *p, struct span text, bool number, struct error *error);

/*
 * page, offset: is the page just counted the last one, by total, total_pages or because it
 * is empty?
 */
bool style_counted_out(const struct paging *p, const struct style_reply *page);

#endif
