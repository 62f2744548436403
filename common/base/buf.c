#include "base/buf.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_CAPACITY = 256 };

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){.max = max < SIZE_MAX / 4 ? max : SIZE_MAX / 4};
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	b->full = false;
}

void buf_free(struct buf *b)
{
	free(b->p);
	buf_init(b, b->max);
}

/* cap is never more than max and a NUL after it, so that what fits cap fits max. */
bool buf_reserve(struct buf *b, size_t n)
{
	size_t cap = b->cap ? b->cap : FIRST_CAPACITY;

	if (n > b->max - b->n)
		b->full = true;
	if (b->full)
		return false;
	if (n < b->cap - b->n)
		return true;
	while (cap <= b->n + n)
		cap *= 2;
	b->cap = cap <= b->max ? cap : b->max + 1;
	b->p = mem_resize(b->p, b->cap, 1);
	return true;
}

void buf_adds(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void buf_addf(struct buf *b, const char *format, ...)
{
	va_list args, again;
	int need;

	va_start(args, format);
	va_copy(again, args);
	need = vsnprintf(NULL, 0, format, args);
	if (need >= 0 && buf_reserve(b, (size_t)need + 1)) {
		vsnprintf(b->p + b->n, (size_t)need + 1, format, again);
		b->n += (size_t)need;
	}
	va_end(again);
	va_end(args);
}

void buf_add_point(struct buf *b, uint32_t point)
{
	char bytes[4];

	buf_add(b, bytes, text_encode(bytes, point));
}

const char *buf_str(struct buf *b)
{
	if (b->n + 1 > b->cap) {
		b->cap = b->n + 1;
		b->p = mem_resize(b->p, b->cap, 1);
	}
	b->p[b->n] = '\0';
	return b->p;
}

struct span buf_span(const struct buf *b)
{
	return (struct span){b->p ? b->p : "", b->n};
}
