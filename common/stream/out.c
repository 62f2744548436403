#include "stream/out.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

enum { WRITE_AT = 64 * 1024 };

void out_init(struct out *o, int fd)
{
	*o = (struct out){.fd = fd};
	buf_init(&o->buf, SIZE_MAX);
	buf_reserve(&o->buf, WRITE_AT); /* so that growing leaves no copies of rows behind */
	if (fcntl(fd, F_GETFD) < 0)
		o->error = errno;
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

bool out_close(struct out *o)
{
	bool closed = o->error == EBADF;

	out_release(o);
	out_undo(o);
	out_flush(o);
	if (!closed && close(o->fd) < 0 && !o->error)
		o->error = errno;
	buf_free(&o->buf);
	o->done = 0;
	return o->error == 0;
}
