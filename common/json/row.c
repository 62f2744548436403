#include "json/row.h"

#include "json/jstr.h"
#include "json/scan_private.h"

#include <stdlib.h>

/* ---- parsing ---- */

/* A value of a row, where brackets may be open already. */
static inline const char *value_at(struct scan_walk *w, const char *p, size_t depth)
{
	if (p < w->end && *p == '"')
		return walk_string(w, p + 1);
	if (p < w->end && *p != '[' && *p != '{')
		return walk_scalar(w, p);
	w->depth = depth;
	return walk_value(w, p);
}

/* The row, if it has the layout that is remembered; or NULL, whatever is wrong. */
static const char *same(struct scan_walk *w, const char *p)
{
	struct layout *l = &w->s->layout;
	const struct layout_gap *gap = l->gaps, *last = gap + l->n;
	struct layout_place *place = l->places;

	for (;; gap++, place++) {
		if (layout_gap_is(gap, p, w->end)) {
			p += gap->n;
		} else {
			size_t next = layout_ahead(l, (size_t)(gap - l->gaps), &p, w->end);

			if (next == 0)
				return NULL;
			gap = l->gaps + next;
			place = l->places + next;
		}
		if (gap == last)
			return p;
		place->p = p;
		p = value_at(w, p, gap->depth);
		if (!p)
			return NULL;
		place->end = p;
	}
}

static void list_same(const struct layout *l, struct row *row)
{
	const struct layout_member *m, *end = l->members + l->n_members;

	for (m = l->members + 1; m < end; m = l->members + m->next) {
		struct span value;

		if (!layout_has(l, m))
			continue;
		value = layout_value(l, m);
		walk_list(row, (struct span){value.p - m->from_name, m->name.n}, m->plain, value.p);
		walk_listed(row, value.p + value.n);
	}
}

static const char *object(struct scan *s, struct span text, const char *p, struct row *row)
{
	struct layout *l = &s->layout;
	const char *behind, *why;
	struct scan_walk w;

	walk_begin(&w, s, text, p);
	behind = l->id ? same(&w, p) : NULL;
	if (behind) {
		layout_met(l);
		if (!row->unlisted)
			list_same(l, row);
		return walk_finish(s, behind, w.end);
	}
	s->n = w.depth = w.members = 0;
	w.row = row;
	behind = walk_value(&w, p);
	why = behind ? walk_finish(s, behind, w.end) : w.why;
	if (!why)
		layout_miss(l, (struct span){p, (size_t)(behind - p)}, w.members + 1);
	return why;
}

static const char *scan_row(struct scan *s, struct span text, struct row *row)
{
	struct span value;
	enum json type;
	const char *p = scan_space(text.p, text.p + text.n), *why;

	row->n = 0;
	s->layout.same = false;
	if (p < text.p + text.n && *p == '{')
		return object(s, text, p, row);
	why = scan_document(s, text, &value, &type);
	s->at = why ? s->at : p;
	return why ? why : "not a JSON object";
}

const char *row_parse(struct row *r, struct span line)
{
	const char *why;

	r->scan.twice = r->bad = (struct span){0};
	why = scan_row(&r->scan, line, r);
	r->bad = r->scan.twice;
	return why;
}

/* ---- fields ---- */

static void add(struct row *r, struct span name, struct span value)
{
	struct field f = {.name = name, .value = value, .type = scan_type(value)};

	f.plain = !memchr(name.p, '\\', name.n);
	r->fields[r->n++] = f;
}

void row_split(struct row *r, struct span object)
{
	struct span rest = object, name, value;

	r->n = 0;
	while (scan_member(&rest, &name, &value)) {
		if (r->n == r->cap)
			row_grow(r);
		add(r, name, value);
	}
}

static bool means(struct span raw, struct span name)
{
	const char *p = raw.p, *end = raw.p + raw.n;

	while (p < end) {
		char bytes[4];
		size_t n = jstr_char(&p, bytes);

		if (!span_starts(name, (struct span){bytes, n}))
			return false;
		name = span_skip(name, n);
	}
	return name.n == 0;
}

const struct field *row_find(const struct row *r, struct span name)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct field *f = &r->fields[i];

		if (f->plain ? span_eq(f->name, name) : means(f->name, name))
			return f;
	}
	return NULL;
}

void row_free(struct row *r)
{
	free(r->fields);
	scan_free(&r->scan);
	*r = (struct row){0};
}
