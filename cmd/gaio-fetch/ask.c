#include "ask.h"

#include "base/mem.h"
#include "wire/form.h"
#include "json/jstr.h"
#include "stamp.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

/* ---- URLs ---- */

static void drop_fragment(struct buf *url)
{
	const char *mark = url->n > 0 ? memchr(url->p, '#', url->n) : NULL;

	if (mark)
		url->n = (size_t)(mark - url->p);
}

static void add_param(struct buf *url, struct span name, struct span value, bool encoded)
{
	bool first = url->n == 0 || !memchr(url->p, '?', url->n);

	buf_addc(url, first ? '?' : '&');
	form_escape(url, name);
	buf_addc(url, '=');
	if (encoded)
		buf_addspan(url, value);
	else
		form_escape(url, value);
}

/* A parameter of that name that a next URL brings is replaced: Meta repeats the token in it. */
static void strip_param(struct buf *url, struct span name)
{
	char *p = url->n > 0 ? memchr(url->p, '?', url->n) : NULL, *to, *end = url->p + url->n;

	if (!p)
		return;
	for (to = ++p; p < end;) {
		char *stop = memchr(p, '&', (size_t)(end - p));
		size_t n = stop ? (size_t)(stop - p) : (size_t)(end - p);
		bool its = n > name.n && p[name.n] == '=' && memcmp(p, name.p, name.n) == 0;

		if (!its) {
			if (to[-1] != '?')
				*to++ = '&';
			memmove(to, p, n);
			to += n;
		}
		p += n + (stop != NULL);
	}
	if (to[-1] == '?')
		to--;
	url->n = (size_t)(to - url->p);
}

static void add_base(const struct ask_making *m, struct span path)
{
	struct buf *url = &m->ask->url, full;

	buf_init(&full, ASK_MAX);
	if (path.p)
		ask_fill(m, &full, path, ASK_PERCENT);
	if (!strstr(buf_str(&full), "://")) {
		ask_fill(m, url, m->r->url, ASK_PLAIN);
		while (path.p && url->n > 0 && url->p[url->n - 1] == '/')
			url->n--;
		if (path.p && full.n > 0 && *full.p != '/' && *full.p != '?')
			buf_addc(url, '/');
	}
	buf_addspan(url, buf_span(&full));
	buf_free(&full);
	drop_fragment(url);
}

static void add_query(const struct ask_making *m, const struct api_pairs *query)
{
	struct buf value;

	buf_init(&value, ASK_MAX);
	for (size_t i = 0; query && i < query->n; i++) {
		buf_clear(&value);
		ask_fill(m, &value, query->item[i].value, ASK_PLAIN);
		add_param(&m->ask->url, query->item[i].name, buf_span(&value), false);
	}
	buf_free(&value);
}

static void add_when(
    const struct ask_making *m, const struct api_when *when, bool has, int64_t us, bool query)
{
	char text[STAMP_TEXT];
	struct span value = {text, ask_fill_time(text, when, us)};

	if (has && query && when->query.p)
		add_param(&m->ask->url, when->query, value, false);
}

/* ---- bodies ---- */

/* Puts a text (or a number) at a place of the body. */
static void put(struct buf *body, const struct where *where, struct span text, bool number)
{
	struct buf raw, fresh;

	buf_init(&raw, 6 * text.n + 2);
	buf_init(&fresh, ASK_MAX);
	if (number)
		buf_addspan(&raw, text);
	else
		jstr_quote_any(&raw, text);
	where_set(&fresh, where, body->n > 0 ? buf_span(body) : (struct span){0}, buf_span(&raw));
	buf_clear(body);
	buf_addspan(body, buf_span(&fresh));
	body->full |= fresh.full;
	buf_free(&raw);
	buf_free(&fresh);
}

static void put_when(const struct ask_making *m, const struct api_when *when, bool has, int64_t us)
{
	char text[STAMP_TEXT];

	if (has && when->body.n > 0) {
		size_t n = ask_fill_time(text, when, us);

		put(&m->ask->body, &when->body, (struct span){text, n},
		    stamp_is_number((enum api_format)when->format));
	}
}

/* ---- paging ---- */

static void add_limit(const struct ask_making *m, const struct paging *p)
{
	char text[24];
	struct span value = {text, (size_t)snprintf(text, sizeof text, "%ju", (uintmax_t)p->size)};

	if (!p->next->limit.p)
		return;
	if (p->next->body.n > 0) {
		struct where where;

		if (!where_parse(&where, p->next->limit))
			put(&m->ask->body, &where, value, true);
	} else {
		add_param(&m->ask->url, p->next->limit, value, false);
	}
}

static void add_paging(const struct ask_making *m, const struct paging *p)
{
	const struct api_next *next = p->next;
	bool own = next->style && next->style->takes == STYLE_NAME;

	add_limit(m, p);
	if (m->token.n == 0)
		return;
	if (next->body.n > 0)
		put(&m->ask->body, &next->body, m->token, p->number);
	else if (own || next->query.p)
		add_param(&m->ask->url, own ? next->from : next->query, m->token, next->encoded);
}

/* ---- headers ---- */

static void add_header(struct ask *a, size_t *n, struct span line)
{
	if (*n == ASK_HEADERS)
		return;
	a->headers[(*n)++] = a->lines.p + a->lines.n;
	buf_addspan(&a->lines, line);
	buf_addc(&a->lines, '\0');
}

static void add_headers(const struct ask_making *m)
{
	const struct api_pairs *pairs = &m->r->headers;
	struct ask *a = m->ask;
	struct buf line;
	size_t n = 0;

	buf_init(&line, ASK_MAX);
	buf_reserve(&a->lines, 256 * 1024);
	for (size_t i = 0; i < pairs->n; i++) {
		struct span name = pairs->item[i].name;

		buf_clear(&line);
		if (name.n == 12 && strncasecmp(name.p, "content-type", 12) == 0) {
			ask_fill(m, &a->type, pairs->item[i].value, ASK_PLAIN);
			continue;
		}
		buf_addspan(&line, name);
		buf_adds(&line, ": ");
		ask_fill(m, &line, pairs->item[i].value, ASK_PLAIN);
		if (a->lines.n + line.n + 1 < 256 * 1024)
			add_header(a, &n, buf_span(&line));
	}
	if (m->auth && auth_header(m->auth) &&
	    a->lines.n + strlen(auth_header(m->auth)) + 1 < 256 * 1024)
		add_header(a, &n, span_of(auth_header(m->auth)));
	a->headers[n] = NULL;
	buf_free(&line);
}

/* ---- the whole ---- */

static void begin(struct ask *a)
{
	struct buf *const all[] = {&a->url, &a->body, &a->key, &a->lines, &a->method, &a->type};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		all[i]->max = ASK_MAX;
		if (all[i] == &a->lines && all[i]->n > 0)
			crypt_wipe(all[i]->p, all[i]->n);
		buf_clear(all[i]);
	}
}

/*
 * What names the request in an archive: no credentials, and not the host that they were good
 * for.
 */
static void add_key(const struct ask_making *m, const char *method)
{
	struct ask *a = m->ask;
	struct span url = buf_span(&a->url), base = span_of(m->auth ? m->auth->base : NULL);

	buf_addf(&a->key, "%s ", method);
	if (base.n > 0 && span_starts(url, base)) {
		buf_adds(&a->key, AUTH_NO_BASE);
		url = span_skip(url, base.n);
	}
	buf_addspan(&a->key, url);
	buf_addc(&a->key, '\n');
	buf_addspan(&a->key, buf_span(&a->body));
}

static bool finish(const struct ask_making *m, const char *method)
{
	struct ask *a = m->ask;
	struct span name, value;
	bool query;

	add_headers(m);
	query = m->auth && auth_query(m->auth, &name, &value);
	if (query)
		strip_param(&a->url, name);
	add_key(m, method);
	if (query)
		add_param(&a->url, name, value, false);
	if (a->url.full || a->body.full || a->lines.full)
		error_set(m->error, STATUS_DATA, "a request longer than 4 MiB");
	buf_adds(&a->method, method);
	a->generation = m->auth ? m->auth->generation : 0;
	a->request = (struct http_request){.method = buf_str(&a->method),
	    .url = buf_str(&a->url),
	    .bearer = m->auth ? auth_bearer(m->auth) : NULL,
	    .type = a->body.n == 0  ? NULL
	            : a->type.n > 0 ? buf_str(&a->type)
	                            : "application/json",
	    .body = a->body.n > 0 ? buf_span(&a->body) : (struct span){0},
	    .headers = a->headers,
	    .packed = true};
	return m->error->status == STATUS_OK;
}

static const char *method_of(struct span given, bool body, char text[16])
{
	if (!given.p)
		return body ? "POST" : "GET";
	snprintf(text, 16, "%.*s", (int)(given.n < 15 ? given.n : 15), given.p);
	return text;
}

bool ask_page(struct ask *a, const struct api_resource *r, const struct ask_values *values,
    const struct auth *auth, const struct paging *p, uint64_t ahead, struct error *error)
{
	struct ask_making m = {a, r, values, auth, buf_span(&p->token), error};
	struct buf counted;
	char method[16];
	bool good = true;

	begin(a);
	buf_init(&counted, 32);
	if (p->next->style && p->next->style->ahead) {
		good = p->next->style->ahead(p, ahead, &counted);
		m.token = buf_span(&counted);
	} else {
		good = ahead == 0;
	}
	if (good && p->url) {
		buf_adds(&a->url, p->url);
		if (p->next->limit.p && p->size != p->next->size) {
			strip_param(&a->url, p->next->limit);
			add_limit(&m, p);
		}
		good = finish(&m, method_of(r->method, false, method));
	} else if (good) {
		add_base(&m, r->path);
		add_query(&m, &r->query);
		add_when(&m, &r->since, values->has_since, values->since, true);
		add_when(&m, &r->until, values->has_until, values->until, true);
		if (r->body.p)
			ask_fill(&m, &a->body, r->body, ASK_JSON);
		put_when(&m, &r->since, values->has_since, values->since);
		put_when(&m, &r->until, values->has_until, values->until);
		add_paging(&m, p);
		add_query(&m, values->params);
		good = finish(&m, method_of(r->method, a->body.n > 0, method));
	}
	buf_free(&counted);
	return good;
}

bool ask_call(struct ask *a, const struct api_resource *r, const struct api_call *call,
    const struct ask_values *values, const struct auth *auth, struct error *error)
{
	struct ask_making m = {a, r, values, auth, {0}, error};
	char method[16];

	begin(a);
	add_base(&m, call->path);
	add_query(&m, &call->query);
	if (call->body.p)
		ask_fill(&m, &a->body, call->body, ASK_JSON);
	return finish(&m, method_of(call->method, call->body.p != NULL, method));
}

bool ask_url(struct ask *a, const struct api_resource *r, struct span url, struct error *error)
{
	struct api_resource plain = {.url = url};
	struct ask_values none = {0};
	struct ask_making m = {a, &plain, &none, NULL, {0}, error};

	(void)r;
	begin(a);
	buf_addspan(&a->url, url);
	return finish(&m, "GET");
}

void ask_free(struct ask *a)
{
	struct buf *const all[] = {&a->url, &a->body, &a->key, &a->lines, &a->method, &a->type};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		crypt_free_buf(all[i]);
}
