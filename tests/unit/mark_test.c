/* Every way to mark a text gives the same bits: at any alignment, at any length around the edges of blocks. */

#include "base/mem.h"
#include "json/mark.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 40, BYTES = BLOCKS * MARK_BLOCK };

static int passed, failed;
static uint64_t state = 20261123;

/* splitmix64 */
static uint64_t next(void)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static void check(bool good, const char *what, size_t at)
{
	if (good) {
		passed++;
		return;
	}
	failed++;
	printf("failed: %s at %zu\n", what, at);
}

/* As the header says it, byte by byte. */
static bool is_marked(char c)
{
	return c == '"' || c == '\\' || (unsigned char)c < 0x20 || (unsigned char)c >= 0x80;
}

/* Mostly letters, as in rows; `any`: all bytes alike. */
static void fill(char *p, size_t n, bool any)
{
	for (size_t i = 0; i < n; i++)
		p[i] = any || next() % 8 == 0 ? (char)next() : (char)('a' + next() % 26);
}

static void compare_ways(const char *p, size_t blocks, size_t at)
{
	uint64_t want[BLOCKS] = {0}, got[BLOCKS];

	for (size_t i = 0; i < blocks * MARK_BLOCK; i++)
		want[i / MARK_BLOCK] |= (uint64_t)is_marked(p[i]) << i % MARK_BLOCK;
	for (const struct mark_way *way = mark_ways; way < mark_ways + MARK_WAYS; way++) {
		if (!way->runs())
			continue;
		memset(got, 0x55, sizeof got);
		way->mark(p, blocks, got);
		check(memcmp(got, want, blocks * sizeof *got) == 0, way->name, at);
		check(blocks == BLOCKS || got[blocks] == UINT64_C(0x5555555555555555),
		    "one word too many", at);
	}
}

/* Each byte value alone in a block, at each of its 64 places. */
static void each_byte(void)
{
	char block[MARK_BLOCK];

	for (size_t i = 0; i < 256 * MARK_BLOCK; i++) {
		memset(block, 'x', sizeof block);
		block[i % MARK_BLOCK] = (char)(i / MARK_BLOCK);
		compare_ways(block, 1, i);
	}
}

/* Exactly n bytes of memory, so that one read too far is seen by ASan. */
static void each_length(mark_fn *mark, const char *name)
{
	static const size_t around[] = {0, 64, 128, 960, 1024, 1088, 2048, 2500};

	for (size_t i = 0; i < sizeof around / sizeof *around * 5; i++) {
		size_t n = around[i / 5] + i % 5;
		char *text = mem_alloc(n < 2 ? 0 : n - 2);
		struct marks marks;
		const char *p = text, *end = text + (n < 2 ? 0 : n - 2);
		bool good = true;

		fill(text, (size_t)(end - p), i % 2);
		mark_begin(&marks, mark, p, end);
		for (const char *q = p; q <= end; q++) {
			if (q < end && !is_marked(*q))
				continue;
			good &= mark_next(&marks, p) == q;
			p = q + 1;
		}
		check(good, name, n);
		free(text);
	}
}

int main(void)
{
	static char text[BYTES + MARK_BLOCK];
	int ways = 0;

	each_byte();
	for (size_t i = 0; i < 2000; i++) {
		fill(text, sizeof text, i % 4 == 0);
		compare_ways(text + i % MARK_BLOCK, i % (BLOCKS + 1), i);
	}
	for (const struct mark_way *way = mark_ways; way < mark_ways + MARK_WAYS; way++)
		if (way->runs()) {
			each_length(way->mark, way->name);
			ways++;
		}
	check(ways > 0 && mark_ways[MARK_WAYS - 1].runs(), "no way for every machine", 0);
	check(mark_best() == (mark_ways[0].runs() ? mark_ways[0].mark : mark_best()),
	    "not the best", 0);
	printf("%d passed, %d failed\n", passed, failed);
	return failed > 0;
}
