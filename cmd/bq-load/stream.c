#include "stream.h"

#include "base/mem.h"

#include <stdlib.h>

enum { AT_ONCE = 64 << 10 };

void stream_open(struct stream *s, struct bqload_rows *rows, size_t chunk, bool pack, uint64_t most)
{
	*s = (struct stream){.rows = rows, .chunk = chunk, .cap = 2 * chunk, .most = most};
	buf_init(&s->packed, SIZE_MAX);
	s->gzip = pack ? gzip_new() : NULL;
	s->bytes = mem_alloc(s->cap);
}

/* ---- filling ------------------------------------------------------------------------------ */

static bool is_full(const struct stream *s)
{
	return s->n == s->cap;
}

/* Bytes still waiting for room in the window. */
static void move_rest(struct stream *s)
{
	size_t room = s->cap - s->n, n = s->rest.n < room ? s->rest.n : room;

	if (n) {
		memcpy(s->bytes + s->n, s->rest.p, n);
		s->rest = span_skip(s->rest, n);
	}
	s->n += n;
	s->size += n;
	if (s->rest.n == 0 && s->line_end && !is_full(s)) {
		s->bytes[s->n++] = '\n';
		s->size++;
		s->line_end = false;
	}
}

static void pack(struct stream *s, struct span line)
{
	buf_clear(&s->packed);
	gzip_add(s->gzip, line, &s->packed);
	gzip_add(s->gzip, SPAN("\n"), &s->packed);
	s->rest = buf_span(&s->packed);
}

/* All rows have come. */
static void end(struct stream *s)
{
	s->ended = true;
	if (s->gzip && s->rows->sink->in.rows) {
		buf_clear(&s->packed);
		gzip_end(s->gzip, &s->packed);
		s->gzip = NULL;
		s->rest = buf_span(&s->packed);
	}
}

static bool is_done(const struct stream *s)
{
	return s->ended && s->rest.n == 0;
}

/* One line, or what is left of one. False: the sink's error. */
static bool step(struct stream *s)
{
	struct sink *sink = s->rows->sink;
	struct span line;

	if (s->rest.n == 0 && !s->line_end) {
		if (!rows_next(s->rows, &line)) {
			if (sink->error.status)
				return false;
			end(s);
		} else if (s->gzip) {
			pack(s, line);
		} else {
			s->rest = line;
			s->line_end = true;
		}
	}
	move_rest(s);
	return s->size <= s->most || sink_fail(sink, STATUS_DATA, STREAM_TOO_LONG);
}

/* ---- for the upload ----------------------------------------------------------------------- */

bool stream_ready(void *ctx, uint64_t at, uint64_t *n, bool *last)
{
	struct stream *s = ctx;

	if (at < s->from || at > s->from + s->n)
		return false;
	s->n -= (size_t)(at - s->from);
	memmove(s->bytes, s->bytes + (at - s->from), s->n);
	s->from = at;
	while (s->n <= s->chunk && !is_done(s))
		if (!step(s))
			return false;
	*n = s->n;
	*last = is_done(s);
	return true;
}

ssize_t stream_read(void *ctx, uint64_t at, char *to, size_t n)
{
	const struct stream *s = ctx;
	size_t skip = (size_t)(at - s->from), left = s->n - skip;

	n = n < left ? n : left;
	memcpy(to, s->bytes + skip, n);
	return (ssize_t)n;
}

bool stream_more(void *ctx)
{
	struct stream *s = ctx;
	const struct lines *in = &s->rows->sink->in.lines;
	size_t until = s->cap - s->n < AT_ONCE ? s->cap : s->n + AT_ONCE;
	bool any = false;

	while (s->n < until && !is_done(s) && (s->rest.n > 0 || !lines_waiting(in))) {
		if (!step(s))
			return false;
		any = true;
	}
	return any;
}

bool stream_drain(struct stream *s)
{
	while (!is_done(s)) {
		if (!step(s))
			return false;
		s->n = 0;
	}
	return true;
}

void stream_close(struct stream *s)
{
	if (s->gzip)
		gzip_end(s->gzip, NULL);
	buf_free(&s->packed);
	free(s->bytes);
	*s = (struct stream){0};
}
