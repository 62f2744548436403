#include "pages.h"

#include "base/clock.h"
#include "base/die.h"

#include "json/jstr.h"
#include "page.h"
#include "wire/backoff.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOKEN_MAX = 64 << 10, ROWS_AT_ONCE = 512, PAGE_S = 24 * 60 * 60, LATE_S = 4 };

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
	struct error *error;
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

/* Names the page. Returns false. */
static bool refuse(struct pages *p, uint64_t page, const char *why)
{
	return error_set(p->error, STATUS_REFUSED, "page %" PRIu64 ": %s", page, why);
}

/* Right after a job is done its result can be late: not found, or not complete. */
static bool is_late(const struct pages *p, bool came, const struct page *page)
{
	return p->count == 0 && (came ? !page->complete : p->bq->code == 404);
}

/* One reply; its bytes are in p->body from now on. *why: the rule that it breaks. */
static bool receive(struct pages *p, struct page *page, const char **why)
{
	struct buf body = p->body;

	*why = NULL;
	if (!p->asked || !bigquery_finish(p->bq))
		return false;
	p->body = p->bq->reply.body;
	p->bq->reply.body = body;
	*why = page_read(page, buf_span(&p->body), &p->scan);
	return true;
}

/* The page that was asked for. */
static bool take(struct pages *p, struct page *page)
{
	const struct error *error = &p->bq->error;
	const char *why;
	struct backoff b;
	bool came;

	backoff_begin(&b, CLOCK_SECOND / 2, 2 * CLOCK_SECOND, LATE_S * CLOCK_SECOND);
	while (came = receive(p, page, &why), !why && is_late(p, came, page) && backoff_wait(&b))
		ask(p);
	if (!came)
		return error_set(
		    p->error, error->status, "page %" PRIu64 ": %s", p->count + 1, error->text);
	if (!why && !page->complete)
		why = "the job is not complete";
	p->count++;
	return !why || refuse(p, p->count, why);
}

static bool learn_columns(struct pages *p, const struct page *page)
{
	char why[JDOC_WHY];
	jdoc *schema;

	if (p->known)
		return true;
	if (!page->schema.p)
		return !page->rows.p || refuse(p, p->count, "rows without a schema");
	schema = jdoc_parse_reply(page->schema, why);
	p->known = schema && cells_init(&p->cells, schema);
	p->total = page->total;
	jdoc_free(schema);
	return p->known || refuse(p, p->count, "the schema is not as BigQuery documents it");
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
static bool put(struct pages *p, const struct page *page, struct out *out)
{
	struct span rest = page->rows, row;
	const char *column, *why = NULL;
	unsigned n = 0;

	while (rest.p && scan_item(&rest, &row)) {
		why = cells_write(&p->cells, row, out, &column);
		if (why)
			return error_set(p->error, STATUS_REFUSED,
			    "page %" PRIu64 ": column %s: %s", p->count, column, why);
		if (p->asked && ++n % ROWS_AT_ONCE == 0)
			http_go_on(p->bq->http);
	}
	out_flush(out); /* the next page may be long in coming */
	if (out->error)
		return error_set(p->error, STATUS_IO, "stdout: %s", strerror(out->error));
	progress("%" PRIu64 " rows, %" PRIu64 " pages", out->rows, p->count);
	return true;
}

/* One page in, the next one asked for, and this one out. */
static bool step(struct pages *p, struct out *out)
{
	struct page page;
	bool good;

	if (!take(p, &page) || !learn_columns(p, &page))
		return false;
	good = turn(p, &page);
	p->asked = false;
	if (p->token.n)
		ask(p);
	return put(p, &page, out) && (good || refuse(p, p->count, "its token leads nowhere"));
}

/* A page that is on its way when another one fails is not waited for. */
static bool run(struct pages *p, struct out *out)
{
	ask(p);
	do
		if (!step(p, out))
			return false;
	while (p->token.n);
	return p->total < 0 || (uint64_t)p->total == out->rows ||
	       error_set(p->error, STATUS_REFUSED, "%" PRIu64 " rows came of %" PRId64, out->rows,
	           p->total);
}

bool pages_write(struct bigquery *bq, const struct bqjob *job, uint64_t size, struct out *out,
    uint64_t *count, struct error *error)
{
	struct pages p = {.bq = bq, .job = job, .size = size, .total = -1, .error = error};
	bool ok;

	buf_init(&p.token, TOKEN_MAX);
	buf_init(&p.url, BIGQUERY_URL + 3 * TOKEN_MAX);
	ok = run(&p, out);
	*count = p.count;
	cells_free(&p.cells);
	scan_free(&p.scan);
	buf_free(&p.token);
	buf_free(&p.url);
	buf_free(&p.body);
	return ok;
}
