#include "state.h"

#include "base/guard.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

void state_init(struct diff_state *s, const char *path, const char *sink)
{
	*s = (struct diff_state){.lock = -1, .path = mem_text(path), .sink = sink};
	s->pending = mem_format("%s.pending", path);
	s->lock_path = mem_format("%s.lock", path);
}

static bool is_ours(const char *path, struct error *error)
{
	const char *other = guard_conflict(path, -1);

	if (other)
		return error_set(error, STATUS_USAGE,
		    "%s: is also %s, which the state would replace", path, other);
	guard_enter(path);
	return true;
}

static bool take_lock(struct diff_state *s, struct error *error)
{
	s->lock = open(s->lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock < 0)
		return error_set(error, STATUS_CREATE, "%s: %s", s->lock_path, strerror(errno));
	if (flock(s->lock, LOCK_EX | LOCK_NB) == 0)
		return true;
	if (errno == EWOULDBLOCK)
		return error_set(error, STATUS_AGAIN, "%s: another run is using it", s->path);
	return error_set(error, STATUS_CREATE, "%s: %s", s->lock_path, strerror(errno));
}

bool state_open(struct diff_state *s, struct error *error)
{
	if (!is_ours(s->path, error) || !is_ours(s->pending, error) ||
	    !is_ours(s->lock_path, error) || !take_lock(s, error))
		return false;
	return table_load(&s->now, s->path, TABLE_STATE) || error_copy(error, &s->now.error);
}

bool state_is_for(const struct diff_state *s, const struct diff_table *t, struct error *error)
{
	if (!*t->sink || (s->sink && strcmp(t->sink, s->sink) == 0))
		return true;
	if (!s->sink)
		return error_set(error, STATUS_CONFIG, "%s: is the state of %s: add --for %s",
		    s->path, t->sink, t->sink);
	return error_set(error, STATUS_CONFIG,
	    "%s: is the state of %s, not of %s: use another file for each", s->path, t->sink,
	    s->sink);
}

void state_unlock(struct diff_state *s)
{
	if (s->lock >= 0)
		close(s->lock);
	s->lock = -1;
}

void state_free(struct diff_state *s)
{
	state_unlock(s);
	table_free(&s->now);
	free(s->path);
	free(s->pending);
	free(s->lock_path);
}
