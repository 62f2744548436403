#include "cloud/gaio.h"

#include "base/clock.h"
#include "base/mem.h"
#include "row/end.h"
#include "row/jstr.h"
#include "wire/crypt.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((format(printf, 3, 4))) static bool fail(
    struct gaio *g, enum status status, const char *format, ...)
{
	int n = snprintf(g->why, sizeof g->why, "page %" PRIu64 ": ", g->pages);
	va_list args;

	va_start(args, format);
	vsnprintf(g->why + n, sizeof g->why - (size_t)n, format, args);
	va_end(args);
	g->status = status;
	return false;
}

/* ---- URLs ---- */

void gaio_param(struct buf *url, struct span name, struct span value)
{
	bool first = !memchr(buf_span(url).p, '?', url->n);

	buf_addc(url, first ? '?' : '&');
	http_escape(url, name);
	buf_addc(url, '=');
	http_escape(url, value);
}

static uint64_t hash_of(const char *url)
{
	uint8_t digest[CRYPT_SHA256];
	uint64_t hash;

	crypt_sha256(span_of(url), digest);
	memcpy(&hash, digest, sizeof hash);
	return hash ? hash : 1;
}

/* Where the hash is, or where it would go. */
static uint64_t *place_of(uint64_t *seen, size_t cap, uint64_t hash)
{
	size_t i = hash & (cap - 1);

	while (seen[i] && seen[i] != hash)
		i = (i + 1) & (cap - 1);
	return &seen[i];
}

static void make_room(struct gaio *g)
{
	size_t cap = g->seen_cap ? g->seen_cap * 2 : 1024;
	uint64_t *seen;

	if (g->pages * 2 < g->seen_cap)
		return;
	seen = mem_alloc(cap * sizeof *seen);
	for (size_t i = 0; i < g->seen_cap; i++)
		if (g->seen[i])
			*place_of(seen, cap, g->seen[i]) = g->seen[i];
	free(g->seen);
	g->seen = seen;
	g->seen_cap = cap;
}

/* False when this URL was asked for before in this run. */
static bool is_new(struct gaio *g, const char *url)
{
	uint64_t hash = hash_of(url), *place;

	make_room(g);
	place = place_of(g->seen, g->seen_cap, hash);
	if (*place)
		return false;
	*place = hash;
	return true;
}

/* ---- one page ---- */

static struct span past_space(struct span s)
{
	while (s.n > 0 && (*s.p == ' ' || *s.p == '\t' || *s.p == '\r' || *s.p == '\n'))
		s = span_skip(s, 1);
	return s;
}

static bool take(struct span *s, char c)
{
	*s = past_space(*s);
	if (s->n == 0 || *s->p != c)
		return false;
	*s = span_skip(*s, 1);
	return true;
}

/* The number, from 1, of the row of a broken page in which it breaks; 0 when it does elsewhere. */
static uint64_t broken_row(struct scan *scan, struct span page)
{
	struct span name, value;
	enum json type;
	uint64_t rows = 0;

	if (!take(&page, '{'))
		return 0;
	while (!scan_value(scan, page, &name, &type, &page) && take(&page, ':')) {
		if (span_eq(name, SPAN("\"results\"")) && take(&page, '[')) {
			while (!scan_value(scan, page, &value, &type, &page)) {
				rows++;
				if (!take(&page, ','))
					return 0;
			}
			return take(&page, ']') ? 0 : rows + 1;
		}
		if (scan_value(scan, page, &value, &type, &page) || !take(&page, ','))
			return 0;
	}
	return 0;
}

static bool read_count(struct gaio *g)
{
	const struct field *f = row_find(&g->page, SPAN("count"));
	uint64_t n = 0;

	if (!f || f->type == JSON_NULL)
		return true;
	for (size_t i = 0; i < f->value.n; i++) {
		char c = f->value.p[i];

		if (c < '0' || c > '9' || n > UINT64_MAX / 10 - 1)
			return fail(g, STATUS_DATA, "count: not a whole number");
		n = n * 10 + (uint64_t)(c - '0');
	}
	g->counted = true;
	g->count = n;
	return true;
}

/* The URL that `next` means here, or NULL. */
static char *resolve(const char *here, struct span raw)
{
	struct buf scratch;
	struct span text;
	char *ref, *url = NULL;

	buf_init(&scratch, raw.n);
	text = jstr_text(raw, &scratch);
	ref = mem_dup(text.p, text.n);
	if (text.n > 0 && strlen(ref) == text.n)
		url = http_resolve(here, ref);
	free(ref);
	buf_free(&scratch);
	return url;
}

static bool read_next(struct gaio *g)
{
	const struct field *f = row_find(&g->page, SPAN("next"));
	char *here = g->url;
	bool good = true;

	g->url = NULL;
	if (f && f->type != JSON_NULL) {
		g->url = f->type == JSON_STRING ? resolve(here, f->value) : NULL;
		if (!g->url)
			good = fail(g, STATUS_DATA, "next: not a URL");
		else if (!http_same_origin(g->origin, g->url))
			good = fail(g, STATUS_DATA, "next: leads to another scheme, host or port");
		else if (!is_new(g, g->url))
			good = fail(g, STATUS_DATA, "next: leads to a page that came before");
	}
	free(here);
	return good;
}

static bool read_page(struct gaio *g)
{
	struct span body = buf_span(&g->reply.body);
	const char *why = row_parse(&g->page, body);
	uint64_t row = why ? broken_row(&g->page.scan, body) : 0;
	const struct field *results;

	if (row)
		return fail(g, STATUS_DATA, "row %" PRIu64 ": %s", row, why);
	if (why)
		return fail(g, STATUS_DATA, "%s", why);
	results = row_find(&g->page, SPAN("results"));
	if (!results || results->type != JSON_ARRAY)
		return fail(g, STATUS_DATA, "results: missing, or not an array");
	g->rest = results->value;
	g->page_rows = 0;
	return read_count(g) && read_next(g);
}

static void keep_rate(struct gaio *g)
{
	int64_t now = clock_mono();

	if (g->options.rate == 0)
		return;
	clock_sleep(g->due - now);
	g->due = (g->due > now ? g->due : now) + CLOCK_SECOND / (int64_t)g->options.rate;
}

static bool fetch(struct gaio *g)
{
	struct http_request q = {.method = "GET", .url = g->url, .bearer = g->options.token};
	static const char *const headers[] = {"Accept: application/json", NULL};

	q.headers = headers;
	keep_rate(g);
	if (http_send(g->http, &q, &g->reply))
		return true;
	return fail(
	    g, g->reply.tries ? http_blame(&g->reply) : STATUS_CONFIG, "%s", g->reply.error);
}

/* ---- the whole ---- */

void gaio_open(struct gaio *g, const struct gaio_options *options)
{
	*g = (struct gaio){.options = *options};
	g->origin = mem_text(options->url);
	g->url = http_resolve(options->url, options->url);
	if (!g->url)
		g->url = mem_text(options->url);
	g->http = http_open(&options->http);
	is_new(g, g->url);
}

static bool complete(struct gaio *g)
{
	if (g->counted && g->rows < g->count)
		fail(g, STATUS_DATA,
		    "the last one: %" PRIu64 " rows came, %" PRIu64 " were promised", g->rows,
		    g->count);
	return false;
}

bool gaio_page(struct gaio *g)
{
	if (g->status)
		return false;
	if (!g->url)
		return complete(g);
	if (g->options.max_pages && g->pages == g->options.max_pages)
		return fail(
		    g, STATUS_DATA, "the last one that --max-pages allows, and more follow");
	g->pages++;
	return fetch(g) && read_page(g);
}

bool gaio_row(struct gaio *g, struct span *row)
{
	if (g->status || !scan_item(&g->rest, row))
		return false;
	g->page_rows++;
	if (scan_type(*row) != JSON_OBJECT)
		return fail(g, STATUS_DATA, "row %" PRIu64 ": not a JSON object", g->page_rows);
	if (end_is(*row))
		return fail(g, STATUS_DATA, "row %" PRIu64 ": the key @end is for end records",
		    g->page_rows);
	g->rows++;
	return true;
}

uint64_t gaio_received(const struct gaio *g)
{
	return http_received(g->http);
}

uint64_t gaio_retries(const struct gaio *g)
{
	return http_retries(g->http);
}

void gaio_close(struct gaio *g)
{
	free(g->origin);
	free(g->url);
	free(g->seen);
	row_free(&g->page);
	http_reply_free(&g->reply);
	http_close(g->http);
}
