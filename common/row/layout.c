#include "row/layout.h"

#include "base/mem.h"
#include "row/scan.h"

#include <stdlib.h>

enum { PATIENCE_MAX = 4096 };

static void make(struct layout *l)
{
	l->gaps = mem_resize(NULL, LAYOUT_VALUES + 1, sizeof *l->gaps);
	l->places = mem_resize(NULL, LAYOUT_VALUES, sizeof *l->places);
	l->members = mem_resize(NULL, LAYOUT_VALUES, sizeof *l->members);
	l->text = mem_alloc(LAYOUT_BYTES + 8);
}

/* Eight bytes can be read at p, whatever n is. */
static struct layout_gap make_gap(const char *p, size_t n, size_t depth)
{
	struct layout_gap g = {.mask = n < 8 ? ~(UINT64_MAX << n * 8) : UINT64_MAX,
	    .need = n < 8 ? 8 : (uint32_t)n,
	    .p = p,
	    .n = n,
	    .depth = depth};

	g.at[2] = g.need - 8;
	g.at[1] = g.at[2] < 8 ? g.at[2] : 8;
	for (int i = 0; i < 3; i++)
		g.words[i] = word_load(p + g.at[i]);
	return g;
}

/* What stands between the value before, or the row's begin, and `to`. */
static void add_gap(struct layout *l, struct span row, const char *to, size_t depth)
{
	const char *from = l->n > 0 ? l->places[l->n - 1].end : row.p;

	l->gaps[l->n] = make_gap(l->text + (from - row.p), (size_t)(to - from), depth);
}

static bool add_value(struct layout *l, struct span row, struct span value, size_t depth)
{
	if (l->n == LAYOUT_VALUES)
		return false;
	add_gap(l, row, value.p, depth);
	l->places[l->n++] = (struct layout_place){value.p, value.p + value.n};
	return true;
}

static bool has_members(struct span value)
{
	struct span name;

	return scan_type(value) == JSON_OBJECT && scan_member(&value, &name, &name);
}

static bool add_members(struct layout *l, struct span row, struct span object, size_t depth);

static bool add_member(
    struct layout *l, struct span row, struct span name, struct span value, size_t depth)
{
	struct layout_member *m = &l->members[l->n_members];
	bool object = depth < LAYOUT_NESTING && has_members(value);

	if (l->n_members++ == LAYOUT_VALUES)
		return false;
	*m = (struct layout_member){.name = {l->text + (name.p - row.p), name.n},
	    .plain = !memchr(name.p, '\\', name.n),
	    .object = object,
	    .first = (uint32_t)l->n,
	    .from_name = (uint32_t)(value.p - name.p)};
	if (!(object ? add_members(l, row, value, depth + 1) : add_value(l, row, value, depth)))
		return false;
	m->next = (uint32_t)l->n_members;
	m->last = (uint32_t)l->n - 1;
	m->before = (uint32_t)(l->places[m->first].p - value.p);
	m->behind = (uint32_t)(value.p + value.n - l->places[m->last].end);
	return true;
}

static bool add_members(struct layout *l, struct span row, struct span object, size_t depth)
{
	struct span name, value;

	while (scan_member(&object, &name, &value))
		if (!add_member(l, row, name, value, depth))
			return false;
	return true;
}

static void remember(struct layout *l, struct span row)
{
	static unsigned last;

	l->id = 0;
	if (row.n > LAYOUT_BYTES || !has_members(row))
		return;
	if (!l->gaps)
		make(l);
	l->n = l->n_members = 0;
	memcpy(l->text, row.p, row.n);
	if (!add_member(l, row, (struct span){row.p, 0}, row, 0))
		return;
	add_gap(l, row, row.p + row.n, 0);
	l->id = ++last;
}

void layout_miss(struct layout *l, struct span row)
{
	if (l->misses++ < l->patience)
		return;
	remember(l, row);
	l->misses = 0;
	if (l->patience < PATIENCE_MAX)
		l->patience = l->patience ? l->patience * 2 : LAYOUT_PATIENCE;
}

void layout_free(struct layout *l)
{
	free(l->gaps);
	free(l->places);
	free(l->members);
	free(l->text);
	*l = (struct layout){0};
}
