#ifndef BASE_MAP_H
#define BASE_MAP_H

/*
 * A hash map from byte strings to numbers, usually places in an array. It stores no keys: the
 * caller has them already, and gives them back by number. Two keys are the same when their bytes
 * are; the hash (SipHash-1-3, with a random key for each map) only finds them, so no input can
 * choose keys that collide.
 *
 *	static struct span name_of(const void *list, size_t i) ...
 *
 *	struct map m;
 *	map_init(&m, name_of, list);
 *	i = map_enter(&m, name, n);
 *	if (i == MAP_NONE)
 *		append(list, name), i = n++;
 *	map_free(&m);
 */

#include "base/span.h"

#include <stdint.h>

#define MAP_NONE SIZE_MAX
#define MAP_MOST ((size_t)1 << 31) /* entries */

/* The key of an entry. It must not change as long as the entry is there. */
typedef struct span map_key(const void *owner, size_t value);

struct map_slot {
	uint32_t hash, value; /* value + 1; 0: free */
};

struct map {
	size_t n;
	/* private */
	map_key *key;
	const void *owner;
	uint64_t seed[2];
	struct map_slot *slots;
	size_t n_slots; /* 0 or a power of two, at least twice n */
	bool caseless, lent;
};

/* An empty map: it allocates nothing until the first key. map_init_caseless ignores ASCII case. */
void map_init(struct map *m, map_key *key, const void *owner);
void map_init_caseless(struct map *m, map_key *key, const void *owner);

/* The value of a key, or MAP_NONE. */
size_t map_find(const struct map *m, struct span key);

/*
 * The value of a key that is there; else MAP_NONE, after entering it with `value` (below
 * MAP_MOST). The caller then makes sure that map_key gives `key` for `value`.
 */
size_t map_enter(struct map *m, struct span key, size_t value);

/*
 * Makes room for n entries (at most MAP_MOST) at once; map_bytes says how much memory that takes.
 */
void map_reserve(struct map *m, size_t n);
size_t map_bytes(size_t n);

/* Lends an empty map the zeroed memory of map_bytes(n) bytes: enough for n entries, no more. */
void map_lend(struct map *m, void *memory, size_t n);

/* Empty again; the memory is kept. */
void map_clear(struct map *m);
void map_free(struct map *m);

/* The hash of a key in this map. */
uint32_t map_hash(const struct map *m, struct span key);

#endif
