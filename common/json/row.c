#include "json/row.h"

#include "json/jstr.h"

/* ---- parsing ---- */

/* A value of a row, where brackets may be open already. */
static inline const char *value_at(struct scan_walk *w, const char *p, size_t depth)
{
	if (p < w->end && *p == '"')
		return scan_walk_string(w, p + 1);
	if (p < w->end && *p != '[' && *p != '{')
		return scan_walk_scalar(w, p);
	w->depth = depth;
	return scan_walk_value(w, p);
}

/* The row, if it has the layout that is remembered; or NULL, whatever is wrong. */
static const char *same(struct scan_walk *w, struct layout *l, const char *p)
{
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

static void list_same(const struct layout *l, struct scan *s)
{
	const struct layout_member *m, *end = l->members + l->n_members;

	for (m = l->members + 1; m < end; m = l->members + m->next) {
		struct span value;

		if (!layout_has(l, m))
			continue;
		value = layout_value(l, m);
		scan_list(s, (struct span){value.p - m->from_name, m->name.n}, m->plain, value.p);
		scan_listed(s, value.p + value.n);
	}
}

static const char *object(struct row *row, struct span text, const char *p)
{
	struct scan *s = &row->scan;
	struct layout *l = &row->layout;
	const char *behind, *why;
	struct scan_walk w;

	scan_walk_begin(&w, s, text, p);
	behind = l->id ? same(&w, l, p) : NULL;
	if (behind) {
		layout_met(l);
		if (!row->unlisted)
			list_same(l, s);
		return scan_walk_finish(s, behind, w.end);
	}
	s->n = w.depth = w.members = 0;
	w.listing = true;
	behind = scan_walk_value(&w, p);
	why = behind ? scan_walk_finish(s, behind, w.end) : w.why;
	if (!why)
		layout_miss(l, (struct span){p, (size_t)(behind - p)}, w.members + 1);
	return why;
}

static const char *scan_row(struct row *row, struct span text)
{
	struct scan *s = &row->scan;
	struct span value;
	enum json type;
	const char *p = scan_space(text.p, text.p + text.n), *why;

	if (p < text.p + text.n && *p == '{')
		return object(row, text, p);
	why = scan_document(s, text, &value, &type);
	s->at = why ? s->at : p;
	return why ? why : "not a JSON object";
}

/* The row's fields are those that its scan has listed. */
static void take_list(struct row *r)
{
	r->fields = r->scan.fields;
	r->n = r->scan.n_fields;
}

const char *row_parse(struct row *r, struct span line)
{
	const char *why;

	r->scan.twice = r->bad = (struct span){0};
	r->scan.n_fields = 0;
	r->layout.same = false;
	why = scan_row(r, line);
	take_list(r);
	r->bad = r->scan.twice;
	return why;
}

/* ---- fields ---- */

void row_split(struct row *r, struct span object)
{
	struct span rest = object, name, value;

	r->scan.n_fields = 0;
	while (scan_member(&rest, &name, &value)) {
		scan_list(&r->scan, name, !memchr(name.p, '\\', name.n), value.p);
		scan_listed(&r->scan, value.p + value.n);
	}
	take_list(r);
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
	scan_free(&r->scan);
	layout_free(&r->layout);
	*r = (struct row){0};
}
