#include "spool.h"

#include "base/file.h"

#include <unistd.h>

enum { WRITE_AT_ONCE = 256 << 10 };

bool spool_open(struct spool *s, bool pack)
{
	*s = (struct spool){.fd = file_temp()};
	buf_init(&s->waiting, SIZE_MAX);
	buf_init(&s->packed, SIZE_MAX);
	s->hash = crypt_hash_new();
	s->gzip = pack ? gzip_new() : NULL;
	return s->fd >= 0;
}

static bool store(struct spool *s, struct span bytes)
{
	s->size += bytes.n;
	return file_write(s->fd, bytes.p, bytes.n);
}

static bool keep(struct spool *s, struct span rows)
{
	crypt_hash_add(s->hash, rows);
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
	crypt_hash_end(s->hash, digest);
	s->hash = NULL;
	return ok;
}

void spool_close(struct spool *s)
{
	uint8_t digest[CRYPT_SHA256];

	if (s->hash)
		crypt_hash_end(s->hash, digest);
	if (s->gzip)
		gzip_end(s->gzip, NULL);
	buf_free(&s->waiting);
	buf_free(&s->packed);
	if (s->fd >= 0)
		close(s->fd);
	*s = (struct spool){.fd = -1};
}
