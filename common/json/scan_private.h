#ifndef JSON_SCAN_PRIVATE_H
#define JSON_SCAN_PRIVATE_H

/* Private to scan.c and row.c: one text, on the way through it. */

#include "json/row.h"

struct scan_walk {
	struct scan *s;
	struct row *row; /* lists the members of the outermost object, or NULL */
	const char *end, *why;
	size_t depth, members; /* brackets that are open, members met */
	struct marks marks;
	size_t base[SCAN_DEPTH_MAX]; /* where an object's keys begin in s->keys, or none */
};

/* p is the first byte of `text` that is no white space. */
void walk_begin(struct scan_walk *w, struct scan *s, struct span text, const char *p);

/*
 * Each takes something that begins at p; the result is behind it. NULL: s->at and
 * w->why say what is wrong.
 */
const char *walk_value(struct scan_walk *w, const char *p);  /* with w->depth brackets open */
const char *walk_scalar(struct scan_walk *w, const char *p); /* a number or literal */
/* A string's rest, from a marked byte on. */
const char *walk_special(struct scan_walk *w, const char *p);

/* A string; p is behind its opening quote. */
static inline const char *walk_string(struct scan_walk *w, const char *p)
{
	p = mark_next(&w->marks, p);
	return p < w->end && *p == '"' ? p + 1 : walk_special(w, p);
}

/* Nothing but white space may stand from p on. */
const char *walk_finish(struct scan *s, const char *p, const char *end);

/* A member of the row; its value begins at p. */
static inline void walk_list(struct row *row, struct span name, bool plain, const char *p)
{
	struct field *f;

	if (row->n == row->cap)
		row_grow(row);
	f = &row->fields[row->n++];
	f->name = name;
	f->plain = plain;
	f->value.p = p;
}

/* The value of the last member listed ends at p. */
static inline void walk_listed(struct row *row, const char *p)
{
	struct field *f = &row->fields[row->n - 1];

	f->value.n = (size_t)(p - f->value.p);
	f->type = scan_type(f->value);
}

#endif
