#include "wire/jdoc.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- memory ---- */

static void *take(size_t n)
{
	return mem_resize(NULL, n, 1);
}

/* Running out of memory ends the program here too, rather than pass for a fault of the text. */
static void init(void)
{
	static bool done;

	if (!done)
		json_set_alloc_funcs(take, free);
	done = true;
}

static json_t *sure(json_t *json)
{
	if (!json)
		mem_fail("Jansson");
	return json;
}

static void must(int failed)
{
	if (failed)
		mem_fail("Jansson");
}

/* ---- parsing ---- */

enum { ARRAY = 3, OBJECT = 6 }; /* weights, see jdoc.h */

/* What follows the string whose opening quote is before text.p. */
static struct span past_string(struct span text)
{
	while (text.n > 0 && *text.p != '"')
		text = span_skip(text, *text.p == '\\' && text.n > 1 ? 2 : 1);
	return span_skip(text, text.n > 0);
}

/* What the values of a text weigh, whether or not it is JSON: see jdoc.h. */
static size_t weigh(struct span text)
{
	size_t n = 1;

	while (text.n > 0) {
		char c = *text.p;

		text = span_skip(text, 1);
		if (c == '"')
			text = past_string(text);
		n += c == '{' ? OBJECT : c == '[' ? ARRAY : c == ',' || c == ':';
	}
	return n;
}

/* Jansson's own texts quote the input; these never do. */
static const char *rule_broken(const json_error_t *error)
{
	switch (json_error_code(error)) {
	case json_error_stack_overflow: return "nested too deep";
	case json_error_invalid_utf8: return "not UTF-8";
	case json_error_premature_end_of_input: return "ends too early";
	case json_error_duplicate_key: return "duplicate key";
	case json_error_numeric_overflow: return "number out of range";
	case json_error_null_character:
	case json_error_null_byte_in_key: return "NUL in a string";
	default: return "not JSON";
	}
}

static jdoc *parse(struct span text, size_t most, size_t flags, char why[JDOC_WHY])
{
	json_error_t error;
	json_t *doc;

	init();
	if (text.n > most / OBJECT && weigh(text) > most) {
		snprintf(why, JDOC_WHY, "more than %zu values", most);
		return NULL;
	}
	doc = json_loadb(text.p ? text.p : "", text.n, JSON_REJECT_DUPLICATES | flags, &error);
	if (!doc)
		snprintf(why, JDOC_WHY, "line %d, column %d: %s", error.line, error.column,
		    rule_broken(&error));
	return doc;
}

jdoc *jdoc_parse(struct span text, char why[JDOC_WHY])
{
	return parse(text, JDOC_VALUES, 0, why);
}

jdoc *jdoc_parse_reply(struct span text, char why[JDOC_WHY])
{
	return parse(text, JDOC_REPLY_VALUES, JSON_ALLOW_NUL, why);
}

jdoc *jdoc_object(void)
{
	init();
	return sure(json_object());
}

jdoc *jdoc_array(void)
{
	init();
	return sure(json_array());
}

jdoc *jdoc_copy(const jdoc *doc)
{
	return sure(json_deep_copy(doc));
}

void jdoc_free(jdoc *doc)
{
	json_decref(doc);
}

/* ---- paths ---- */

enum { SEGMENT_MAX = 512 };

/* Cuts the first segment off *path; false at its end or when it is too long. */
static bool take_segment(const char **path, char segment[SEGMENT_MAX])
{
	size_t n = strcspn(*path, ".");

	if (n == 0 || n >= SEGMENT_MAX)
		return false;
	memcpy(segment, *path, n);
	segment[n] = '\0';
	*path += n + ((*path)[n] == '.');
	return true;
}

static json_t *child_of(const json_t *doc, const char *segment)
{
	uint64_t index;

	if (json_is_object(doc))
		return json_object_get(doc, segment);
	if (json_is_array(doc) && text_number(span_of(segment), &index))
		return json_array_get(doc, index);
	return NULL;
}

const jdoc *jdoc_at(const jdoc *doc, const char *path)
{
	char segment[SEGMENT_MAX];

	while (doc && *path) {
		if (!take_segment(&path, segment))
			return NULL;
		doc = child_of(doc, segment);
	}
	return json_is_null(doc) ? NULL : doc;
}

struct span jdoc_span(const jdoc *doc, const char *path)
{
	const json_t *value = jdoc_at(doc, path);

	return (struct span){json_string_value(value), json_string_length(value)};
}

const char *jdoc_text(const jdoc *doc, const char *path, const char *otherwise)
{
	struct span text = jdoc_span(doc, path);

	return text.p && strlen(text.p) == text.n ? text.p : otherwise;
}

static int64_t int_of_text(const char *text, int64_t otherwise)
{
	int64_t value;

	return text_integer(span_of(text), &value) ? value : otherwise;
}

int64_t jdoc_int(const jdoc *doc, const char *path, int64_t otherwise)
{
	const json_t *value = jdoc_at(doc, path);

	if (json_is_string(value))
		return int_of_text(jdoc_text(value, "", ""), otherwise);
	if (json_is_integer(value))
		return json_integer_value(value);
	if (json_is_real(value) && json_real_value(value) > -9e18 && json_real_value(value) < 9e18)
		return (int64_t)json_real_value(value);
	return otherwise;
}

double jdoc_real(const jdoc *doc, const char *path, double otherwise)
{
	const json_t *value = jdoc_at(doc, path);

	return json_is_number(value) ? json_number_value(value) : otherwise;
}

bool jdoc_bool(const jdoc *doc, const char *path, bool otherwise)
{
	const json_t *value = jdoc_at(doc, path);

	return json_is_boolean(value) ? json_is_true(value) : otherwise;
}

bool jdoc_is_object(const jdoc *doc)
{
	return json_is_object(doc);
}

bool jdoc_is_array(const jdoc *doc)
{
	return json_is_array(doc);
}

bool jdoc_is_text(const jdoc *doc)
{
	return json_is_string(doc);
}

size_t jdoc_count(const jdoc *doc)
{
	return json_is_array(doc) ? json_array_size(doc) : json_object_size(doc);
}

/* Jansson's iteration takes an object that may be written to, and does not write. */
static json_t *writable(const jdoc *doc)
{
	union {
		const json_t *from;
		json_t *to;
	} cast = {.from = doc};

	return cast.to;
}

const jdoc *jdoc_item(const jdoc *doc, size_t index, const char **key)
{
	json_t *object = writable(doc);
	void *at = NULL;

	if (json_is_array(doc))
		return json_array_get(doc, index);
	if (index >= json_object_size(doc))
		return NULL;
	for (at = json_object_iter(object); index > 0; index--)
		at = json_object_iter_next(object, at);
	if (key)
		*key = json_object_iter_key(at);
	return json_object_iter_value(at);
}

/* ---- setters ---- */

static void put(json_t *doc, const char *segment, json_t *child)
{
	uint64_t index;

	if (json_is_array(doc) && text_number(span_of(segment), &index))
		must(json_array_set_new(doc, index, child));
	else
		must(json_object_set_new(doc, segment, child));
}

void jdoc_set(jdoc *doc, const char *path, jdoc *child)
{
	char segment[SEGMENT_MAX];

	must(!take_segment(&path, segment));
	while (*path) {
		json_t *next = child_of(doc, segment);

		if (!json_is_object(next) && !json_is_array(next))
			put(doc, segment, next = jdoc_object());
		doc = next;
		must(!take_segment(&path, segment));
	}
	put(doc, segment, child);
}

void jdoc_set_text(jdoc *doc, const char *path, const char *text)
{
	jdoc_set_span(doc, path, span_of(text));
}

void jdoc_set_span(jdoc *doc, const char *path, struct span text)
{
	if (text.p)
		jdoc_set(doc, path, jdoc_of_text(text));
}

void jdoc_set_int(jdoc *doc, const char *path, int64_t value)
{
	jdoc_set(doc, path, sure(json_integer(value)));
}

void jdoc_set_bool(jdoc *doc, const char *path, bool value)
{
	jdoc_set(doc, path, json_boolean(value));
}

void jdoc_push(jdoc *array, jdoc *child)
{
	must(json_array_append_new(array, child));
}

/* The length of the UTF-8 sequence at s.p, or 0. */
static size_t sequence(struct span s)
{
	for (size_t n = 1; n <= 4 && n <= s.n; n++) {
		json_t *one = json_stringn(s.p, n);

		json_decref(one);
		if (one)
			return n;
	}
	return 0;
}

static json_t *repaired(struct span text)
{
	struct buf b;
	json_t *json;

	buf_init(&b, SIZE_MAX);
	while (text.n > 0) {
		size_t n = sequence(text);

		buf_addspan(&b, n ? (struct span){text.p, n} : SPAN("\xEF\xBF\xBD"));
		text = span_skip(text, n ? n : 1);
	}
	json = json_stringn(buf_span(&b).p, b.n);
	buf_free(&b);
	return json;
}

jdoc *jdoc_of_text(struct span text)
{
	json_t *json;

	init();
	json = json_stringn(text.p ? text.p : "", text.n);
	return sure(json ? json : repaired(text));
}

char *jdoc_dump(const jdoc *doc)
{
	char *text = json_dumps(doc, JSON_COMPACT | JSON_ENCODE_ANY);

	must(!text);
	return text;
}
