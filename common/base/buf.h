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

struct buf {
	char *p;
	size_t n, cap;
	size_t max; /* ceiling in bytes */
	bool full;  /* something did not fit */
};

void buf_init(struct buf *b, size_t max);
void buf_clear(struct buf *b); /* empty and not full; memory kept */
void buf_free(struct buf *b);  /* memory given back; the ceiling stays */

/* The bytes as a C string (a NUL is put behind them; they may hold NULs of their own). */
const char *buf_str(struct buf *b);

/* The bytes as a span, valid until the next change. */
struct span buf_span(const struct buf *b);

#endif
