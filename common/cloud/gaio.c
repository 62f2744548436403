#include "cloud/gaio.h"

#include "base/clock.h"
#include "base/mem.h"
#include "stream/end.h"
#include "json/jstr.h"
#include "wire/crypt.h"
#include "wire/form.h"
#include "wire/http_url.h"

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
	form_escape(url, name);
	buf_addc(url, '=');
	form_escape(url, value);
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

/* Why there is not what must be here. */
static const char *odd(struct span rest)
{
	return past_space(rest).n > 0 ? "not JSON" : "ends too early";
}

static bool read_count(struct gaio *g)
{
	struct span value = g->member[GAIO_COUNT];
	uint64_t n = 0;

	if (!value.p || scan_type(value) == JSON_NULL)
		return true;
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

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
		url = http_url_resolve(here, ref);
	free(ref);
	buf_free(&scratch);
	return url;
}

static bool read_next(struct gaio *g)
{
	struct span value = g->member[GAIO_NEXT];
	char *here = g->url;
	bool good = true;

	g->url = NULL;
	if (value.p && scan_type(value) != JSON_NULL) {
		g->url = scan_type(value) == JSON_STRING ? resolve(here, value) : NULL;
		if (!g->url)
			good = fail(g, STATUS_DATA, "next: not a URL");
		else if (!http_url_same_origin(g->origin, g->url))
			good = fail(g, STATUS_DATA, "next: leads to another scheme, host or port");
		else if (!is_new(g, g->url))
			good = fail(g, STATUS_DATA, "next: leads to a page that came before");
	}
	free(here);
	return good;
}

/* Which of a page's members this name (with its quotes) is. */
static enum gaio_member member_of(struct span name)
{
	static const struct span names[] = {[GAIO_COUNT] = {"count", 5},
	    [GAIO_NEXT] = {"next", 4},
	    [GAIO_RESULTS] = {"results", 7}};
	enum gaio_member found = GAIO_OTHER;
	struct buf scratch;
	struct span text;

	buf_init(&scratch, name.n);
	text = jstr_text(name, &scratch);
	for (int i = 0; i < GAIO_OTHER; i++)
		if (span_eq(text, names[i]))
			found = (enum gaio_member)i;
	buf_free(&scratch);
	return found;
}

static bool end_page(struct gaio *g)
{
	if (!take(&g->rest, '}') || past_space(g->rest).n > 0)
		return fail(g, STATUS_DATA, "%s", odd(g->rest));
	if (!g->member[GAIO_RESULTS].p)
		return fail(g, STATUS_DATA, "results: missing, or not an array");
	return read_count(g) && read_next(g);
}

/* g->rest is at a name. Reads members until the rows begin, or to the page's end. */
static bool read_members(struct gaio *g)
{
	struct span name, value;
	enum gaio_member member;
	enum json type;

	do {
		const char *why = scan_value(&g->scan, g->rest, &name, &type, &g->rest);

		if (why || type != JSON_STRING || !take(&g->rest, ':'))
			return fail(g, STATUS_DATA, "%s", why ? why : odd(g->rest));
		member = member_of(name);
		if (member != GAIO_OTHER && g->member[member].p)
			return fail(g, STATUS_DATA, "duplicate key");
		if (member == GAIO_RESULTS && take(&g->rest, '[')) {
			g->member[member] = g->rest;
			g->in_rows = !take(&g->rest, ']');
			if (g->in_rows)
				return true;
			continue;
		}
		why = scan_value(&g->scan, g->rest, &value, &type, &g->rest);
		if (why || member == GAIO_RESULTS)
			return fail(
			    g, STATUS_DATA, "%s", why ? why : "results: missing, or not an array");
		if (member != GAIO_OTHER)
			g->member[member] = value;
	} while (take(&g->rest, ','));
	return end_page(g);
}

static bool read_page(struct gaio *g)
{
	struct span body = buf_span(&g->reply.body), value;
	enum json type;
	const char *why;

	g->rest = body;
	g->page_rows = 0;
	g->in_rows = false;
	memset(g->member, 0, sizeof g->member);
	if (!take(&g->rest, '{')) {
		why = scan_document(&g->scan, body, &value, &type);
		return fail(g, STATUS_DATA, "%s", why ? why : "not a JSON object");
	}
	if (past_space(g->rest).n > 0 && *past_space(g->rest).p == '}')
		return end_page(g);
	return read_members(g);
}

static void keep_rate(struct gaio *g)
{
	int64_t now = clock_mono();

	if (g->options.rate == 0)
		return;
	clock_sleep(g->due - now);
	g->due = (g->due > now ? g->due : now) + CLOCK_SECOND / (int64_t)g->options.rate;
}

/* What the status of a refusal says to its reader. */
static const char *meaning(int status)
{
	switch (status) {
	case 401: return ": the API does not take the token";
	case 403: return ": the token may not read this";
	case 404: return ": the API has no such collection";
	default: return "";
	}
}

static bool fetch(struct gaio *g)
{
	struct http_request q = {.method = "GET", .url = g->url, .bearer = g->options.token};
	static const char *const headers[] = {"Accept: application/json", NULL};

	q.headers = headers;
	keep_rate(g);
	if (http_send(g->http, &q, &g->reply))
		return true;
	return fail(g, g->reply.tries ? http_blame(&g->reply) : STATUS_CONFIG, "%s%s",
	    g->reply.error, meaning(g->reply.status));
}

/* ---- the whole ---- */

void gaio_open(struct gaio *g, const struct gaio_options *options)
{
	*g = (struct gaio){.options = *options};
	g->origin = mem_text(options->url);
	g->url = http_url_resolve(options->url, options->url);
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

/* What follows a row: another one, or the rest of the page. */
static bool pass_row(struct gaio *g)
{
	if (take(&g->rest, ','))
		return true;
	g->in_rows = false;
	if (!take(&g->rest, ']'))
		return fail(g, STATUS_DATA, "row %" PRIu64 ": %s", g->page_rows, odd(g->rest));
	return take(&g->rest, ',') ? read_members(g) : end_page(g);
}

bool gaio_row(struct gaio *g, struct span *row)
{
	enum json type;
	const char *why;

	if (g->status || !g->in_rows)
		return false;
	g->page_rows++;
	g->rows++;
	why = scan_value(&g->scan, g->rest, row, &type, &g->rest);
	if (!why && type != JSON_OBJECT)
		why = "not a JSON object";
	if (!why && end_is(*row))
		why = "the key @end is for end records";
	if (why)
		return fail(g, STATUS_DATA, "row %" PRIu64 ": %s", g->page_rows, why);
	return pass_row(g);
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
	scan_free(&g->scan);
	http_reply_free(&g->reply);
	http_close(g->http);
}
