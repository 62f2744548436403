/* base/map: its hash against vectors, and keys that collide, grow, fold and run out of room. */

#include "base/map.h"
#include "base/mem.h"
#include "base/swar.h"
#include "check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEYS = 400000, TEXT = 16 };

static char (*keys)[TEXT];

static struct span key_of(const void *owner, size_t i)
{
	const char(*list)[TEXT] = owner;

	return span_of(list[i]);
}

static void make_keys(void)
{
	keys = mem_alloc(KEYS * sizeof *keys);
	for (size_t i = 0; i < KEYS; i++)
		snprintf(keys[i], TEXT, "key-%zu", i * 7919);
}

/* Made with CPython 3.11, whose hash() of bytes under PYTHONHASHSEED=0 is SipHash-1-3 of key 0. */
static void vectors(void)
{
	static const struct {
		const char *text;
		uint32_t hash;
	} cases[] = {{"a", 0xb89b1813}, {"abcdefg", 0x9070f506}, {"abcdefgh", 0x0b8e35ea},
	    {"the quick brown fox jumps over", 0xb6f5e689}};
	struct map m;

	map_init(&m, key_of, keys);
	m.seed[0] = m.seed[1] = 0;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check(map_hash(&m, span_of(cases[i].text)) == cases[i].hash, cases[i].text);
}

static void seeds(void)
{
	struct map a, b;

	map_init(&a, key_of, keys);
	map_init(&b, key_of, keys);
	check(a.seed[0] != b.seed[0] && a.seed[1] != b.seed[1], "each map has a seed of its own");
	check(map_hash(&a, SPAN("x")) != map_hash(&b, SPAN("x")) ||
	          map_hash(&a, SPAN("y")) != map_hash(&b, SPAN("y")),
	    "the seed goes into the hash");
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* How many keys have the whole 32 bits of their hash in common with another. */
static size_t count_collisions(const struct map *m)
{
	uint32_t *hashes = mem_alloc(KEYS * sizeof *hashes);
	size_t n = 0;

	for (size_t i = 0; i < KEYS; i++)
		hashes[i] = map_hash(m, key_of(keys, i));
	qsort(hashes, KEYS, sizeof *hashes, by_number);
	for (size_t i = 1; i < KEYS; i++)
		n += hashes[i] == hashes[i - 1];
	free(hashes);
	return n;
}

static void growth_and_collisions(void)
{
	struct map m;
	bool all = true;

	map_init(&m, key_of, keys);
	m.seed[0] = 1, m.seed[1] = 2; /* the same collisions each time */
	check(map_find(&m, SPAN("key-0")) == MAP_NONE, "nothing is in an empty map");
	for (size_t i = 0; i < KEYS; i++)
		all = all && map_enter(&m, key_of(keys, i), i) == MAP_NONE;
	check(all && m.n == KEYS, "different keys are all new");
	check(count_collisions(&m) > 5, "some of them have the same hash");
	for (size_t i = 0; i < KEYS; i++)
		all = all && map_find(&m, key_of(keys, i)) == i &&
		      map_enter(&m, key_of(keys, i), 0) == i;
	check(all && m.n == KEYS, "each is found, and entered once");
	for (size_t i = 1; i < KEYS; i++) {
		char text[TEXT];

		snprintf(text, sizeof text, "key-%zu", i * 7919 - 1);
		all = all && map_find(&m, span_of(text)) == MAP_NONE;
	}
	check(all, "no other key is found");
	map_clear(&m);
	check(m.n == 0 && map_find(&m, key_of(keys, 5)) == MAP_NONE, "cleared");
	check(map_enter(&m, key_of(keys, 5), 5) == MAP_NONE && map_find(&m, key_of(keys, 5)) == 5,
	    "used again");
	map_free(&m);
	check(map_find(&m, key_of(keys, 5)) == MAP_NONE, "freed is empty");
}

static void odd_keys(void)
{
	static const char odd[][TEXT] = {
	    "", "a", "A", "abcdefgh", "abcdefgH", "\xc3\x80", "\xc3\xa0"};
	enum { N = sizeof odd / sizeof *odd };
	struct map m;
	bool all = true;

	map_init(&m, key_of, odd);
	for (size_t i = 0; i < N; i++)
		all = all && map_enter(&m, span_of(odd[i]), i) == MAP_NONE;
	check(all && map_find(&m, (struct span){0}) == 0, "the empty key is a key; case counts");
	map_free(&m);
}

static void caseless(void)
{
	static const char names[][TEXT] = {"LastName", "\xc3\x80gua_@[`{", "Ext__c"};
	struct map m;
	bool same = true;

	for (unsigned c = 0; c < 256; c++) {
		uint64_t lower = c >= 'A' && c <= 'Z' ? c | 0x20 : c;

		same = same && swar_lower(c * (UINT64_MAX / 255)) == lower * (UINT64_MAX / 255) &&
		       swar_lower(c << 8 | 0xff) == (lower << 8 | 0xff) &&
		       swar_lower(c << 8 | 'Z') == (lower << 8 | 'z');
	}
	check(same, "swar_lower is A to Z and nothing else");
	map_init_caseless(&m, key_of, names);
	for (size_t i = 0; i < 3; i++)
		map_enter(&m, span_of(names[i]), i);
	check(map_find(&m, SPAN("lASTnAME")) == 0 && map_find(&m, SPAN("EXT__C")) == 2, "no case");
	check(map_find(&m, SPAN("\xc3\x80GUA_@[`{")) == 1, "other bytes beside letters");
	check(map_find(&m, SPAN("\xc3\xa0gua_@[`{")) == MAP_NONE &&
	          map_find(&m, SPAN("\xc3\x80gua_`[`{")) == MAP_NONE &&
	          map_find(&m, SPAN("\xc3\x80gua_@{`{")) == MAP_NONE,
	    "only ASCII letters have a case");
	check(map_find(&m, SPAN("LastNam")) == MAP_NONE, "the length counts");
	map_free(&m);
}

static void lent(void)
{
	enum { N = 1000 };
	char *memory = mem_alloc(map_bytes(N) + 1);
	struct map m;
	bool all = true;

	memory[map_bytes(N)] = 'x';
	map_init(&m, key_of, keys);
	map_lend(&m, memory, N);
	for (size_t i = 0; i < N; i++)
		all = all && map_enter(&m, key_of(keys, i), i) == MAP_NONE;
	for (size_t i = 0; i < N; i++)
		all = all && map_find(&m, key_of(keys, i)) == i;
	check(all && memory[map_bytes(N)] == 'x', "n entries fit into map_bytes(n)");
	map_free(&m);
	free(memory);
	map_init(&m, key_of, keys);
	map_reserve(&m, N);
	check(m.n_slots * sizeof(struct map_slot) == map_bytes(N), "map_reserve takes map_bytes");
	map_free(&m);
}

int main(void)
{
	make_keys();
	vectors();
	seeds();
	growth_and_collisions();
	odd_keys();
	caseless();
	lent();
	free(keys);
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0;
}
