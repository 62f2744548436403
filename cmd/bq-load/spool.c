#include "spool.h"

#include "base/file.h"

#include <errno.h>
#include <unistd.h>

enum { WRITE_AT_ONCE = 256 << 10, READ_AT_ONCE = 64 << 10 };

/* ---- writing ------------------------------------------------------------------------------ */

bool spool_open(struct spool *s, enum spool_how how)
{
	*s = (struct spool){.how = how, .fd = how == SPOOL_HASH ? -1 : file_temp()};
	buf_init(&s->waiting, SIZE_MAX);
	buf_init(&s->packed, SIZE_MAX);
	s->hash = crypt_hash_new();
	s->gzip = how == SPOOL_PACKED || how == SPOOL_SMALL ? gzip_new() : NULL;
	return s->fd >= 0 || how == SPOOL_HASH;
}

static bool store(struct spool *s, struct span bytes)
{
	s->stored += bytes.n;
	return file_write(s->fd, bytes.p, bytes.n);
}

static bool keep(struct spool *s, struct span rows)
{
	crypt_hash_add(s->hash, rows);
	s->size += rows.n;
	if (s->how == SPOOL_HASH)
		return true;
	if (!s->gzip)
		return store(s, rows);
	buf_clear(&s->packed);
	gzip_add(s->gzip, rows, &s->packed);
	return store(s, buf_span(&s->packed));
}

static bool drain(struct spool *s)
{
	bool ok = keep(s, buf_span(&s->waiting));

	buf_clear(&s->waiting);
	return ok;
}

bool spool_line(struct spool *s, struct span line)
{
	if (line.n >= WRITE_AT_ONCE) {
		/* Written past the buffer, so that the buffer stays small. */
		if (!drain(s) || !keep(s, line))
			return false;
	} else
		buf_addspan(&s->waiting, line);
	buf_addc(&s->waiting, '\n');
	return s->waiting.n < WRITE_AT_ONCE || drain(s);
}

bool spool_end(struct spool *s, uint8_t digest[CRYPT_SHA256])
{
	bool ok = drain(s);

	if (ok && s->gzip && s->size) {
		buf_clear(&s->packed);
		gzip_end(s->gzip, &s->packed);
		s->gzip = NULL;
		ok = store(s, buf_span(&s->packed));
	}
	if (s->how == SPOOL_PACKED)
		s->size = s->stored;
	if (s->how == SPOOL_SMALL)
		s->gunzip = gunzip_new();
	crypt_hash_end(s->hash, digest);
	s->hash = NULL;
	return ok;
}

/* ---- reading ------------------------------------------------------------------------------ */

/* The next plain bytes of what is kept as gzip. */
static ssize_t unpack(struct spool *s, char *to, size_t n)
{
	char packed[READ_AT_ONCE];
	ssize_t got = 0, have = 1;

	while (got == 0 && have > 0) {
		struct span in = {packed, 0};

		have = file_read_at(s->fd, s->from, packed, sizeof packed);
		if (have < 0)
			return -1;
		in.n = (size_t)have;
		got = gunzip_take(s->gunzip, &in, to, n);
		s->from += (uint64_t)have - in.n;
	}
	if (got < 0)
		errno = EIO;
	else
		s->at += (uint64_t)got;
	return got;
}

static ssize_t unpack_at(struct spool *s, uint64_t at, char *to, size_t n)
{
	ssize_t got = 1;

	if (at < s->at) {
		gunzip_again(s->gunzip);
		s->at = s->from = 0;
	}
	while (s->at < at && got > 0)
		got = unpack(s, to, at - s->at < n ? (size_t)(at - s->at) : n);
	return got > 0 ? unpack(s, to, n) : got;
}

ssize_t spool_read(void *ctx, uint64_t at, char *to, size_t n)
{
	struct spool *s = ctx;

	return s->gunzip ? unpack_at(s, at, to, n) : file_read_at(s->fd, at, to, n);
}

void spool_close(struct spool *s)
{
	uint8_t digest[CRYPT_SHA256];

	if (s->hash)
		crypt_hash_end(s->hash, digest);
	if (s->gzip)
		gzip_end(s->gzip, NULL);
	gunzip_free(s->gunzip);
	buf_free(&s->waiting);
	buf_free(&s->packed);
	if (s->fd >= 0)
		close(s->fd);
	*s = (struct spool){.fd = -1};
}
