#ifndef FUZZ_COMPARE_H
#define FUZZ_COMPARE_H

/*
 * One text, read by json/scan and by Jansson: do they agree on the verdict, and
 * where both take it, on every value? For the fuzz targets and the differential
 * test. Where they may differ, and nothing is compared then:
 *
 *	nesting              ours ends at 512, Jansson's at 2048
 *	numbers              Jansson refuses those that no double or int64 holds (1e400); ours keeps them
 *	a key with \u0000    Jansson refuses it; ours keeps it
 *	a NUL byte           Jansson drops one behind a number or a literal (2.14); ours refuses it
 *	two such rules, or one of them and another rule, broken in one text
 */

/* Both call their types JSON_...; Jansson's are JANSSON_... here, so its json_is_... do not work. */
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY  JANSSON_ARRAY
#define JSON_STRING JANSSON_STRING
#define JSON_NULL   JANSSON_NULL
#define JSON_TRUE   JANSSON_TRUE
#define JSON_FALSE  JANSSON_FALSE
#include <jansson.h>
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_NULL
#undef JSON_TRUE
#undef JSON_FALSE

#include "json/row.h"

#include <stdlib.h>

static inline bool same_value(struct span raw, const json_t *theirs);

/* Our text of a raw string (or of a name, put between quotes by the caller's span). */
static inline bool same_text(struct span raw, const char *text, size_t n)
{
	struct buf scratch;
	bool same;

	buf_init(&scratch, SIZE_MAX);
	same = span_eq(jstr_text(raw, &scratch), (struct span){text, n});
	buf_free(&scratch);
	return same;
}

static inline bool same_number(struct span raw, const json_t *theirs)
{
	char text[1100];

	if (raw.n >= sizeof text)
		return true;
	memcpy(text, raw.p, raw.n);
	text[raw.n] = '\0';
	if (json_typeof(theirs) == JSON_INTEGER)
		return strtoll(text, NULL, 10) == json_integer_value(theirs);
	return json_typeof(theirs) == JSON_REAL && strtod(text, NULL) == json_real_value(theirs);
}

static inline bool same_array(struct span raw, const json_t *theirs)
{
	struct span rest = raw, item;
	size_t n = 0;

	while (scan_item(&rest, &item))
		if (!same_value(item, json_array_get(theirs, n++)))
			return false;
	return n == json_array_size(theirs);
}

static inline bool same_object(struct span raw, const json_t *theirs)
{
	struct span rest = raw, name, value;
	struct buf key;
	size_t n = 0;
	bool same = true;

	buf_init(&key, SIZE_MAX);
	while (same && scan_member(&rest, &name, &value)) {
		struct span text;

		buf_clear(&key);
		text = jstr_name(name, &key);
		if (key.n == 0)
			buf_addspan(&key, text);
		same = same_value(value, json_object_get(theirs, buf_str(&key)));
		n++;
	}
	buf_free(&key);
	return same && n == json_object_size(theirs);
}

static inline bool same_value(struct span raw, const json_t *theirs)
{
	json_type type = theirs ? json_typeof(theirs) : JANSSON_NULL;

	switch (scan_type(raw)) {
	case JSON_OBJECT: return type == JANSSON_OBJECT && same_object(raw, theirs);
	case JSON_ARRAY: return type == JANSSON_ARRAY && same_array(raw, theirs);
	case JSON_STRING:
		return type == JANSSON_STRING &&
		       same_text(raw, json_string_value(theirs), json_string_length(theirs));
	case JSON_NUMBER: return theirs && same_number(raw, theirs);
	case JSON_TRUE: return type == JANSSON_TRUE;
	case JSON_FALSE: return type == JANSSON_FALSE;
	default: return theirs && type == JANSSON_NULL;
	}
}

/* NULL when they agree; otherwise what they do not agree on. *taken: both took it. */
static inline const char *compare(struct span text, bool *taken)
{
	const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL;
	struct scan scan = {0};
	struct span value;
	enum json type;
	json_error_t error;
	json_t *theirs = json_loadb(text.p, text.n, flags, &error);
	const char *why = scan_document(&scan, text, &value, &type), *differ = NULL;

	*taken = theirs && !why;
	if (*taken && !same_value(value, theirs))
		differ = "another value";
	else if (theirs && why && strcmp(why, "nested too deep") != 0 &&
	         !memchr(scan.at, '\0', scan.at < text.p + text.n))
		differ = why;
	else if (!theirs && !why && json_error_code(&error) != json_error_numeric_overflow &&
	         json_error_code(&error) != json_error_null_byte_in_key)
		differ = error.text[0] ? "taken by ours only" : "taken by ours only, silently";
	json_decref(theirs);
	scan_free(&scan);
	return differ;
}

#endif
