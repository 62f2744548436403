#include "api_check.h"

#include "style.h"

static bool has(struct span text, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= text.n; i++)
		if (memcmp(text.p + i, word, n) == 0)
			return true;
	return false;
}

static bool in_pairs(const struct api_pairs *pairs, const char *word)
{
	for (size_t i = 0; i < pairs->n; i++)
		if (has(pairs->item[i].value, word))
			return true;
	return false;
}

static bool anywhere(const struct api_resource *r, const char *word)
{
	if (in_pairs(&r->query, word) || in_pairs(&r->job.create.query, word))
		return true;
	return has(r->path, word) || has(r->body, word) || has(r->url, word) ||
	       (r->job.given && (has(r->job.create.path, word) || has(r->job.create.body, word)));
}

static bool check_when(struct api *api, struct span object, const struct api_when *when,
    const char *name, const char *word)
{
	if (!when->given || when->query.p || when->body.n > 0 || anywhere(&api->resource, word))
		return true;
	return doc_wrong(
	    &api->doc, object.p, "%s: needs query, body, or %s in path, query or body", name, word);
}

static bool check_paging(struct api *api, const struct api_resource *r)
{
	const struct style *s = r->next.style;

	if (!s || !s->needs || s->needs & r->next.options || anywhere(r, "{token}"))
		return true;
	return doc_wrong(&api->doc, r->next.at,
	    "next: %s needs query, body, or {token} in path, query or body", s->name);
}

bool api_check_resource(struct api *api, struct span object, void *to)
{
	struct api_resource *r = to;

	api->resource = *r;
	if (!r->url.p && !r->path.p && !api->own)
		return doc_wrong(&api->doc, object.p, "url or path is missing");
	if (r->each.given && !anywhere(r, "{id}"))
		return doc_wrong(&api->doc, object.p, "each: needs {id} in path, query or body");
	if (r->each.given && r->window.given)
		return doc_wrong(&api->doc, object.p, "each and window do not go together");
	if (r->each.given && r->job.given)
		return doc_wrong(&api->doc, object.p, "each and job do not go together");
	if (r->window.given && !r->since.given)
		return doc_wrong(&api->doc, object.p, "window: needs since");
	return check_paging(api, r) && check_when(api, object, &r->since, "since", "{since}") &&
	       check_when(api, object, &r->until, "until", "{until}");
}
