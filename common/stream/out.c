#include "stream/out.h"

#include "base/file.h"
#include "base/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

enum { WRITE_AT = 64 * 1024 };

/* -1 where the descriptor is not open for writing: closed, or the stand-in of prog_init. */
static int access_of(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags < 0 || (flags & O_ACCMODE) == O_RDONLY ? -1 : flags;
}

void out_init(struct out *o, int fd)
{
	*o = (struct out){.fd = fd, .name = "stdout", .file.fd = -1};
	buf_init(&o->buf, SIZE_MAX);
	buf_reserve(&o->buf, WRITE_AT); /* so that growing leaves no copies of rows behind */
	if (access_of(fd) < 0)
		o->error = EBADF;
}

bool out_to(struct out *o, const char *path, struct error *error)
{
	const char *other = path ? guard_conflict(path, -1) : guard_conflict("", o->fd);

	if (other && path)
		return error_set(
		    error, STATUS_USAGE, "-o %s: is also %s, which it would replace", path, other);
	if (other) {
		o->error = EBADF; /* not even a failing end record goes there */
		return error_set(
		    error, STATUS_USAGE, "stdout: is also %s, which it would destroy", other);
	}
	if (!path) {
		guard_enter_fd("stdout", o->fd);
		return true;
	}
	if (!atomic_file_open(&o->file, path, ATOMIC_FILE_SHARED))
		return error_set(error, STATUS_CREATE, "-o %s: %s", path, strerror(errno));
	guard_enter(path);
	o->name = path;
	o->fd = o->file.fd;
	o->error = 0;
	return true;
}

bool out_is_stream(const struct out *o)
{
	return o->file.fd < 0 && !isatty(o->fd);
}

/* As a filter ends whose reader has gone, even when SIGPIPE was ignored. */
static void end_by_sigpipe(void)
{
	sigset_t only;

	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&only);
	sigaddset(&only, SIGPIPE);
	sigprocmask(SIG_UNBLOCK, &only, NULL);
	raise(SIGPIPE);
}

/* Writes the first n bytes and moves the rest down. */
static void put(struct out *o, size_t n)
{
	if (!o->error && n > 0 && !file_write(o->fd, o->buf.p, n)) {
		o->error = errno;
		if (errno == EPIPE)
			end_by_sigpipe();
	}
	if (o->buf.n > n)
		memmove(o->buf.p, o->buf.p + n, o->buf.n - n);
	o->buf.n -= n;
	o->done -= n;
}

void out_row(struct out *o)
{
	buf_addc(&o->buf, '\n');
	o->rows++;
	o->bytes += o->buf.n - o->done;
	o->done = o->buf.n;
	if (!o->held && o->done >= WRITE_AT)
		put(o, o->done);
}

void out_line(struct out *o, struct span line)
{
	buf_addspan(&o->buf, line);
	out_row(o);
}

void out_undo(struct out *o)
{
	o->buf.n = o->done;
	o->buf.full = false;
}

void out_hold(struct out *o)
{
	o->held = true;
	o->held_done = o->done;
	o->held_rows = o->rows;
	o->held_bytes = o->bytes;
}

void out_release(struct out *o)
{
	o->held = false;
	if (o->done >= WRITE_AT)
		put(o, o->done);
}

void out_drop(struct out *o)
{
	if (!o->held)
		return;
	o->held = false;
	o->done = o->held_done;
	o->rows = o->held_rows;
	o->bytes = o->held_bytes;
	out_undo(o);
}

bool out_flush(struct out *o)
{
	size_t n = o->held ? o->held_done : o->done;

	put(o, n);
	if (o->held)
		o->held_done = 0;
	return o->error == 0;
}

bool out_failed(const struct out *o, struct error *error)
{
	if (!o->error)
		return false;
	error_set(error, STATUS_IO, "%s: %s", o->name, strerror(o->error));
	return true;
}

/* What closes the descriptor, or puts the file in its place. */
static void finish(struct out *o)
{
	bool closed = o->error == EBADF, ok = true;

	if (o->file.fd < 0)
		ok = closed || close(o->fd) == 0;
	else if (o->error)
		atomic_file_drop(&o->file);
	else
		ok = atomic_file_commit(&o->file);
	if (!ok && !o->error)
		o->error = errno;
}

bool out_close(struct out *o, struct error *error)
{
	out_release(o);
	out_undo(o);
	out_flush(o);
	finish(o);
	buf_free(&o->buf);
	o->done = 0;
	return !out_failed(o, error);
}

void out_abandon(struct out *o)
{
	out_drop(o);
	out_undo(o);
	if (o->file.fd >= 0)
		atomic_file_drop(&o->file);
	else
		out_flush(o);
	buf_free(&o->buf);
	o->done = 0;
}
