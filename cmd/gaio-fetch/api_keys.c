/* Every key of the source file. leadpipe-source(7) has the same table for people. */

#include "api_keys.h"

#include "api_check.h"
#include "api_own.h"

#include <stddef.h>

#define IN(type, member) offsetof(struct api_##type, member)

static const char *const formats[] = {
    "rfc3339", "offset", "datetime", "date", "compact", "epoch_s", "epoch_ms", NULL};

#define WHEN_KEYS                                                                                  \
	KEY("query", KEY_TEXT, IN(when, query)), KEY("body", KEY_PATH, IN(when, body)),            \
	{                                                                                          \
		.name = "format", .kind = KEY_WORD, .at = IN(when, format), .words = formats       \
	}

static const struct key since_list[] = {WHEN_KEYS, KEY("first", KEY_TEXT, IN(when, first)),
    KEY("exclusive", KEY_FLAG, IN(when, exclusive)), {0}};
static const struct key until_list[] = {
    WHEN_KEYS, KEY("inclusive", KEY_FLAG, IN(when, inclusive)), {0}};
static const struct key_table since_keys = {since_list, NULL}, until_keys = {until_list, NULL};

static bool check_watermark(struct api *api, struct span object, void *to)
{
	const struct api_watermark *w = to;

	return w->field.n > 0 || doc_wrong(&api->doc, object.p, "watermark: field is missing");
}

static const struct key watermark_list[] = {
    KEY("field", KEY_PATH, IN(watermark, field)),
    {.name = "format", .kind = KEY_WORD, .at = IN(watermark, format), .words = formats},
    {0},
};
static const struct key_table watermark_keys = {watermark_list, check_watermark};

static const struct key window_list[] = {
    KEY("step", KEY_TIME, IN(window, step)),
    KEY("cap", KEY_COUNT, IN(window, cap)),
    {0},
};
static const struct key_table window_keys = {window_list, NULL};

static bool check_each(struct api *api, struct span object, void *to)
{
	const struct api_each *e = to;

	return e->key.n > 0 || doc_wrong(&api->doc, object.p, "each: key is missing");
}

static const struct key each_list[] = {
    KEY("key", KEY_PATH, IN(each, key)),
    KEY("as", KEY_TEXT, IN(each, as)),
    {0},
};
static const struct key_table each_keys = {each_list, check_each};

static bool check_call(struct api *api, struct span object, void *to)
{
	const struct api_call *c = to;

	return c->path.p || doc_wrong(&api->doc, object.p, "path is missing");
}

static const struct key call_list[] = {
    KEY("method", KEY_TEXT, IN(call, method)),
    KEY("path", KEY_TEXT, IN(call, path)),
    KEY("query", KEY_PAIRS, IN(call, query)),
    KEY("body", KEY_OBJECT, IN(call, body)),
    {0},
};
static const struct key_table call_keys = {call_list, check_call};

static bool check_job(struct api *api, struct span object, void *to)
{
	const struct api_job *j = to;
	const char *missing = !j->create.given  ? "create"
	                      : !j->poll.given  ? "poll"
	                      : j->id.n == 0    ? "id"
	                      : j->state.n == 0 ? "state"
	                      : j->done.n == 0  ? "done"
	                                        : NULL;

	return !missing || doc_wrong(&api->doc, object.p, "job: %s is missing", missing);
}

static const struct key job_list[] = {
    {.name = "create", .kind = KEY_TABLE, .at = IN(job, create), .keys = &call_keys},
    {.name = "poll", .kind = KEY_TABLE, .at = IN(job, poll), .keys = &call_keys},
    KEY("id", KEY_PATH, IN(job, id)),
    KEY("state", KEY_PATH, IN(job, state)),
    KEY("done", KEY_TEXTS, IN(job, done)),
    KEY("failed", KEY_TEXTS, IN(job, failed)),
    KEY("result", KEY_PATH, IN(job, result)),
    KEY("every", KEY_TIME, IN(job, every)),
    KEY("within", KEY_TIME, IN(job, within)),
    {0},
};
static const struct key_table job_keys = {job_list, check_job};

#define RESOURCE_KEYS                                                                              \
	KEY("url", KEY_TEXT, IN(resource, url)), KEY("path", KEY_TEXT, IN(resource, path)),        \
	    KEY("method", KEY_TEXT, IN(resource, method)),                                         \
	    KEY("headers", KEY_PAIRS, IN(resource, headers)),                                      \
	    KEY("query", KEY_PAIRS, IN(resource, query)),                                          \
	    KEY("body", KEY_OBJECT, IN(resource, body)),                                           \
	    KEY("rows", KEY_PATH, IN(resource, rows)),                                             \
	    KEY("optional", KEY_FLAG, IN(resource, optional)),                                     \
	    {.name = "next", .kind = KEY_OWN, .at = IN(resource, next), .own = api_own_next},      \
	    {.name = "since", .kind = KEY_TABLE, .at = IN(resource, since), .keys = &since_keys},  \
	    {.name = "until", .kind = KEY_TABLE, .at = IN(resource, until), .keys = &until_keys},  \
	    {.name = "watermark",                                                                  \
	        .kind = KEY_TABLE,                                                                 \
	        .at = IN(resource, watermark),                                                     \
	        .keys = &watermark_keys},                                                          \
	    {.name = "replies", .kind = KEY_OWN, .at = 0, .own = api_own_replies},                 \
	    KEY("ignore", KEY_PATHS, IN(resource, ignore)),                                        \
	    {.name = "auth", .kind = KEY_OWN, .at = IN(resource, auth), .own = api_own_auth},      \
	    KEY("rate", KEY_RATE, IN(resource, rate_us)),                                          \
	    {.name = "window",                                                                     \
	        .kind = KEY_TABLE,                                                                 \
	        .at = IN(resource, window),                                                        \
	        .keys = &window_keys},                                                             \
	    {.name = "each", .kind = KEY_TABLE, .at = IN(resource, each), .keys = &each_keys},     \
	{                                                                                          \
		"job", KEY_TABLE, IN(resource, job), .keys = &job_keys                             \
	}

static const struct key resource_list[] = {RESOURCE_KEYS, {0}};

/* "resources" is read when all else was. */
static bool note_resources(struct api *api, const char *name, struct span raw, void *to)
{
	(void)to;
	if (scan_type(raw) != JSON_OBJECT)
		return doc_wrong(&api->doc, raw.p, "%s: must be an object", name);
	api->all = raw;
	return true;
}

static const struct key file_list[] = {
    RESOURCE_KEYS, {.name = "resources", .kind = KEY_OWN, .at = 0, .own = note_resources}, {0}};

const struct key_table api_keys_resource = {resource_list, api_check_resource};
const struct key_table api_keys_file = {file_list, NULL};
