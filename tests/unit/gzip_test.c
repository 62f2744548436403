/* wire/gzip: what was packed comes back, and what is damaged is told from what ends. */

#include "wire/gunzip.h"
#include "wire/gzip.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 3000, ROOM = 1 << 20, PIECE = 1000 };

static int passed, failed;

static void check(bool holds, const char *what)
{
	passed += holds;
	failed += !holds;
	if (!holds)
		printf("%s\n", what);
}

static void make(struct buf *plain, struct buf *packed)
{
	struct gzip *z = gzip_new();

	for (int i = 0; i < ROWS; i++)
		buf_addf(plain, "{\"id\":%d,\"note\":\"%x\"}\n", i, (unsigned)i * 2654435761U);
	gzip_add(z, buf_span(plain), packed);
	gzip_end(z, packed);
}

/* All that comes back, or -1. */
static ssize_t unpack(struct gunzip *z, struct span packed, char *to)
{
	ssize_t n = 0, got;

	gunzip_again(z);
	while ((got = gunzip_take(z, &packed, to + n, PIECE)) > 0)
		n += got;
	return got < 0 ? got : n;
}

int main(void)
{
	struct gunzip *z = gunzip_new();
	struct buf plain, packed;
	char *to = malloc(ROOM);
	size_t half;

	buf_init(&plain, ROOM);
	buf_init(&packed, ROOM);
	make(&plain, &packed);
	half = packed.n / 2;
	check(unpack(z, buf_span(&packed), to) == (ssize_t)plain.n &&
	          memcmp(to, plain.p, plain.n) == 0,
	    "the way there and back");
	check(unpack(z, (struct span){packed.p, half}, to) > 0, "the half of it is some of it");
	for (size_t i = 0; i < 64; i++)
		packed.p[half + i] = (char)~packed.p[half + i];
	check(unpack(z, buf_span(&packed), to) == -1, "damaged in the middle");
	for (size_t i = 0; i < 64; i++)
		packed.p[half + i] = (char)~packed.p[half + i];
	packed.p[packed.n - 6] ^= 1;
	check(unpack(z, buf_span(&packed), to) == -1, "a checksum that is not its own");
	check(unpack(z, SPAN("{\"id\":1}\n"), to) == -1, "no gzip at all");
	gunzip_free(z);
	buf_free(&plain);
	buf_free(&packed);
	free(to);
	printf("%d passed, %d failed\n", passed, failed);
	return failed > 0;
}
