#include "spool.h"

#include "base/file.h"

#include <unistd.h>

enum { WRITE_AT_ONCE = 256 << 10 };

bool spool_open(struct spool *s)
{
	*s = (struct spool){.fd = file_temp()};
	buf_init(&s->waiting, SIZE_MAX);
	s->hash = crypt_hash_new();
	return s->fd >= 0;
}

static bool drain(struct spool *s)
{
	crypt_hash_add(s->hash, buf_span(&s->waiting));
	if (!file_write(s->fd, s->waiting.p, s->waiting.n))
		return false;
	s->size += s->waiting.n;
	buf_clear(&s->waiting);
	return true;
}

/* A long line is written past the buffer, so that the buffer stays small. */
static bool drain_long(struct spool *s, struct span line)
{
	if (!drain(s))
		return false;
	crypt_hash_add(s->hash, line);
	s->size += line.n;
	return file_write(s->fd, line.p, line.n);
}

bool spool_line(struct spool *s, struct span line)
{
	if (line.n >= WRITE_AT_ONCE) {
		if (!drain_long(s, line))
			return false;
	} else
		buf_addspan(&s->waiting, line);
	buf_addc(&s->waiting, '\n');
	return s->waiting.n < WRITE_AT_ONCE || drain(s);
}

bool spool_end(struct spool *s, uint8_t digest[CRYPT_SHA256])
{
	bool ok = drain(s);

	crypt_hash_end(s->hash, digest);
	s->hash = NULL;
	return ok;
}

void spool_close(struct spool *s)
{
	uint8_t digest[CRYPT_SHA256];

	if (s->hash)
		crypt_hash_end(s->hash, digest);
	buf_free(&s->waiting);
	if (s->fd >= 0)
		close(s->fd);
	*s = (struct spool){.fd = -1};
}
