#include "pages.h"

#include "base/die.h"

#include "json/jstr.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOKEN_MAX = 64 << 10, ROWS_AT_ONCE = 512, PAGE_S = 24 * 60 * 60 };

/* What goes from page to page. */
struct pages {
	struct bigquery *bq;
	const struct bqjob *job;
	uint64_t size;
	struct cells cells;
	struct scan scan;
	struct buf url;   /* of the page on its way */
	struct buf body;  /* of the page that is written */
	struct buf token; /* the next page's; empty: there is none */
	bool known;       /* the columns are */
	bool asked;       /* the next page is on its way */
	uint64_t count;
	int64_t total;
};

/* ---- one page in -------------------------------------------------------------------------- */

static void ask(struct pages *p)
{
	char size[24];

	snprintf(size, sizeof size, "%" PRIu64, p->size);
	buf_clear(&p->url);
	bigquery_url(p->bq, &p->url, "projects", p->bq->project, "queries", p->job->id, NULL);
	bigquery_query(&p->url, "location", p->job->location);
	bigquery_query(&p->url, "maxResults", size);
	bigquery_query(&p->url, "formatOptions.useInt64Timestamp", "true");
	bigquery_query(&p->url, "pageToken", p->token.n ? buf_str(&p->token) : NULL);
	/* Whoever reads our rows may be slow: that is no fault of the network. */
	p->asked = bigquery_begin(p->bq,
	    &(struct http_request){.method = "GET", .url = buf_str(&p->url), .total_s = PAGE_S});
}

/* The page that was asked for; its bytes are in p->body from now on. */
static void take(struct pages *p, struct page *page)
{
	struct buf body = p->body;
	const char *why;

	if (!p->asked || !bigquery_finish(p->bq))
		die(p->bq->error.status, "page %" PRIu64 ": %s", p->count + 1, p->bq->error.text);
	p->body = p->bq->reply.body;
	p->bq->reply.body = body;
	why = page_read(page, buf_span(&p->body), &p->scan);
	if (why)
		die(STATUS_REFUSED, "page %" PRIu64 ": %s", p->count + 1, why);
	if (!page->complete)
		die(STATUS_REFUSED, "page %" PRIu64 ": the job is not complete", p->count + 1);
	p->count++;
}

static void learn_columns(struct pages *p, const struct page *page)
{
	char why[JDOC_WHY];
	jdoc *schema = jdoc_parse_reply(page->schema, why);

	if (!schema || !cells_init(&p->cells, schema))
		die(STATUS_REFUSED, "the result's schema is not as BigQuery documents it");
	p->known = true;
	p->total = page->total;
	jdoc_free(schema);
}

/* The next page's token. False when it leads nowhere: it must be another one than this page's. */
static bool turn(struct pages *p, const struct page *page)
{
	struct buf next;
	struct span token = {0};
	bool good;

	buf_init(&next, TOKEN_MAX);
	if (page->token.p)
		token = jstr_text(page->token, &next);
	good = token.n <= TOKEN_MAX && !(token.n && memchr(token.p, '\0', token.n)) &&
	       !(token.n && span_eq(token, buf_span(&p->token)));
	buf_clear(&p->token);
	buf_addspan(&p->token, good ? token : SPAN(""));
	buf_free(&next);
	return good;
}

/* ---- one page out ------------------------------------------------------------------------- */

/* Writes the rows, and lets the next page come meanwhile. */
static void put(struct pages *p, const struct page *page, struct out *out)
{
	struct span rest = page->rows, row;
	const char *column, *why = NULL;
	unsigned n = 0;

	while (rest.p && scan_item(&rest, &row)) {
		why = cells_write(&p->cells, row, out, &column);
		if (why)
			die(STATUS_REFUSED, "page %" PRIu64 ": column %s: %s", p->count, column,
			    why);
		if (p->asked && ++n % ROWS_AT_ONCE == 0)
			http_go_on(p->bq->http);
	}
	out_flush(out); /* the next page may be long in coming */
	if (out->error)
		die(STATUS_IO, "stdout: %s", strerror(out->error));
	progress("%" PRIu64 " rows, %" PRIu64 " pages", out->rows, p->count);
}

uint64_t pages_write(struct bigquery *bq, const struct bqjob *job, uint64_t size, struct out *out)
{
	struct pages p = {.bq = bq, .job = job, .size = size, .total = -1};
	struct page page;
	bool good;

	buf_init(&p.token, TOKEN_MAX);
	buf_init(&p.url, BIGQUERY_URL + 3 * TOKEN_MAX);
	ask(&p);
	do {
		take(&p, &page);
		if (!p.known && page.schema.p)
			learn_columns(&p, &page);
		if (page.rows.p && !p.known)
			die(STATUS_REFUSED, "page %" PRIu64 ": rows without a schema", p.count);
		good = turn(&p, &page);
		p.asked = false;
		if (p.token.n)
			ask(&p);
		put(&p, &page, out);
		if (!good)
			die(STATUS_REFUSED, "page %" PRIu64 ": its token leads nowhere", p.count);
	} while (p.token.n);
	if (p.total >= 0 && (uint64_t)p.total != out->rows)
		die(STATUS_REFUSED, "%" PRIu64 " rows came of %" PRId64, out->rows, p.total);
	cells_free(&p.cells);
	scan_free(&p.scan);
	buf_free(&p.token);
	buf_free(&p.url);
	buf_free(&p.body);
	return p.count;
}
