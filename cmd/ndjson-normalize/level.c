#include "level.h"

#include "base/mem.h"
#include "base/swar.h"

#include <stdlib.h>

/* Positions worth remembering; a wider object is looked up by hash from there on. */
enum { POSITIONS_MAX = 16384 };

static uint64_t hash_of(struct span name)
{
	return swar_hash_span(name.n, name);
}

static struct key *look_up(const struct level *l, struct span name)
{
	uint64_t hash;

	if (l->n == 0)
		return NULL;
	hash = hash_of(name);
	for (size_t i = hash & (l->cap - 1); l->table[i]; i = (i + 1) & (l->cap - 1))
		if (l->table[i]->hash == hash && span_eq(l->table[i]->name, name))
			return l->table[i];
	return NULL;
}

static void remember(struct level *l, size_t position, struct key *key)
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

struct key *level_find(struct level *l, size_t position, struct span name)
{
	struct key *key = position < l->n_last ? l->last[position] : NULL;

	if (key && span_eq(key->name, name))
		return key;
	key = look_up(l, name);
	if (key)
		remember(l, position, key);
	return key;
}

static void insert(struct level *l, struct key *key)
{
	size_t i = key->hash & (l->cap - 1);

	while (l->table[i])
		i = (i + 1) & (l->cap - 1);
	l->table[i] = key;
}

static void grow(struct level *l)
{
	struct key **old = l->table;
	size_t cap = l->cap;

	l->cap = cap ? cap * 2 : 16;
	l->table = mem_alloc(l->cap * sizeof *l->table);
	for (size_t i = 0; i < cap; i++)
		if (old[i])
			insert(l, old[i]);
	free(old);
}

struct key *level_add(struct level *l, struct span name)
{
	struct key *key = mem_alloc(sizeof *key);

	key->name = (struct span){mem_dup(name.p, name.n), name.n};
	key->hash = hash_of(name);
	key->slot = -1;
	if (l->n * 2 >= l->cap)
		grow(l);
	insert(l, key);
	key->place = l->n++;
	return key;
}

struct key **level_list(const struct level *l)
{
	struct key **list = mem_alloc((l->n + 1) * sizeof *list);

	for (size_t i = 0; i < l->cap; i++)
		if (l->table[i])
			list[l->table[i]->place] = l->table[i];
	return list;
}

void level_clear(struct level *l)
{
	for (size_t i = 0; i < l->cap; i++)
		if (l->table[i]) {
			free((void *)(uintptr_t)l->table[i]->name.p);
			free((void *)(uintptr_t)l->table[i]->safe.p);
			free(l->table[i]->seen);
			free(l->table[i]);
		}
	free(l->table);
	free(l->last);
	free(l->bound);
}
