#include "api_read.h"
#include "api_table.h"
#include "style.h"

#include "base/mem.h"

#include <stdio.h>

enum { FILE_MAX = 4 << 20, NAMES_MAX = 1024 };

/* The Gaio API's own shape, in the words of a source file. */
static const char own[] =
    "{\"rows\":\"results\",\"next\":{\"url\":\"next\",\"total\":\"count\"},"
    "\"since\":{\"query\":\"updated_since\"},\"until\":{\"query\":\"updated_until\"},"
    "\"watermark\":{\"field\":\"updated_at\"},\"headers\":{\"Accept\":\"application/json\"}}";

/* ---- what must fit together ---- */

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

/* ---- the file ---- */

static bool fail(struct api *api, struct error *error, enum status status)
{
	return error_set(error, status, "%s", api->why);
}

/* One after the other, each checked; the wanted one stays in api->resource. */
static bool read_resources(struct api *api, const char *wanted, bool *found)
{
	struct api_resource kept = {0};
	struct span name, value;

	for (struct span rest = api->all; scan_member(&rest, &name, &value);) {
		struct api_resource r = api->defaults;
		char what[64];

		snprintf(what, sizeof what, "%.*s", (int)(name.n < 50 ? name.n : 50), name.p);
		if (!api_object(api, what, &api_resource_keys, value, &r))
			return false;
		if (wanted && where_names(name, span_of(wanted))) {
			*found = true;
			kept = r;
		}
	}
	api->resource = kept;
	return true;
}

static bool read_text(
    struct api *api, const char *path, const char *wanted, struct span text, struct error *error)
{
	struct span file;
	enum json type;
	bool found = false;
	const char *why = scan_document(&api->scan, text, &file, &type);

	if (why && text.n == 0)
		return error_set(error, STATUS_CONFIG, "%.500s: empty", path);
	if (why) {
		doc_wrong(&api->doc, api->scan.at, "%s", why);
		return fail(api, error, STATUS_CONFIG);
	}
	if (!api_object(api, "the file", &api_file_keys, file, &api->defaults))
		return fail(api, error, STATUS_CONFIG);
	if (!api->all.p && !doc_wrong(&api->doc, file.p, "resources is missing"))
		return fail(api, error, STATUS_CONFIG);
	if (!read_resources(api, wanted, &found))
		return fail(api, error, STATUS_CONFIG);
	if (wanted && !found) {
		struct buf names;

		buf_init(&names, NAMES_MAX);
		api_read_names(api, &names);
		error_set(error, STATUS_USAGE,
		    "%.500s: no resource of that name; there are: %.300s", path, buf_str(&names));
		buf_free(&names);
		return false;
	}
	return true;
}

bool api_read(struct api *api, const char *path, const char *wanted, struct error *error)
{
	struct span text;

	*api = (struct api){.name = wanted};
	if (!doc_read(&api->doc, path, FILE_MAX, api->why, sizeof api->why, &text))
		return fail(api, error, STATUS_CONFIG);
	return read_text(api, path, wanted, text, error);
}

bool api_read_own(struct api *api, struct error *error)
{
	struct span file, text = {own, sizeof own - 1};
	enum json type;

	*api = (struct api){.name = "", .own = true};
	api->doc =
	    (struct doc){.path = "gaio", .why = api->why, .why_size = sizeof api->why, .line = 1};
	buf_init(&api->doc.scratch, sizeof own);
	api->doc.at = text.p;
	if (scan_document(&api->scan, text, &file, &type) ||
	    !api_object(api, "gaio", &api_resource_keys, file, &api->resource))
		return error_set(error, STATUS_BUG, "%s", api->why);
	return true;
}

void api_read_names(const struct api *api, struct buf *to)
{
	struct span name, value;

	for (struct span rest = api->all; scan_member(&rest, &name, &value);) {
		if (to->n > 0)
			buf_adds(to, ", ");
		buf_addspan(to, name);
	}
}

void api_read_free(struct api *api)
{
	scan_free(&api->scan);
	doc_free(&api->doc);
}
