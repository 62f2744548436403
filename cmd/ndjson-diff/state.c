#include "state.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

static bool fail(struct state *s, enum status status, const char *path, const char *why)
{
	s->status = status;
	snprintf(s->why, sizeof s->why, "%s: %s", path, why);
	return false;
}

static bool take_lock(struct state *s)
{
	char *path = mem_format("%s.lock", s->path);
	bool ok = true;

	s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock < 0)
		ok = fail(s, STATUS_CREATE, path, strerror(errno));
	else if (flock(s->lock, LOCK_EX | LOCK_NB) < 0)
		ok = errno == EWOULDBLOCK
		         ? fail(s, STATUS_AGAIN, s->path, "another run is using it")
		         : fail(s, STATUS_CREATE, path, strerror(errno));
	free(path);
	return ok;
}

bool state_open(struct state *s, const char *path)
{
	*s = (struct state){.lock = -1, .path = mem_text(path)};
	s->pending = mem_format("%s.pending", path);
	if (!take_lock(s))
		return false;
	if (table_load(&s->now, s->path, TABLE_STATE))
		return true;
	s->status = s->now.status;
	memcpy(s->why, s->now.why, sizeof s->why);
	return false;
}

void state_unlock(struct state *s)
{
	if (s->lock >= 0)
		close(s->lock);
	s->lock = -1;
}

void state_close(struct state *s)
{
	state_unlock(s);
	table_free(&s->now);
	free(s->path);
	free(s->pending);
}
