#include "wire/gzip.h"

#include "base/mem.h"

#include <stdlib.h>
#define ZLIB_CONST /* its input is not written to */
#include <zlib.h>

enum { WINDOW = 15 + 16 /* a gzip header, not zlib's */, MEMORY = 8, PIECE = 64 << 10 };

struct gzip {
	z_stream stream;
	unsigned char out[PIECE];
};

struct gzip *gzip_new(void)
{
	struct gzip *z = mem_alloc(sizeof *z);

	if (deflateInit2(
	        &z->stream, Z_BEST_SPEED, Z_DEFLATED, WINDOW, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
		mem_fail("zlib");
	return z;
}

static void work(struct gzip *z, int flush, struct buf *packed)
{
	do {
		z->stream.next_out = z->out;
		z->stream.avail_out = PIECE;
		deflate(&z->stream, flush);
		buf_add(packed, z->out, PIECE - z->stream.avail_out);
	} while (z->stream.avail_out == 0);
}

void gzip_add(struct gzip *z, struct span plain, struct buf *packed)
{
	while (plain.n > 0) {
		size_t n = plain.n < (1u << 30) ? plain.n : (1u << 30);

		z->stream.next_in = (const unsigned char *)plain.p;
		z->stream.avail_in = (uInt)n;
		work(z, Z_NO_FLUSH, packed);
		plain = span_skip(plain, n);
	}
}

void gzip_end(struct gzip *z, struct buf *packed)
{
	if (packed) {
		z->stream.avail_in = 0;
		work(z, Z_FINISH, packed);
	}
	deflateEnd(&z->stream);
	free(z);
}
