/* One value of the source file, by the kind of its key. */

#include "api_table.h"

#include "base/time.h"
#include "json/jstr.h"

enum { PAIRS_MAX = 256, FD_MAX = 1 << 20 };

static bool wrong(struct api *api, const struct key *key, struct span raw, const char *must)
{
	return doc_wrong(&api->doc, raw.p, "%s: must be %s", key->name, must);
}

/* ---- texts and numbers ---- */

/* The text of a string (which may be empty), a number, true or false. */
static bool scalar(struct api *api, const char *name, struct span raw, struct span *text)
{
	switch (scan_type(raw)) {
	case JSON_STRING:
		if (raw.n > 2)
			return doc_text(&api->doc, name, raw, text);
		*text = SPAN("");
		return true;
	case JSON_NUMBER:
	case JSON_TRUE:
	case JSON_FALSE: *text = raw; return true;
	default: return doc_wrong(&api->doc, raw.p, "%s: must be a string or a number", name);
	}
}

static bool read_count(struct api *api, const struct key *key, struct span raw, uint64_t *n)
{
	return text_number(raw, n) || wrong(api, key, raw, "a whole number");
}

static bool read_flag(struct api *api, const struct key *key, struct span raw, bool *flag)
{
	*flag = scan_type(raw) == JSON_TRUE;
	return *flag || scan_type(raw) == JSON_FALSE || wrong(api, key, raw, "true or false");
}

static bool read_word(struct api *api, const struct key *key, struct span raw, size_t *at)
{
	size_t n = 0;

	while (key->words[n])
		n++;
	return doc_word(&api->doc, key->name, key->words, n, raw, at);
}

static bool read_path(struct api *api, const struct key *key, struct span raw, struct where *w)
{
	struct span text;
	const char *why;

	if (!doc_text(&api->doc, key->name, raw, &text))
		return false;
	why = where_parse(w, text);
	return !why || doc_wrong(&api->doc, raw.p, "%s: %s", key->name, why);
}

/* "10s", "500ms", "2h", "1d" */
static bool take_time(struct span text, int64_t *us)
{
	static const struct {
		const char *unit;
		int64_t us;
	} units[] = {{"ms", 1000}, {"s", CLOCK_SECOND}, {"m", 60 * CLOCK_SECOND},
	    {"h", 3600 * CLOCK_SECOND}, {"d", TIME_DAY}};
	size_t digits = span_digits(text);
	uint64_t n;

	if (!text_number((struct span){text.p, digits}, &n) || n == 0 || n > 1000000)
		return false;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (span_eq(span_skip(text, digits), span_of(units[i].unit))) {
			*us = (int64_t)n * units[i].us;
			return true;
		}
	return false;
}

static bool read_time(struct api *api, const struct key *key, struct span raw, int64_t *us)
{
	struct span text;

	return doc_text(&api->doc, key->name, raw, &text) &&
	       (take_time(text, us) || wrong(api, key, raw, "a time such as 30s, 10m, 2h or 1d"));
}

/* "25/1s": so many in that time. */
static bool read_rate(struct api *api, const struct key *key, struct span raw, int64_t *us)
{
	struct span text;
	size_t digits;
	uint64_t n;

	if (!doc_text(&api->doc, key->name, raw, &text))
		return false;
	digits = span_digits(text);
	if (!text_number((struct span){text.p, digits}, &n) || n == 0 || digits == text.n ||
	    text.p[digits] != '/' || !take_time(span_skip(text, digits + 1), us))
		return wrong(api, key, raw, "a rate such as 25/1s or 100/1m");
	*us /= (int64_t)n;
	return true;
}

/* ---- lists ---- */

static bool read_texts(struct api *api, const struct key *key, struct span raw, struct texts *list)
{
	struct span item;
	size_t most = 0;

	*list = (struct texts){0};
	if (scan_type(raw) != JSON_ARRAY) {
		list->item = doc_alloc(&api->doc, sizeof *list->item);
		return scalar(api, key->name, raw, &list->item[list->n++]);
	}
	for (struct span rest = raw; scan_item(&rest, &item);)
		most++;
	if (most == 0)
		return wrong(api, key, raw, "a value or a list of some");
	list->item = doc_alloc(&api->doc, most * sizeof *list->item);
	for (struct span rest = raw; scan_item(&rest, &item);)
		if (!scalar(api, key->name, item, &list->item[list->n++]))
			return false;
	return true;
}

static bool read_paths(
    struct api *api, const struct key *key, struct span raw, struct api_places *list)
{
	struct span item;
	size_t most = 0;

	if (scan_type(raw) != JSON_ARRAY)
		return wrong(api, key, raw, "an array");
	for (struct span rest = raw; scan_item(&rest, &item);)
		most++;
	*list = (struct api_places){doc_alloc(&api->doc, (most + 1) * sizeof *list->item), 0};
	for (struct span rest = raw; scan_item(&rest, &item);)
		if (!read_path(api, key, item, &list->item[list->n++]))
			return false;
	return true;
}

/* A pair replaces one of the same name. */
static void put_pair(struct api_pairs *list, struct span name, struct span value)
{
	size_t i = 0;

	while (i < list->n && !span_eq(list->item[i].name, name))
		i++;
	list->item[i] = (struct api_pair){name, value};
	list->n = i < list->n ? list->n : i + 1;
}

static bool read_pairs(
    struct api *api, const struct key *key, struct span raw, struct api_pairs *list)
{
	struct api_pair *item = doc_alloc(&api->doc, PAIRS_MAX * sizeof *item);
	struct span name, value, text;

	if (scan_type(raw) != JSON_OBJECT)
		return wrong(api, key, raw, "an object");
	if (list->n > 0)
		memcpy(item, list->item, list->n * sizeof *item);
	list->item = item;
	for (struct span rest = raw; scan_member(&rest, &name, &value);) {
		struct span quoted = {name.p - 1, name.n + 2};

		if (list->n == PAIRS_MAX)
			return wrong(api, key, raw, "an object of at most 256 members");
		if (!doc_text(&api->doc, key->name, quoted, &name) ||
		    !scalar(api, key->name, value, &text))
			return false;
		put_pair(list, name, text);
	}
	return true;
}

/* ---- secrets ---- */

static const struct key secret_list[] = {
    KEY("env", KEY_ENV, 0), KEY("file", KEY_FILE, 0), KEY("fd", KEY_FD, 0), {0}};
static const struct key_table secret_keys = {secret_list, NULL};

static bool read_from(
    struct api *api, const struct key *key, struct span raw, struct api_secret *secret)
{
	if (secret->from)
		return doc_wrong(&api->doc, raw.p, "%s: only one of env, file and fd", key->name);
	if (key->kind == KEY_FD) {
		secret->from = API_FD;
		return read_count(api, key, raw, &secret->fd) &&
		       (secret->fd <= FD_MAX || wrong(api, key, raw, "a descriptor"));
	}
	secret->from = key->kind == KEY_ENV ? API_ENV : API_FILE;
	return doc_text(&api->doc, key->name, raw, &secret->name);
}

static bool read_secret(
    struct api *api, const struct key *key, struct span raw, struct api_secret *secret)
{
	*secret = (struct api_secret){0};
	if (key->kind == KEY_NAMED && scan_type(raw) == JSON_STRING) {
		secret->from = API_GIVEN;
		return scalar(api, key->name, raw, &secret->name);
	}
	if (scan_type(raw) == JSON_STRING)
		return doc_wrong(&api->doc, raw.p,
		    "%s: a secret is not written here; say {\"env\": ...}, {\"file\": ...} or "
		    "{\"fd\": ...}",
		    key->name);
	if (!api_table_object(api, key->name, &secret_keys, raw, secret))
		return false;
	return secret->from ||
	       doc_wrong(&api->doc, raw.p, "%s: env, file or fd is missing", key->name);
}

/* ---- the whole ---- */

bool api_table_value(struct api *api, const struct key *key, struct span raw, void *to)
{
	void *at = (char *)to + key->at;

	switch (key->kind) {
	case KEY_TEXT: return doc_text(&api->doc, key->name, raw, at);
	case KEY_PATH: return read_path(api, key, raw, at);
	case KEY_PATHS: return read_paths(api, key, raw, at);
	case KEY_COUNT: return read_count(api, key, raw, at);
	case KEY_FLAG: return read_flag(api, key, raw, at);
	case KEY_WORD: return read_word(api, key, raw, at);
	case KEY_TEXTS: return read_texts(api, key, raw, at);
	case KEY_PAIRS: return read_pairs(api, key, raw, at);
	case KEY_OBJECT:
		*(struct span *)at = raw;
		return scan_type(raw) == JSON_OBJECT || wrong(api, key, raw, "an object");
	case KEY_TIME: return read_time(api, key, raw, at);
	case KEY_RATE: return read_rate(api, key, raw, at);
	case KEY_ENV:
	case KEY_FILE:
	case KEY_FD: return read_from(api, key, raw, at);
	case KEY_SECRET:
	case KEY_NAMED: return read_secret(api, key, raw, at);
	case KEY_TABLE:
		*(bool *)at = true;
		return api_table_object(api, key->name, key->keys, raw, at);
	case KEY_OWN: return key->own(api, key->name, raw, at);
	}
	return false;
}

const struct key *api_table_key(const struct key *list, struct span name)
{
	for (; list->name; list++)
		if (where_names(name, span_of(list->name)))
			return list;
	return NULL;
}

bool api_table_unknown(struct api *api, const char *what, struct span name)
{
	return doc_wrong(&api->doc, name.p, "%s%sunknown key \"%.*s\"", what, *what ? ": " : "",
	    DOC_SHOWN(name));
}

bool api_table_object(
    struct api *api, const char *name, const struct key_table *table, struct span object, void *to)
{
	struct span member, value;

	if (scan_type(object) != JSON_OBJECT)
		return doc_wrong(&api->doc, object.p, "%s: must be an object", name);
	for (struct span rest = object; scan_member(&rest, &member, &value);) {
		const struct key *key = api_table_key(table->list, member);

		if (!key)
			return api_table_unknown(api, name, member);
		if (!api_table_value(api, key, value, to))
			return false;
	}
	return !table->check || table->check(api, object, to);
}
