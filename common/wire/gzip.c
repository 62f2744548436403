#include "wire/gzip.h"

#include "base/die.h"
#include "base/mem.h"

#include <limits.h>
#include <stdlib.h>
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
		die(STATUS_BUG, "zlib: cannot start");
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

/* zlib does not write to its input, but says so only in a newer version. */
static void give(z_stream *stream, const char *bytes, size_t n)
{
	union {
		const char *borrowed;
		unsigned char *bytes;
	} in = {.borrowed = bytes};

	stream->next_in = in.bytes;
	stream->avail_in = (uInt)n;
}

void gzip_add(struct gzip *z, struct span plain, struct buf *packed)
{
	while (plain.n > 0) {
		size_t n = plain.n < (1u << 30) ? plain.n : (1u << 30);

		give(&z->stream, plain.p, n);
		work(z, Z_NO_FLUSH, packed);
		plain = span_skip(plain, n);
	}
}

void gzip_end(struct gzip *z, struct buf *packed)
{
	if (packed) {
		give(&z->stream, NULL, 0);
		work(z, Z_FINISH, packed);
	}
	deflateEnd(&z->stream);
	free(z);
}

/* ---- the way back ---- */

struct gunzip {
	z_stream stream;
};

struct gunzip *gunzip_new(void)
{
	struct gunzip *z = mem_alloc(sizeof *z);

	if (inflateInit2(&z->stream, WINDOW) != Z_OK)
		die(STATUS_BUG, "zlib: cannot start");
	return z;
}

ssize_t gunzip_take(struct gunzip *z, struct span *packed, char *to, size_t n)
{
	size_t given = packed->n < PIECE ? packed->n : PIECE;
	int got;

	n = n < PIECE ? n : PIECE;
	give(&z->stream, packed->p, given);
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

	give(z, packed.p, packed.n);
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
