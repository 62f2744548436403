#ifndef JSON_SCAN_H
#define JSON_SCAN_H

/*
 * JSON, read as spans: strict RFC 8259 over strict UTF-8 (RFC 3629: no overlong
 * forms, no surrogates). No tree, no recursion; nesting is capped. A value's span
 * holds its raw bytes, quotes and brackets included, white space around it not.
 *
 * Accepted and kept as they are: numbers of any size (1e400, -0), \u0000, any
 * escape the grammar knows. Refused: lone surrogate escapes, raw control bytes
 * in strings, NUL outside them, and an object that names a key twice (keys
 * compared unescaped, at every depth).
 */

#include "json/jstr.h"
#include "json/mark.h"

enum json { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

enum { SCAN_DEPTH_MAX = 512 };

/* A member of an object. */
struct field {
	struct span name;  /* between the quotes, escapes kept */
	struct span value; /* raw JSON */
	enum json type;
	bool plain; /* the name has no escapes */
};

/*
 * What the scanner keeps between values. Zero it first. After an error `at` is
 * the byte where the rule was broken (it may be the end of the text) and, for
 * "duplicate key", `twice` the name in question, between its quotes.
 */
struct scan {
	const char *at;
	struct span twice;
	/* private: the keys of the objects it is inside of */
	struct jstr_key *keys;
	size_t n, cap;
	mark_fn *mark;
	struct field *fields; /* row.c's list of members */
	size_t n_fields, cap_fields;
};

/*
 * Scans one value at the start of `text` (white space before it is passed over).
 * Returns NULL and sets *value, *type and *rest (what stands after the value),
 * or returns the rule that is broken as a static text: "not JSON", "not UTF-8",
 * "nested too deep", "duplicate key", "control byte in a string",
 * "lone surrogate", "ends too early".
 */
const char *scan_value(
    struct scan *s, struct span text, struct span *value, enum json *type, struct span *rest);

/* One value and nothing but white space after it: a whole document. */
const char *scan_document(struct scan *s, struct span text, struct span *value, enum json *type);

void scan_free(struct scan *s);

/* ---- inside a value that was scanned before: nothing is checked twice, so nothing fails ---- */

static inline bool scan_is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* The first byte from p on that is no white space of JSON's, or end. */
static inline const char *scan_space(const char *p, const char *end)
{
	while (p < end && scan_is_space(*p))
		p++;
	return p;
}

/* The type of a value that was scanned before, from its first byte. */
extern const unsigned char scan_first[256];

static inline enum json scan_type(struct span value)
{
	return (enum json)(scan_first[(unsigned char)*value.p] ^ JSON_NUMBER);
}

/*
 * Walks the items of an array that was scanned before. *rest begins as the
 * array's span; false at its end. Of a text that is not JSON the items mean
 * nothing, but each lies inside the text, and a string has both quotes.
 *
 *	for (rest = array; scan_item(&rest, &item);)
 */
bool scan_item(struct span *rest, struct span *item);

/*
 * The same for the members of an object: *name is what stands between the
 * quotes, escapes kept.
 */
bool scan_member(struct span *rest, struct span *name, struct span *value);

/* ---- private to row.c: one text, on the way through it ---- */

struct scan_walk {
	struct scan *s;
	bool listing; /* the members of the outermost object are listed */
	const char *end, *why;
	size_t depth, members; /* brackets that are open, members met */
	struct marks marks;
	size_t base[SCAN_DEPTH_MAX]; /* where an object's keys begin in s->keys, or none */
};

/* p is the first byte of `text` that is no white space. */
void scan_walk_begin(struct scan_walk *w, struct scan *s, struct span text, const char *p);

/*
 * Each takes something that begins at p; the result is after it. NULL: s->at and
 * w->why say what is wrong.
 */
const char *scan_walk_value(struct scan_walk *w, const char *p);  /* with w->depth brackets open */
const char *scan_walk_scalar(struct scan_walk *w, const char *p); /* a number or literal */
/* A string's rest, from a marked byte on. */
const char *scan_walk_special(struct scan_walk *w, const char *p);

/* A string; p is after its opening quote. */
static inline const char *scan_walk_string(struct scan_walk *w, const char *p)
{
	p = mark_next(&w->marks, p);
	return p < w->end && *p == '"' ? p + 1 : scan_walk_special(w, p);
}

/* Nothing but white space may stand from p on. */
const char *scan_walk_finish(struct scan *s, const char *p, const char *end);

/* Makes room for one more field in the list. */
void scan_list_grow(struct scan *s);

/* Lists a member; its value begins at p. */
static inline void scan_list(struct scan *s, struct span name, bool plain, const char *p)
{
	struct field *f;

	if (s->n_fields == s->cap_fields)
		scan_list_grow(s);
	f = &s->fields[s->n_fields++];
	f->name = name;
	f->plain = plain;
	f->value.p = p;
}

/* The value of the last member listed ends at p. */
static inline void scan_listed(struct scan *s, const char *p)
{
	struct field *f = &s->fields[s->n_fields - 1];

	f->value.n = (size_t)(p - f->value.p);
	f->type = scan_type(f->value);
}

#endif
