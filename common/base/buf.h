#ifndef BASE_BUF_H
#define BASE_BUF_H

/*
 * A growing run of bytes with a ceiling. Past the ceiling nothing more is added
 * and `full` stays set, so code adds in a straight line and asks once at the
 * end. The buffer owns its memory and keeps it over buf_clear.
 *
 *	struct buf b;
 *	buf_init(&b, 1 << 20);
 *	buf_adds(&b, "a=");
 *	buf_addf(&b, "%d", 1);
 *	if (b.full) ...
 *	buf_free(&b);
 */

#include "base/span.h"

#include <stdint.h>

struct buf {
	char *p;
	size_t n, cap;
	size_t max; /* ceiling in bytes */
	bool full;  /* something did not fit */
};

void buf_init(struct buf *b, size_t max);
void buf_clear(struct buf *b); /* empty and not full; memory kept */
void buf_free(struct buf *b);  /* memory given back; the ceiling stays */

/* Room for n more bytes at p + n without growing; false (and full) past the ceiling. */
bool buf_reserve(struct buf *b, size_t n);

/*
 * Inline, since the row path lives in it: 2026-11,
 * copying a row took half the time that calls did.
 */
static inline void buf_add(struct buf *b, const void *bytes, size_t n)
{
	if (n == 0 || ((b->full || n >= b->cap - b->n) && !buf_reserve(b, n)))
		return;
	memcpy(b->p + b->n, bytes, n);
	b->n += n;
}

static inline void buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

static inline void buf_addspan(struct buf *b, struct span s)
{
	buf_add(b, s.p, s.n);
}

void buf_adds(struct buf *b, const char *text);
void buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A code point, as UTF-8. */
void buf_add_point(struct buf *b, uint32_t point);

/* The bytes as a C string (a NUL is put after them; they may hold NULs of their own). */
const char *buf_str(struct buf *b);

/* The bytes as a span, valid until the next change. */
struct span buf_span(const struct buf *b);

#endif
