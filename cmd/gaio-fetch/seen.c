#include "seen.h"

#include "base/mem.h"

#include <stdlib.h>

static struct span digest_at(const void *owner, size_t i)
{
	const struct seen *s = owner;

	return (struct span){(const char *)s->digests[i], CRYPT_SHA256};
}

bool seen_new(struct seen *s, struct span text)
{
	if (s->n == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 64;
		s->digests = mem_resize(s->digests, s->cap, sizeof *s->digests);
	}
	if (s->n == 0)
		map_init(&s->map, digest_at, s);
	crypt_sha256(text, s->digests[s->n]);
	if (map_enter(&s->map, digest_at(s, s->n), s->n) != MAP_NONE)
		return false;
	s->n++;
	return true;
}

void seen_free(struct seen *s)
{
	if (s->n > 0)
		map_free(&s->map);
	free(s->digests);
	*s = (struct seen){0};
}
