#include "storage/inflate.h"

#include <string.h>

#define ZLIB_CONST
#include <zlib.h>

enum { PIECE = 64 << 10, AT_ONCE = 1 << 30, GZIP_ONLY = 16 };

bool inflate_is_gzip(struct span bytes)
{
	return bytes.n > 1 && memcmp(bytes.p, "\x1f\x8b", 2) == 0;
}

/* One member; *rest stands after it. */
static const char *member(z_stream *z, struct span *rest, inflate_take *take, void *context)
{
	char piece[PIECE];
	int rc = Z_OK;

	while (rc != Z_STREAM_END) {
		uInt given = rest->n < AT_ONCE ? (uInt)rest->n : AT_ONCE;

		z->next_in = (const Bytef *)rest->p;
		z->avail_in = given;
		z->next_out = (Bytef *)piece;
		z->avail_out = PIECE;
		rc = inflate(z, Z_NO_FLUSH);
		if (rc != Z_OK && rc != Z_STREAM_END)
			return rc == Z_BUF_ERROR ? "the gzip file breaks off"
			                         : "the gzip file is damaged";
		*rest = span_skip(*rest, given - z->avail_in);
		if (!take(context, (struct span){piece, PIECE - z->avail_out}))
			return "what was unpacked cannot be stored";
	}
	return NULL;
}

const char *inflate_gzip(struct span gz, inflate_take *take, void *context)
{
	z_stream z = {0};
	const char *why = NULL;

	if (inflateInit2(&z, MAX_WBITS + GZIP_ONLY) != Z_OK)
		return "no memory to unpack gzip";
	while (gz.n && !why) {
		why = member(&z, &gz, take, context);
		if (!why && inflateReset(&z) != Z_OK)
			why = "the gzip file is damaged";
	}
	inflateEnd(&z);
	return why;
}
