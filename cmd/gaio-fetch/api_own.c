/* The keys of the source file that have a form of their own. */

#include "api_own.h"

#include "style.h"

#include <stddef.h>
#include <stdio.h>

#define IN(type, member) offsetof(struct api_##type, member)

/* ---- next ---- */

static const struct key next_list[] = {
    KEY("query", KEY_TEXT, IN(next, query)),
    KEY("body", KEY_PATH, IN(next, body)),
    KEY("encoded", KEY_FLAG, IN(next, encoded)),
    KEY("more", KEY_TEXT, IN(next, more)),
    KEY("first", KEY_COUNT, IN(next, first)),
    KEY("size", KEY_COUNT, IN(next, size)),
    KEY("limit", KEY_TEXT, IN(next, limit)),
    KEY("total", KEY_PATH, IN(next, total)),
    KEY("total_header", KEY_TEXT, IN(next, total_header)),
    KEY("estimate", KEY_FLAG, IN(next, estimate)),
    KEY("total_pages", KEY_PATH, IN(next, total_pages)),
    KEY("total_pages_header", KEY_TEXT, IN(next, total_pages_header)),
    {0},
};

/* Beside the keys of next_list, in their order. */
static const unsigned option_of[] = {STYLE_QUERY, STYLE_BODY, STYLE_ENCODED, STYLE_MORE,
    STYLE_FIRST, STYLE_SIZE, STYLE_LIMIT, STYLE_TOTAL, STYLE_TOTAL, STYLE_TOTAL, STYLE_PAGES,
    STYLE_PAGES};

static bool read_style(
    struct api *api, const struct style *style, struct span raw, struct api_next *next)
{
	static const struct key header_list[] = {KEY("header", KEY_TEXT, IN(next, header)), {0}};
	static const struct key_table header_keys = {header_list, NULL};
	struct key own = {style->name, KEY_TEXT, IN(next, from), NULL, NULL, NULL};

	if (next->style)
		return doc_wrong(&api->doc, raw.p, "next: both \"%s\" and \"%s\"",
		    next->style->name, style->name);
	next->style = style;
	if (style->takes == STYLE_PLACE_OR_HEADER && scan_type(raw) == JSON_OBJECT) {
		if (!api_table_object(api, style->name, &header_keys, raw, next))
			return false;
		return next->header.p ||
		       doc_wrong(&api->doc, raw.p, "%s: header is missing", style->name);
	}
	if (style->takes == STYLE_PLACE || style->takes == STYLE_PLACE_OR_HEADER) {
		own.kind = KEY_PATH;
		own.at = IN(next, place);
	}
	return api_table_value(api, &own, raw, next);
}

/* "!done": the flag means that no page follows. */
static bool read_more(struct api *api, struct span raw, struct api_next *next)
{
	static const struct key more = {"more", KEY_TEXT, 0, NULL, NULL, NULL};
	struct span text;
	const char *why;

	if (!api_table_value(api, &more, raw, &text))
		return false;
	next->more_not = *text.p == '!';
	why = where_parse(&next->more, span_skip(text, next->more_not));
	return !why || doc_wrong(&api->doc, raw.p, "more: %s", why);
}

static bool read_next_key(struct api *api, struct span name, struct span raw, struct api_next *next)
{
	const struct key *key = api_table_key(next_list, name);
	const struct style *style = style_find(name);

	if (style)
		return read_style(api, style, raw, next);
	if (!key)
		return api_table_unknown(api, "next", name);
	next->options |= option_of[key - next_list];
	next->has_first |= option_of[key - next_list] == STYLE_FIRST;
	if (key->at == IN(next, more))
		return read_more(api, raw, next);
	return api_table_value(api, key, raw, next);
}

/* An option that the style has no use for is a mistake, not a remark. */
static bool check_next(struct api *api, struct span raw, const struct api_next *next)
{
	unsigned odd = next->style ? next->options & ~next->style->options
	                           : next->options & ~(unsigned)STYLE_TOTAL;
	struct span name, value;

	for (struct span rest = raw; odd && scan_member(&rest, &name, &value);) {
		const struct key *key = api_table_key(next_list, name);

		if (key && option_of[key - next_list] & odd)
			return doc_wrong(&api->doc, name.p, "next: %s has no \"%s\"",
			    next->style ? next->style->name : "one page", key->name);
	}
	if (next->limit.p && next->size == 0)
		return doc_wrong(&api->doc, raw.p, "next: \"limit\" needs \"size\"");
	return true;
}

bool api_own_next(struct api *api, const char *what, struct span raw, void *to)
{
	struct api_next *next = to;
	struct span name, value;

	*next = (struct api_next){.given = true, .at = raw.p};
	if (scan_type(raw) == JSON_NULL)
		return true;
	if (scan_type(raw) != JSON_OBJECT)
		return doc_wrong(&api->doc, raw.p, "%s: must be an object", what);
	for (struct span rest = raw; scan_member(&rest, &name, &value);)
		if (!read_next_key(api, name, value, next))
			return false;
	if (next->style && span_eq(span_of(next->style->name), SPAN("page")) && !next->has_first)
		next->first = 1;
	return check_next(api, raw, next);
}

/* ---- auth ---- */

static const char *const grants[] = {"client_credentials", "refresh_token", "none", NULL};
static const char *const clients[] = {"body", "basic", NULL};
static const char *const sends[] = {"form", "json", NULL};

static bool check_oauth2(struct api *api, struct span object, void *to)
{
	const struct api_oauth2 *o = to;
	const char *missing = NULL;

	if (!o->token_url.p)
		missing = "token_url";
	else if (o->grant == API_CLIENT_CREDENTIALS ? !o->client_secret.from
	                                            : !o->refresh_token.from)
		missing = o->grant == API_CLIENT_CREDENTIALS ? "client_secret" : "refresh_token";
	if (missing)
		return doc_wrong(&api->doc, object.p, "oauth2: %s is missing", missing);
	if (o->store.p && o->refresh_token.from == API_FILE &&
	    span_eq(o->store, o->refresh_token.name))
		return doc_wrong(
		    &api->doc, object.p, "oauth2: store is the file that refresh_token comes from");
	return true;
}

static const struct key oauth2_list[] = {
    KEY("token_url", KEY_TEXT, IN(oauth2, token_url)),
    {.name = "grant", .kind = KEY_WORD, .at = IN(oauth2, grant), .words = grants},
    KEY("client_id", KEY_NAMED, IN(oauth2, client_id)),
    KEY("client_secret", KEY_SECRET, IN(oauth2, client_secret)),
    KEY("refresh_token", KEY_SECRET, IN(oauth2, refresh_token)),
    KEY("store", KEY_TEXT, IN(oauth2, store)),
    KEY("scope", KEY_TEXT, IN(oauth2, scope)),
    KEY("fields", KEY_PAIRS, IN(oauth2, fields)),
    {.name = "client", .kind = KEY_WORD, .at = IN(oauth2, client), .words = clients},
    {.name = "send", .kind = KEY_WORD, .at = IN(oauth2, send), .words = sends},
    KEY("token", KEY_PATH, IN(oauth2, token)),
    KEY("base", KEY_PATH, IN(oauth2, base)),
    KEY("life", KEY_COUNT, IN(oauth2, life)),
    {0},
};
static const struct key_table oauth2_keys = {oauth2_list, check_oauth2};

static bool check_named(struct api *api, struct span object, void *to)
{
	const struct api_auth *a = to;

	if (!a->name.p)
		return doc_wrong(&api->doc, object.p, "auth: name is missing");
	return a->secret.from || doc_wrong(&api->doc, object.p, "auth: env, file or fd is missing");
}

static const struct key named_list[] = {
    KEY("name", KEY_TEXT, IN(auth, name)),
    KEY("prefix", KEY_TEXT, IN(auth, prefix)),
    KEY("env", KEY_ENV, IN(auth, secret)),
    KEY("file", KEY_FILE, IN(auth, secret)),
    KEY("fd", KEY_FD, IN(auth, secret)),
    {0},
};
static const struct key_table named_keys = {named_list, check_named};

static bool check_basic(struct api *api, struct span object, void *to)
{
	const struct api_auth *a = to;

	return a->user.from || a->secret.from ||
	       doc_wrong(&api->doc, object.p, "basic: user or password is missing");
}

static const struct key basic_list[] = {
    KEY("user", KEY_NAMED, IN(auth, user)), KEY("password", KEY_SECRET, IN(auth, secret)), {0}};
static const struct key_table basic_keys = {basic_list, check_basic};

static const struct key google_list[] = {KEY("scope", KEY_TEXT, IN(auth, scope)), {0}};
static const struct key_table google_keys = {google_list, NULL};

/* In the order of enum api_auth_kind, from bearer on. */
static const struct key auth_list[] = {
    KEY("bearer", KEY_SECRET, IN(auth, secret)),
    {.name = "basic", .kind = KEY_OWN, .at = 0, .keys = &basic_keys},
    {.name = "header", .kind = KEY_OWN, .at = 0, .keys = &named_keys},
    {.name = "query", .kind = KEY_OWN, .at = 0, .keys = &named_keys},
    {"oauth2", KEY_TABLE, IN(auth, oauth2), .keys = &oauth2_keys},
    {.name = "google", .kind = KEY_OWN, .at = 0, .keys = &google_keys},
    {0},
};

bool api_own_auth(struct api *api, const char *what, struct span raw, void *to)
{
	struct api_auth *auth = to;
	struct span rest = raw, name, value;
	const struct key *key;

	*auth = (struct api_auth){.given = true};
	if (scan_type(raw) == JSON_NULL)
		return true;
	if (scan_type(raw) != JSON_OBJECT || !scan_member(&rest, &name, &value))
		return doc_wrong(&api->doc, raw.p, "%s: must be an object", what);
	key = api_table_key(auth_list, name);
	if (!key)
		return api_table_unknown(api, what, name);
	auth->kind = API_AUTH_BEARER + (enum api_auth_kind)(key - auth_list);
	if (key->kind == KEY_OWN ? !api_table_object(api, key->name, key->keys, value, auth)
	                         : !api_table_value(api, key, value, auth))
		return false;
	return !scan_member(&rest, &name, &value) ||
	       doc_wrong(&api->doc, name.p, "%s: only one way", what);
}

/* ---- replies ---- */

static const char *const means[] = {
    "ok", "wait", "stop", "renew", "dead", "shrink", "restart", "incomplete", "bad", NULL};
static const char *const units[] = {"s", "ms", "min", "epoch_s", "epoch_ms", "text", NULL};

static const struct key wait_list[] = {
    KEY("header", KEY_TEXT, IN(wait, header)),
    KEY("path", KEY_PATH, IN(wait, path)),
    {.name = "unit", .kind = KEY_WORD, .at = IN(wait, unit), .words = units},
    KEY("seconds", KEY_COUNT, IN(wait, seconds)),
    {0},
};
static const struct key_table wait_keys = {wait_list, NULL};

static const struct key test_list[] = {
    {.name = "means", .kind = KEY_WORD, .at = IN(test, means), .words = means},
    KEY("status", KEY_TEXTS, IN(test, status)),
    KEY("header", KEY_TEXT, IN(test, header)),
    KEY("where", KEY_PATH, IN(test, where)),
    KEY("is", KEY_TEXTS, IN(test, is)),
    KEY("contains", KEY_TEXTS, IN(test, contains)),
    KEY("json", KEY_FLAG, IN(test, json)),
    KEY("message", KEY_PATH, IN(test, message)),
    {.name = "wait", .kind = KEY_TABLE, .at = IN(test, wait), .keys = &wait_keys},
    {0},
};

static bool read_test(struct api *api, struct span raw, struct api_test *test)
{
	struct span name, value;
	bool has_means = false;

	if (scan_type(raw) != JSON_OBJECT)
		return doc_wrong(&api->doc, raw.p, "replies: must be objects");
	for (struct span rest = raw; scan_member(&rest, &name, &value);) {
		const struct key *key = api_table_key(test_list, name);

		if (!key)
			return api_table_unknown(api, "replies", name);
		has_means |= key->at == IN(test, means);
		test->has_json |= key->at == IN(test, json);
		if (!api_table_value(api, key, value, test))
			return false;
	}
	if (!has_means)
		return doc_wrong(&api->doc, raw.p, "replies: means is missing");
	if (test->status.n == 0 && !test->header.p && test->where.n == 0 && !test->has_json)
		return doc_wrong(&api->doc, raw.p,
		    "replies: status, header, where or json is missing: it would fit all");
	return true;
}

/* The resource's own tests come before those of the file. */
bool api_own_replies(struct api *api, const char *what, struct span raw, void *to)
{
	struct api_resource *r = to;
	struct api_test *list = doc_alloc(&api->doc, API_REPLIES * sizeof *list);
	struct span item;
	size_t n = 0;

	if (scan_type(raw) != JSON_ARRAY)
		return doc_wrong(&api->doc, raw.p, "%s: must be an array", what);
	for (struct span rest = raw; scan_item(&rest, &item); n++)
		if (n + r->n_replies == API_REPLIES)
			return doc_wrong(&api->doc, item.p, "%s: more than 64", what);
		else if (!read_test(api, item, &list[n]))
			return false;
	if (r->n_replies > 0)
		memcpy(list + n, r->replies, r->n_replies * sizeof *list);
	r->replies = list;
	r->n_replies += n;
	return true;
}
