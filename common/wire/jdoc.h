#ifndef WIRE_JDOC_H
#define WIRE_JDOC_H

/*
 * JSON documents: small and ours (job bodies, replies, credentials), built on
 * Jansson, which no other module names. A row never comes here.
 *
 * Paths are keys joined by dots, a number picks an array's item:
 * "status.errors.0.reason". Getters never fail hard: an absent or differently
 * typed value gives the default, so code reads straight on and asks once for
 * what it must have. JSON null counts as absent.
 *
 *	jdoc *job = jdoc_object();
 *	jdoc_set_text(job, "configuration.load.sourceFormat", "NEWLINE_DELIMITED_JSON");
 *	char *text = jdoc_dump(job);
 */

#include "base/span.h"

#include <stdint.h>

struct json_t;
typedef struct json_t jdoc;

enum { JDOC_WHY = 256 };

/*
 * NULL when `text` is not JSON (duplicate keys and \u0000 included) or has more than so many
 * values: `why` says where and what rule, never a value. A tree takes far more memory than its
 * text (of `[{},{},...]` 75 times as much, Jansson 2.14), so values are counted before one is
 * made: a text, number, key and the like counts as one, an array as 3, an object as 6. Whatever
 * its shape, a reply of HTTP_MAX_REPLY and its tree stay below 110 MB (measured 2026-11).
 */
enum { JDOC_VALUES = 4 << 20, JDOC_REPLY_VALUES = 1 << 20 };
jdoc *jdoc_parse(struct span text, char why[JDOC_WHY]);

/* The same for what a server answers: \u0000 is text, and fewer values are taken. */
jdoc *jdoc_parse_reply(struct span text, char why[JDOC_WHY]);

/* New documents. Free the outermost one only. */
jdoc *jdoc_object(void);
jdoc *jdoc_array(void);
jdoc *jdoc_copy(const jdoc *doc);
void jdoc_free(jdoc *doc); /* accepts NULL */

/* What stands at the path, or NULL. Borrowed: it lives as long as `doc`. A NULL doc gives NULL. */
const jdoc *jdoc_at(const jdoc *doc, const char *path);

/*
 * Typed getters. jdoc_int takes a number or a string of digits, as Google writes int64. A text
 * with a NUL byte has no C string: for jdoc_text it is absent, jdoc_span has all of it.
 */
struct span jdoc_span(const jdoc *doc, const char *path); /* absent: no text is there */
const char *jdoc_text(const jdoc *doc, const char *path, const char *otherwise);
int64_t jdoc_int(const jdoc *doc, const char *path, int64_t otherwise);
double jdoc_real(const jdoc *doc, const char *path, double otherwise);
bool jdoc_bool(const jdoc *doc, const char *path, bool otherwise);

/* What kind of value `doc` itself is; all false for NULL. */
bool jdoc_is_object(const jdoc *doc);
bool jdoc_is_array(const jdoc *doc);
bool jdoc_is_text(const jdoc *doc);

/*
 * Items of an array or members of an object, in order; for objects *key is set
 * when key is not NULL (a member's cost grows with its index: for small objects).
 */
size_t jdoc_count(const jdoc *doc);
const jdoc *jdoc_item(const jdoc *doc, size_t index, const char **key);

/*
 * Setters make the objects on their way and replace what stands there. jdoc_set
 * and jdoc_push take over `child`. A text's bytes that are not UTF-8 become U+FFFD.
 */
void jdoc_set(jdoc *doc, const char *path, jdoc *child);
void jdoc_set_text(jdoc *doc, const char *path, const char *text); /* NULL sets nothing */
void jdoc_set_span(jdoc *doc, const char *path, struct span text); /* absent sets nothing */
void jdoc_set_int(jdoc *doc, const char *path, int64_t value);
void jdoc_set_bool(jdoc *doc, const char *path, bool value);
void jdoc_push(jdoc *array, jdoc *child);
jdoc *jdoc_of_text(struct span text);

/* Compact JSON text, keys in the order they were set. The caller frees. */
char *jdoc_dump(const jdoc *doc);

#endif
