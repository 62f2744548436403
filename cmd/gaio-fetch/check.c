#include "check.h"

#include "api_read.h"

#include "base/mem.h"

#include <stdlib.h>

/* Headers as the file has them: a variable in one may be nobody's business. */
static void show_request(FILE *to, const struct api_resource *r, const struct ask *a)
{
	fprintf(to, "  %s %s\n", a->request.method, a->request.url);
	for (size_t i = 0; i < r->headers.n; i++)
		fprintf(to, "    %.*s: %.*s\n", SPAN_ARG(r->headers.item[i].name),
		    SPAN_ARG(r->headers.item[i].value));
	if (a->body.n > 0)
		fprintf(to, "    %.*s\n", (int)a->body.n, a->body.p);
}

static void show_secret(FILE *to, const char *what, const struct api_secret *s)
{
	switch (s->from) {
	case API_ENV: fprintf(to, "  %s: from the variable %.*s\n", what, SPAN_ARG(s->name)); break;
	case API_FILE: fprintf(to, "  %s: from the file %.*s\n", what, SPAN_ARG(s->name)); break;
	case API_FD: fprintf(to, "  %s: from descriptor %d\n", what, (int)s->fd); break;
	default: break;
	}
}

static void show_auth(FILE *to, const struct api_auth *a)
{
	static const char *const kinds[] = {
	    "none", "bearer", "basic", "header", "query", "oauth2", "google"};

	fprintf(to, "  auth: %s\n", kinds[a->kind]);
	show_secret(to, "secret", &a->secret);
	show_secret(to, "client_secret", &a->oauth2.client_secret);
	show_secret(to, "refresh_token", &a->oauth2.refresh_token);
	if (a->oauth2.token_url.p)
		fprintf(to, "  token: %.*s\n", SPAN_ARG(a->oauth2.token_url));
}

static void show_next(FILE *to, const struct api_resource *r)
{
	const struct api_next *n = &r->next;

	if (n->style)
		fprintf(to, "  next: %s %.*s\n", n->style->name,
		    SPAN_ARG(n->place.n > 0 ? n->place.text
		             : n->header.p  ? n->header
		                            : n->from));
	else
		fprintf(to, "  next: one page\n");
}

/* The first page, and how the second one would carry its token. */
static bool show_pages(FILE *to, struct ask *a, const struct api_resource *r,
    const struct ask_values *values, const struct auth *auth, struct error *error)
{
	struct paging p;
	bool good;

	style_begin(&p, &r->next);
	good = ask_page(a, r, values, auth, &p, 0, error);
	if (good)
		show_request(to, r, a);
	if (good && r->next.style && (r->next.style->needs || r->next.style->ahead)) {
		buf_adds(&p.token, "NEXT");
		p.at += r->next.size ? r->next.size : 1;
		good = ask_page(a, r, values, auth, &p, 0, error);
		if (good)
			show_request(to, r, a);
	}
	style_free(&p);
	return good;
}

static bool show_resource(
    FILE *to, const struct api *api, const struct ask_values *values, struct error *error)
{
	static const struct api_auth nobody = {.kind = API_AUTH_NONE};
	const struct api_resource *r = &api->resource;
	struct auth auth = {.how = &nobody, .base = mem_text("{base}")};
	struct ask_values v = *values;
	struct ask ask = {0};
	bool good = true;

	if (r->each.given || r->job.given)
		v.id = SPAN("ID");
	fprintf(to, "%s\n", api->name);
	show_auth(to, &r->auth);
	show_next(to, r);
	if (r->job.given) {
		good = ask_call(&ask, r, &r->job.create, &v, &auth, error);
		if (good)
			show_request(to, r, &ask);
		good = good && ask_call(&ask, r, &r->job.poll, &v, &auth, error);
		if (good)
			show_request(to, r, &ask);
	}
	good = good && show_pages(to, &ask, r, &v, &auth, error);
	ask_free(&ask);
	free(auth.base);
	return good;
}

static bool one(const char *path, const char *name, const struct ask_values *values, FILE *to,
    struct error *error)
{
	struct api api;
	bool good = api_read(&api, path, name, error) && show_resource(to, &api, values, error);

	api_read_free(&api);
	return good;
}

bool check_source(const char *path, const char *resource, const struct ask_values *values, FILE *to,
    struct error *error)
{
	struct span name, value;
	struct api all;
	bool good;

	if (resource)
		return one(path, resource, values, to, error);
	good = api_read(&all, path, NULL, error);
	for (struct span rest = all.all; good && scan_member(&rest, &name, &value);) {
		char *text = mem_dup(name.p, name.n);

		good = one(path, text, values, to, error);
		free(text);
	}
	api_read_free(&all);
	return good;
}
