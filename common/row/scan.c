#include "row/scan.h"

#include "row/row.h"
#include "row/word.h"

#include "base/mem.h"

#include <stdlib.h>

#define ARRAY SIZE_MAX

struct walk {
	struct scan *s;
	struct row *row; /* lists the members of the outermost object, or NULL */
	const char *end, *why;
	size_t depth, escapes;
	size_t base[SCAN_DEPTH_MAX]; /* where an object's keys begin in s->keys, or ARRAY */
};

/* ---- errors, white space ---- */

static const char *stop(struct walk *w, const char *at, const char *why)
{
	w->s->at = at;
	w->why = why;
	return NULL;
}

static const char *odd(struct walk *w, const char *at)
{
	return stop(w, at, at < w->end ? "not JSON" : "ends too early");
}

static inline bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static inline const char *space(const char *p, const char *end)
{
	while (p < end && is_space(*p))
		p++;
	return p;
}

/* ---- scalars ---- */

/* p is behind the opening quote; the result is behind the closing one. */
static const char *string(struct walk *w, const char *p)
{
	const char *why = NULL;

	for (;;) {
		p = word_plain(p, w->end);
		if (p == w->end)
			return odd(w, p);
		if (*p == '"')
			return p + 1;
		w->escapes += *p == '\\';
		p = jstr_rare(p, w->end, &why);
		if (why)
			return stop(w, p, why);
	}
}

static const char *digits(struct walk *w, const char *p)
{
	if (p == w->end || *p < '0' || *p > '9')
		return odd(w, p);
	while (p < w->end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

static const char *number(struct walk *w, const char *p)
{
	if (*p == '-')
		p++;
	if (p < w->end && *p == '0')
		p++;
	else
		p = digits(w, p);
	if (p && p < w->end && *p == '.')
		p = digits(w, p + 1);
	if (p && p < w->end && (*p == 'e' || *p == 'E')) {
		p++;
		if (p < w->end && (*p == '+' || *p == '-'))
			p++;
		p = digits(w, p);
	}
	return p;
}

static const char *literal(struct walk *w, const char *p, struct span text)
{
	size_t left = (size_t)(w->end - p);

	if (left >= text.n)
		return memcmp(p, text.p, text.n) == 0 ? p + text.n : odd(w, p);
	return odd(w, memcmp(p, text.p, left) == 0 ? w->end : p);
}

static const char *scalar(struct walk *w, const char *p)
{
	if (p == w->end)
		return odd(w, p);
	if (*p == '"')
		return string(w, p + 1);
	if (*p == '-' || (*p >= '0' && *p <= '9'))
		return number(w, p);
	switch (*p) {
	case 't': return literal(w, p, SPAN("true"));
	case 'f': return literal(w, p, SPAN("false"));
	case 'n': return literal(w, p, SPAN("null"));
	default: return odd(w, p);
	}
}

/* ---- structure ---- */

static void add_key(struct scan *s, struct span name, uint32_t hash)
{
	if (s->n == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 64;
		s->keys = mem_resize(s->keys, s->cap, sizeof *s->keys);
	}
	s->keys[s->n++] = (struct jstr_key){name, hash};
}

/* The innermost object ends: are its keys all different? They are forgotten. */
static bool unique(struct walk *w)
{
	struct scan *s = w->s;
	size_t base = w->base[w->depth - 1], n = s->n - base;
	const struct jstr_key *twin = n > 1 ? jstr_twin(s->keys + base, n) : NULL;

	s->n = base;
	if (!twin)
		return true;
	s->twice = twin->name;
	stop(w, twin->name.p, "duplicate key");
	return false;
}

static void open_field(struct row *r, struct span name, bool plain)
{
	if (r->n == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 32;
		r->fields = mem_resize(r->fields, r->cap, sizeof *r->fields);
	}
	r->fields[r->n++] = (struct field){.name = name, .plain = plain};
}

static void close_field(struct field *f, const char *end)
{
	f->value.n = (size_t)(end - f->value.p);
	f->type = scan_type(f->value);
}

/* A name and its colon; the result is where the member's value begins. */
static const char *member(struct walk *w, const char *p)
{
	struct span name = {p + 1, 0};
	size_t escapes = w->escapes;
	uint32_t hash;
	const char *quote;
	bool listed = w->row && w->depth == 1;

	if (p == w->end || *p != '"')
		return odd(w, p);
	quote = word_name(name.p, w->end, &hash);
	p = quote ? quote + 1 : string(w, name.p);
	if (!p)
		return NULL;
	name.n = (size_t)(p - 1 - name.p);
	if (!quote)
		hash = jstr_hash(name, w->escapes == escapes);
	add_key(w->s, name, hash);
	if (listed)
		open_field(w->row, name, w->escapes == escapes);
	p = space(p, w->end);
	if (p == w->end || *p != ':')
		return odd(w, p);
	p = space(p + 1, w->end);
	if (listed)
		w->row->fields[w->row->n - 1].value.p = p;
	return p;
}

/* p is at a bracket; afterwards at the first value inside, or, when it is empty, at the other bracket. */
static const char *enter(struct walk *w, const char *p, bool *empty)
{
	bool object = *p == '{';

	if (w->depth == SCAN_DEPTH_MAX)
		return stop(w, p, "nested too deep");
	w->base[w->depth++] = object ? w->s->n : ARRAY;
	p = space(p + 1, w->end);
	*empty = p < w->end && *p == (object ? '}' : ']');
	return object && !*empty ? member(w, p) : p;
}

/* p is behind a value. Closes what ends here; afterwards at the next value, or at depth 0. */
static const char *leave(struct walk *w, const char *p)
{
	while (w->depth > 0) {
		bool object = w->base[w->depth - 1] != ARRAY;

		if (w->depth == 1 && w->row && w->row->n > 0)
			close_field(&w->row->fields[w->row->n - 1], p);
		p = space(p, w->end);
		if (p < w->end && *p == ',')
			return object ? member(w, space(p + 1, w->end)) : space(p + 1, w->end);
		if (p == w->end || *p != (object ? '}' : ']'))
			return odd(w, p);
		if (object && !unique(w))
			return NULL;
		w->depth--;
		p++;
	}
	return p;
}

static const char *walk(struct walk *w, const char *p)
{
	p = space(p, w->end);
	for (;;) {
		bool empty = true;

		if (p < w->end && (*p == '{' || *p == '['))
			p = enter(w, p, &empty);
		else
			p = scalar(w, p);
		if (p && empty)
			p = leave(w, p);
		if (!p || w->depth == 0)
			return p;
	}
}

static const char *scan(
    struct scan *s, struct span text, struct row *row, struct span *value, struct span *rest)
{
	struct walk w;
	const char *p = space(text.p, text.p + text.n), *behind;

	s->n = 0;
	w.s = s;
	w.row = row;
	w.end = text.p + text.n;
	w.depth = w.escapes = 0;
	behind = walk(&w, p);
	if (!behind)
		return w.why;
	*value = (struct span){p, (size_t)(behind - p)};
	*rest = (struct span){behind, (size_t)(w.end - behind)};
	return NULL;
}

const char *scan_value(
    struct scan *s, struct span text, struct span *value, enum json *type, struct span *rest)
{
	const char *why = scan(s, text, NULL, value, rest);

	if (!why)
		*type = scan_type(*value);
	return why;
}

static const char *whole(struct scan *s, struct span text, struct row *row, struct span *value)
{
	struct span rest;
	const char *why = scan(s, text, row, value, &rest);

	if (why)
		return why;
	s->at = space(rest.p, rest.p + rest.n);
	return s->at == rest.p + rest.n ? NULL : "not JSON";
}

const char *scan_document(struct scan *s, struct span text, struct span *value, enum json *type)
{
	const char *why = whole(s, text, NULL, value);

	if (!why)
		*type = scan_type(*value);
	return why;
}

const char *scan_row(struct scan *s, struct span text, struct row *row)
{
	struct span value;
	const char *p = space(text.p, text.p + text.n), *why;

	row->n = 0;
	if (p < text.p + text.n && *p == '{')
		return whole(s, text, row, &value);
	why = whole(s, text, NULL, &value);
	s->at = why ? s->at : p;
	return why ? why : "not a JSON object";
}

void scan_free(struct scan *s)
{
	free(s->keys);
	*s = (struct scan){0};
}

/* ---- what was scanned before ---- */

enum json scan_type(struct span value)
{
	switch (*value.p) {
	case '{': return JSON_OBJECT;
	case '[': return JSON_ARRAY;
	case '"': return JSON_STRING;
	case 't': return JSON_TRUE;
	case 'f': return JSON_FALSE;
	case 'n': return JSON_NULL;
	default: return JSON_NUMBER;
	}
}

static const char *skip_string(const char *p, const char *end)
{
	p++;
	while (p < end && *p != '"')
		p += *p == '\\' ? 2 : 1;
	return p + 1;
}

static const char *skip_nest(const char *p, const char *end)
{
	size_t depth = 0;

	while (p < end) {
		if (*p == '"') {
			p = skip_string(p, end);
			continue;
		}
		if (*p == '{' || *p == '[')
			depth++;
		else if ((*p == '}' || *p == ']') && --depth == 0)
			return p + 1;
		p++;
	}
	return p;
}

static const char *skip_value(const char *p, const char *end)
{
	if (*p == '"')
		return skip_string(p, end);
	if (*p == '{' || *p == '[')
		return skip_nest(p, end);
	while (p < end && *p != ',' && *p != ']' && *p != '}' && !is_space(*p))
		p++;
	return p;
}

/* At the next item or name of an array or object, or NULL at its end. */
static const char *step(struct span rest)
{
	const char *end = rest.p + rest.n, *p = space(rest.p, end);

	if (p == end || *p == ']' || *p == '}')
		return NULL;
	p = space(p + 1, end);
	return p == end || *p == ']' || *p == '}' ? NULL : p;
}

bool scan_item(struct span *rest, struct span *item)
{
	const char *end = rest->p + rest->n, *p = step(*rest), *behind;

	if (!p)
		return false;
	behind = skip_value(p, end);
	*item = (struct span){p, (size_t)(behind - p)};
	*rest = (struct span){behind, (size_t)(end - behind)};
	return true;
}

bool scan_member(struct span *rest, struct span *name, struct span *value)
{
	const char *end = rest->p + rest->n, *p = step(*rest), *behind;

	if (!p)
		return false;
	behind = skip_string(p, end);
	*name = (struct span){p + 1, (size_t)(behind - p - 2)};
	*rest = (struct span){behind, (size_t)(end - behind)};
	return scan_item(rest, value);
}
