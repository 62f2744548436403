#include "level.h"

#include "base/mem.h"

#include <stdlib.h>

/* Positions worth remembering; a wider object is looked up by hash from there on. */
enum { POSITIONS_MAX = 16384 };

static struct span name_of(const void *level, size_t i)
{
	return ((const struct level *)level)->keys[i]->name;
}

struct level_key *level_look_up(const struct level *l, struct span name)
{
	size_t i = map_find(&l->map, name);

	return i == MAP_NONE ? NULL : l->keys[i];
}

static void remember(struct level *l, size_t position, struct level_key *key)
{
	if (position >= l->n_last) {
		size_t n = l->n_last ? l->n_last * 2 : 32;

		if (position >= POSITIONS_MAX)
			return;
		while (n <= position)
			n *= 2;
		l->last = mem_resize(l->last, n, sizeof *l->last);
		memset(l->last + l->n_last, 0, (n - l->n_last) * sizeof *l->last);
		l->n_last = n;
	}
	l->last[position] = key;
}

struct level_key *level_find(struct level *l, size_t position, struct span name)
{
	struct level_key *key = position < l->n_last ? l->last[position] : NULL;

	if (key && span_eq(key->name, name))
		return key;
	key = level_look_up(l, name);
	if (key)
		remember(l, position, key);
	return key;
}

struct level_key *level_add(struct level *l, struct span name)
{
	struct level_key *key = mem_alloc(sizeof *key);

	key->name = (struct span){mem_dup(name.p, name.n), name.n};
	key->slot = -1;
	key->level = l;
	if (l->n == 0)
		map_init(&l->map, name_of, l);
	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 8;
		l->keys = mem_resize(l->keys, l->cap, sizeof *l->keys);
	}
	map_enter(&l->map, name, l->n);
	l->keys[l->n++] = key;
	return key;
}

void level_clear(struct level *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free((void *)(uintptr_t)l->keys[i]->name.p);
		free((void *)(uintptr_t)l->keys[i]->safe.p);
		free(l->keys[i]);
	}
	free(l->keys);
	map_free(&l->map);
	free(l->last);
	free(l->bound);
}
