#include "server/body.h"

#include "base/file.h"
#include "base/mem.h"
#include "storage/inflate.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { IN_MEMORY = 1 << 20, UNPACKED_MOST = 1 << 30 };

void body_init(struct body *b)
{
	*b = (struct body){.fd = -1};
	buf_init(&b->small, IN_MEMORY);
}

static int open_unlinked(const char *dir)
{
	char *name = mem_format("%s/body.XXXXXX", dir);
	int fd = mkstemp(name);

	if (fd >= 0)
		unlink(name);
	free(name);
	return fd;
}

bool body_add(struct body *b, const char *dir, struct span piece)
{
	if (b->fd < 0 && b->small.n + piece.n <= IN_MEMORY) {
		buf_addspan(&b->small, piece);
		return true;
	}
	if (b->fd < 0) {
		b->fd = open_unlinked(dir);
		b->size = b->small.n;
		if (b->fd < 0 || !file_write(b->fd, b->small.p, b->small.n))
			return false;
	}
	b->size += piece.n;
	return file_write(b->fd, piece.p, piece.n);
}

bool body_span(struct body *b, struct span *whole)
{
	*whole = buf_span(&b->small);
	if (b->fd < 0)
		return true;
	b->map = mmap(NULL, b->size, PROT_READ, MAP_PRIVATE, b->fd, 0);
	if (b->map == MAP_FAILED)
		b->map = NULL;
	*whole = (struct span){b->map, b->size};
	return b->map != NULL;
}

struct unpacking {
	struct body to;
	const char *dir;
};

static bool take_unpacked(void *context, struct span piece)
{
	struct unpacking *u = context;

	return u->to.size + piece.n <= UNPACKED_MOST && body_add(&u->to, u->dir, piece);
}

const char *body_unpack(struct body *b, const char *dir, struct span *whole)
{
	struct unpacking u = {.dir = dir};
	const char *why;

	body_init(&u.to);
	why = inflate_gzip(*whole, take_unpacked, &u);
	body_free(b);
	*b = u.to;
	return body_span(b, whole) ? why : "what was unpacked cannot be mapped";
}

void body_free(struct body *b)
{
	if (b->map)
		munmap(b->map, b->size);
	if (b->fd >= 0)
		close(b->fd);
	buf_free(&b->small);
}
