#ifndef JSON_MARK_H
#define JSON_MARK_H

/*
 * Where the bytes of a text are that a JSON string cannot hold as they are:
 * quote, backslash, control bytes, non-ASCII. One bit for each byte, the lowest
 * bit of a word for the first of its 64 bytes.
 *
 * There is one way to find them for every machine, and better ones, 16 or 32
 * bytes at a time, for those that have the instructions; all give the same bits.
 * row_parse of rows that have a layout, on x86-64, 2026-11, in MB/s:
 *
 *	                               words    SSE2    AVX2
 *	rows of 545 bytes, 46 strings  1,690   2,490   2,610
 *	rows of 8 KB, one string       4,150  16,500  20,800
 */

#include <stddef.h>
#include <stdint.h>

enum { MARK_BLOCK = 64 };

/* Marks `blocks` times MARK_BLOCK bytes from p on, a word for each block. */
typedef void mark_fn(const char *p, size_t blocks, uint64_t *marks);

/* One way. Of the list, the first one that `runs` is the best; the last one runs everywhere. */
struct mark_way {
	const char *name;
	mark_fn *mark;
	int (*runs)(void);
};

enum { MARK_WAYS = 3 };

/* Those not made for this machine do not run and have no `mark`. */
extern const struct mark_way mark_ways[MARK_WAYS];

/* The best way on this machine: ask once. */
mark_fn *mark_best(void);

/*
 * The part of a text that is marked. It moves on by itself and needs no more memory for a longer
 * text.
 */
enum { MARK_WINDOW = 16 * MARK_BLOCK }; /* bytes: most rows whole */

struct marks {
	const char *end; /* of the text */
	/* private */
	mark_fn *mark;
	const char *begin, *from;
	uint64_t words[MARK_WINDOW / MARK_BLOCK];
};

/* Marks what begins at p and fits, and the end of the text. */
void mark_move(struct marks *m, const char *p);

static inline void mark_begin(struct marks *m, mark_fn *mark, const char *p, const char *end)
{
	m->mark = mark;
	m->begin = p;
	m->end = end;
	mark_move(m, p);
}

/* The first marked byte from p on, or the end. p never falls from call to call. */
static inline const char *mark_next(struct marks *m, const char *p)
{
	for (;;) {
		size_t at = (size_t)(p - m->from);
		uint64_t word;

		if (at >= MARK_WINDOW) {
			mark_move(m, p);
			at = 0;
		}
		word = m->words[at / MARK_BLOCK] >> at % MARK_BLOCK;
		if (word)
			return p + __builtin_ctzll(word);
		p += MARK_BLOCK - at % MARK_BLOCK;
	}
}

#endif
