#include "wire/gunzip.h"

#include "base/mem.h"

#include <limits.h>
#include <stdlib.h>
#define ZLIB_CONST /* its input is not written to */
#include <zlib.h>

enum { WINDOW = 15 + 16 /* a gzip header, not zlib's */, PIECE = 64 << 10 };

struct gunzip {
	z_stream stream;
};

struct gunzip *gunzip_new(void)
{
	struct gunzip *z = mem_alloc(sizeof *z);

	if (inflateInit2(&z->stream, WINDOW) != Z_OK)
		mem_fail("zlib");
	return z;
}

ssize_t gunzip_take(struct gunzip *z, struct span *packed, char *to, size_t n)
{
	size_t given = packed->n < PIECE ? packed->n : PIECE;
	int got;

	n = n < PIECE ? n : PIECE;
	z->stream.next_in = (const unsigned char *)packed->p;
	z->stream.avail_in = (uInt)given;
	z->stream.next_out = (unsigned char *)to;
	z->stream.avail_out = (uInt)n;
	got = inflate(&z->stream, Z_NO_FLUSH);
	if (got != Z_OK && got != Z_STREAM_END && got != Z_BUF_ERROR)
		return -1;
	*packed = span_skip(*packed, given - z->stream.avail_in);
	return (ssize_t)(n - z->stream.avail_out);
}

void gunzip_again(struct gunzip *z)
{
	inflateReset(&z->stream);
}

void gunzip_free(struct gunzip *z)
{
	if (z)
		inflateEnd(&z->stream);
	free(z);
}

static enum gunzip_got unpack(z_stream *z, struct span packed, struct buf *plain)
{
	int got = Z_OK;

	z->next_in = (const unsigned char *)packed.p;
	z->avail_in = (uInt)packed.n;
	while (z->avail_in > 0 || got == Z_OK) {
		size_t n = plain->max - plain->n < PIECE ? plain->max - plain->n : PIECE;
		bool full = n == 0;
		char spare;

		if (got == Z_STREAM_END && inflateReset(z) != Z_OK)
			return GUNZIP_BAD;
		if (!full && !buf_reserve(plain, n))
			return GUNZIP_LONG;
		z->next_out = (unsigned char *)(full ? &spare : plain->p + plain->n);
		z->avail_out = full ? 1 : (uInt)n;
		got = inflate(z, Z_NO_FLUSH);
		if (full && z->avail_out == 0)
			return GUNZIP_LONG;
		plain->n += full ? 0 : n - z->avail_out;
		if (got == Z_BUF_ERROR || (got == Z_OK && z->avail_in == 0 && z->avail_out > 0))
			return GUNZIP_CUT;
		if (got != Z_OK && got != Z_STREAM_END)
			return GUNZIP_BAD;
	}
	return GUNZIP_OK;
}

enum gunzip_got gunzip_all(struct span packed, struct buf *plain)
{
	struct gunzip *z = gunzip_new();
	enum gunzip_got got = packed.n < UINT_MAX ? unpack(&z->stream, packed, plain) : GUNZIP_LONG;

	gunzip_free(z);
	return got;
}
