#include "api_read.h"
#include "api_keys.h"

#include "base/mem.h"

#include <stdio.h>

enum { FILE_MAX = 4 << 20, NAMES_MAX = 1024 };

/* The Gaio API's own shape, in the words of a source file. */
static const char own[] =
    "{\"rows\":\"results\",\"next\":{\"url\":\"next\",\"total\":\"count\"},"
    "\"since\":{\"query\":\"updated_since\"},\"until\":{\"query\":\"updated_until\"},"
    "\"watermark\":{\"field\":\"updated_at\"},\"headers\":{\"Accept\":\"application/json\"}}";

/* ---- the file ---- */

static bool fail(struct api *api, struct error *error, enum status status)
{
	return error_set(error, status, "%s", api->wrong.text);
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
		if (!api_table_object(api, what, &api_keys_resource, value, &r))
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
	if (!api_table_object(api, "the file", &api_keys_file, file, &api->defaults))
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
	if (!doc_read(&api->doc, path, FILE_MAX, &api->wrong, &text))
		return fail(api, error, STATUS_CONFIG);
	return read_text(api, path, wanted, text, error);
}

bool api_read_own(struct api *api, struct error *error)
{
	struct span file, text = {own, sizeof own - 1};
	enum json type;

	*api = (struct api){.name = "", .own = true};
	api->doc = (struct doc){.path = "gaio", .error = &api->wrong, .line = 1};
	buf_init(&api->doc.scratch, sizeof own);
	api->doc.at = text.p;
	if (scan_document(&api->scan, text, &file, &type) ||
	    !api_table_object(api, "gaio", &api_keys_resource, file, &api->resource))
		return error_set(error, STATUS_BUG, "%s", api->wrong.text);
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
