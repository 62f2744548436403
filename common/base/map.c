#define _DEFAULT_SOURCE /* getentropy */
#include "base/map.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/swar.h"

#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

enum { SLOTS_LEAST = 16 };

/* ---- hash: SipHash-1-3, Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012 ---- */

static inline uint64_t rotate(uint64_t x, unsigned by)
{
	return x << by | x >> (64 - by);
}

static inline void sip_round(uint64_t v[4])
{
	v[0] += v[1], v[1] = rotate(v[1], 13) ^ v[0], v[0] = rotate(v[0], 32);
	v[2] += v[3], v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3], v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1], v[1] = rotate(v[1], 17) ^ v[2], v[2] = rotate(v[2], 32);
}

static inline void sip_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
}

static uint64_t sip_hash(const uint64_t seed[2], struct span s, bool caseless)
{
	uint64_t v[4] = {seed[0] ^ UINT64_C(0x736f6d6570736575),
	    seed[1] ^ UINT64_C(0x646f72616e646f6d), seed[0] ^ UINT64_C(0x6c7967656e657261),
	    seed[1] ^ UINT64_C(0x7465646279746573)};
	uint64_t length = (uint64_t)s.n << 56, word;

	for (; s.n >= 8; s = span_skip(s, 8)) {
		word = swar_load(s.p);
		sip_word(v, caseless ? swar_lower(word) : word);
	}
	word = swar_load_some(s.p, s.n);
	sip_word(v, (caseless ? swar_lower(word) : word) | length);
	v[2] ^= 0xff;
	sip_round(v), sip_round(v), sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint32_t map_hash(const struct map *m, struct span key)
{
	return (uint32_t)sip_hash(m->seed, key, m->caseless);
}

/* ---- life ---- */

void map_init(struct map *m, map_key *key, const void *owner)
{
	*m = (struct map){.key = key, .owner = owner};
	if (getentropy(m->seed, sizeof m->seed) != 0) {
		m->seed[0] = (uint64_t)clock_now();
		m->seed[1] = (uintptr_t)m ^ (uint64_t)clock_mono();
	}
}

void map_init_caseless(struct map *m, map_key *key, const void *owner)
{
	map_init(m, key, owner);
	m->caseless = true;
}

void map_clear(struct map *m)
{
	if (m->n > 0)
		memset(m->slots, 0, m->n_slots * sizeof *m->slots);
	m->n = 0;
}

void map_free(struct map *m)
{
	if (!m->lent)
		free(m->slots);
	m->slots = NULL;
	m->n_slots = m->n = 0;
}

/* ---- slots ---- */

static bool is_key(const struct map *m, size_t value, struct span key)
{
	struct span other = m->key(m->owner, value);

	if (!m->caseless)
		return span_eq(other, key);
	if (other.n != key.n)
		return false;
	for (size_t i = 0; i < key.n; i++)
		if (swar_lower((unsigned char)other.p[i]) != swar_lower((unsigned char)key.p[i]))
			return false;
	return true;
}

/* The slot that has the key, or the free one where it belongs. */
static struct map_slot *slot_of(const struct map *m, struct span key, uint32_t hash)
{
	size_t mask = m->n_slots - 1, at = hash & mask;

	for (; m->slots[at].value; at = (at + 1) & mask)
		if (m->slots[at].hash == hash && is_key(m, m->slots[at].value - 1, key))
			break;
	return &m->slots[at];
}

static size_t slots_for(size_t n)
{
	size_t slots = SLOTS_LEAST;

	while (slots / 2 < n)
		slots *= 2;
	return slots;
}

size_t map_bytes(size_t n)
{
	return n > 0 ? slots_for(n) * sizeof(struct map_slot) : 0;
}

void map_reserve(struct map *m, size_t n)
{
	struct map_slot *old = m->slots;
	size_t n_old = m->n_slots, mask = slots_for(n) - 1;

	if (m->lent || mask < n_old)
		return;
	m->n_slots = mask + 1;
	m->slots = mem_alloc(m->n_slots * sizeof *m->slots);
	for (size_t i = 0; i < n_old; i++) {
		size_t at = old[i].hash & mask;

		if (!old[i].value)
			continue;
		while (m->slots[at].value)
			at = (at + 1) & mask;
		m->slots[at] = old[i];
	}
	free(old);
}

void map_lend(struct map *m, void *memory, size_t n)
{
	map_free(m);
	m->slots = memory;
	m->n_slots = slots_for(n);
	m->lent = true;
}

size_t map_find(const struct map *m, struct span key)
{
	const struct map_slot *slot;

	if (m->n == 0)
		return MAP_NONE;
	slot = slot_of(m, key, map_hash(m, key));
	return slot->value ? slot->value - 1 : MAP_NONE;
}

size_t map_enter(struct map *m, struct span key, size_t value)
{
	uint32_t hash = map_hash(m, key);
	struct map_slot *slot;

	map_reserve(m, m->n + 1);
	slot = slot_of(m, key, hash);
	if (slot->value)
		return slot->value - 1;
	*slot = (struct map_slot){hash, (uint32_t)value + 1};
	m->n++;
	return MAP_NONE;
}
