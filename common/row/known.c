#include "row/known.h"

#include "base/mem.h"

#include <stdlib.h>

enum { WORD = sizeof(uint64_t) };

/* Stands behind the last name, and wherever nothing is expected: no name has place 0. */
static const struct known nothing;

const struct known *known_begin(struct knowns *k, bool row)
{
	if (row && !k->names)
		k->names = mem_alloc((KNOWN_MAX + 1) * sizeof *k->names);
	k->learning = row && k->n == 0;
	k->same = row && k->n > 0;
	return k->same ? k->names : &nothing;
}

/* The name's words, its closing quote included. */
static void take(struct known *name, const struct jstr_key *key, uint32_t place)
{
	size_t last = key->name.n / WORD, left = key->name.n % WORD + 1;

	*name = (struct known){.n = (uint32_t)key->name.n, .hash = key->hash, .place = place};
	for (size_t i = 0; i < last; i++)
		name->words[i] = word_load(key->name.p + i * WORD);
	name->words[last] = word_load_some(key->name.p + last * WORD, left);
	name->mask = UINT64_MAX >> (WORD - left) * 8;
	name->last = (uint32_t)last;
}

static void learn(struct knowns *k, const struct jstr_key *key, uint32_t place)
{
	if (!key->plain || key->name.n >= KNOWN_WORDS * WORD || k->n == KNOWN_MAX) {
		k->learning = false;
		return;
	}
	take(&k->names[k->n++], key, place);
	k->names[k->n] = nothing;
}

static bool is_name(const struct known *name, const struct jstr_key *key)
{
	struct known same;

	if (!name->place || name->hash != key->hash || name->n != key->name.n || !key->plain)
		return false;
	take(&same, key, name->place);
	return memcmp(same.words, name->words, sizeof same.words) == 0;
}

const struct known *known_other(
    struct knowns *k, const struct known *next, const struct jstr_key *key, uint32_t place)
{
	if (k->learning)
		learn(k, key, place);
	if (next == &nothing)
		return next;
	k->same &= next->place == place && is_name(next, key);
	for (int i = 0; i < KNOWN_AHEAD && next[i].place; i++)
		if (is_name(&next[i], key))
			return next + i + 1;
	return next;
}

void known_end(struct knowns *k, bool row, bool good)
{
	if (!row || !good) {
		if (k->learning)
			k->n = 0;
		return;
	}
	k->others = k->same || k->learning ? 0 : k->others + 1;
	if (k->others >= KNOWN_FORGET)
		k->n = k->others = 0;
}

void known_free(struct knowns *k)
{
	free(k->names);
	*k = (struct knowns){0};
}
