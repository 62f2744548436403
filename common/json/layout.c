#include "json/layout.h"

#include "base/mem.h"
#include "json/scan.h"

#include <stdlib.h>

enum { PATIENCE_MAX = 4096 };

static void make(struct layout *l)
{
	l->gaps = mem_resize(NULL, LAYOUT_VALUES + 1, sizeof *l->gaps);
	l->places = mem_resize(NULL, LAYOUT_VALUES, sizeof *l->places);
	l->holders = mem_resize(NULL, LAYOUT_VALUES, sizeof *l->holders);
	l->members = mem_resize(NULL, LAYOUT_VALUES, sizeof *l->members);
	l->text = mem_alloc(LAYOUT_BYTES + 8);
}

static uint32_t count_closing(const char *p, size_t n)
{
	uint32_t closing = 0;

	while (closing < n && p[closing] == '}')
		closing++;
	return closing;
}

/* Eight bytes can be read at p, whatever n is. */
static struct layout_gap make_gap(const char *p, size_t n)
{
	struct layout_gap g = {.mask = n < 8 ? ~(UINT64_MAX << n * 8) : UINT64_MAX,
	    .need = n < 8 ? 8 : (uint32_t)n,
	    .p = p,
	    .n = n,
	    .closing = count_closing(p, n),
	    .object = LAYOUT_NONE};

	g.at[2] = g.need - 8;
	g.at[1] = g.at[2] < 8 ? g.at[2] : 8;
	for (int i = 0; i < 3; i++)
		g.words[i] = swar_load(p + g.at[i]);
	return g;
}

/* What stands between the value before, or the row's begin, and `to`. */
static struct layout_gap *add_gap(struct layout *l, struct span row, const char *to)
{
	const char *from = l->n > 0 ? l->places[l->n - 1].end : row.p;
	struct layout_gap *g = &l->gaps[l->n];

	*g = make_gap(l->text + (from - row.p), (size_t)(to - from));
	l->tight &= l->n == 0 || g->closing == g->n || g->p[g->closing] == ',';
	return g;
}

static bool add_value(struct layout *l, struct span row, struct span value, size_t depth)
{
	if (l->n == LAYOUT_VALUES)
		return false;
	add_gap(l, row, value.p)->depth = depth;
	l->places[l->n++] = (struct layout_place){value.p, value.p + value.n};
	return true;
}

static bool has_members(struct span value)
{
	struct span name;

	return scan_type(value) == JSON_OBJECT && scan_member(&value, &name, &name);
}

static bool add_members(
    struct layout *l, struct span row, struct span object, size_t depth, uint32_t object_of);

static bool add_member(struct layout *l, struct span row, struct span name, struct span value,
    size_t depth, uint32_t object_of)
{
	uint32_t i = (uint32_t)l->n_members++, first = (uint32_t)l->n;
	struct layout_member *m = &l->members[i];
	bool object = depth < LAYOUT_NESTING && has_members(value);

	if (i == LAYOUT_VALUES)
		return false;
	*m = (struct layout_member){.name = {l->text + (name.p - row.p), name.n},
	    .plain = !memchr(name.p, '\\', name.n),
	    .object = object,
	    .object_of = object_of,
	    .first = first,
	    .from_name = (uint32_t)(value.p - name.p)};
	if (!(object ? add_members(l, row, value, depth + 1, i) : add_value(l, row, value, depth)))
		return false;
	l->gaps[first].object = object_of;
	m->next = (uint32_t)l->n_members;
	m->last = (uint32_t)l->n - 1;
	m->before = (uint32_t)(l->places[first].p - value.p);
	m->behind = (uint32_t)(value.p + value.n - l->places[m->last].end);
	l->holders[m->last] = object ? l->holders[m->last] : object_of;
	return true;
}

static bool add_members(
    struct layout *l, struct span row, struct span object, size_t depth, uint32_t object_of)
{
	struct span name, value;

	while (scan_member(&object, &name, &value))
		if (!add_member(l, row, name, value, depth, object_of))
			return false;
	return true;
}

static void remember(struct layout *l, struct span row)
{
	static unsigned last;

	l->id = 0;
	l->tight = true;
	if (row.n > LAYOUT_BYTES || !has_members(row))
		return;
	if (!l->gaps)
		make(l);
	l->n = l->n_members = 0;
	memcpy(l->text, row.p, row.n);
	if (!add_member(l, row, (struct span){row.p, 0}, row, 0, LAYOUT_NONE))
		return;
	add_gap(l, row, row.p + row.n);
	l->id = ++last;
}

void layout_miss(struct layout *l, struct span row, size_t members)
{
	bool more =
	    l->id && members > l->n_members && members <= LAYOUT_VALUES && row.n <= LAYOUT_BYTES;

	if (!more && l->misses++ < l->patience)
		return;
	remember(l, row);
	l->misses = 0;
	if (!more && l->patience < PATIENCE_MAX)
		l->patience = l->patience ? l->patience * 2 : LAYOUT_PATIENCE;
}

/*
 * Values from i up to k are missing. An object whose last one is missing ends where it would if
 * that had stood as deep as the value before them.
 */
static void skip(struct layout *l, size_t i, size_t k)
{
	uintptr_t end = (uintptr_t)l->places[i - 1].end + l->gaps[i - 1].depth;

	for (; i < k; i++)
		l->places[i] = (struct layout_place){NULL, (const char *)(end - l->gaps[i].depth)};
}

size_t layout_ahead(struct layout *l, size_t i, const char **p, const char *end)
{
	size_t last = l->n - i < LAYOUT_AHEAD ? l->n : i + LAYOUT_AHEAD;
	uint32_t object = i > 0 ? l->holders[i - 1] : LAYOUT_NONE;
	const char *at = *p;

	if (object == LAYOUT_NONE || !l->tight)
		return 0;
	for (; at < end && *at == '}' && object != LAYOUT_NONE; at++)
		object = l->members[object].object_of;
	for (size_t k = i + 1; k <= last; k++) {
		const struct layout_gap *g = &l->gaps[k];
		size_t n = g->n - g->closing;

		if (g->object == object && (size_t)(end - at) >= n &&
		    memcmp(at, g->p + g->closing, n) == 0) {
			skip(l, i, k);
			*p = at + n;
			return k;
		}
	}
	return 0;
}

void layout_free(struct layout *l)
{
	free(l->gaps);
	free(l->places);
	free(l->holders);
	free(l->members);
	free(l->text);
	*l = (struct layout){0};
}
