#include "source.h"

#include <errno.h>

/* BigQuery's limit for one gzip file, in bytes. */
static const uint64_t GZIP_MAX = UINT64_C(4) << 30;

static bool file_fails(struct source *s, enum status status)
{
	return sink_fail(s->rows.sink, status, "temporary file: %s", strerror(errno));
}

static bool gather(struct source *s, enum spool_how how)
{
	struct span line;

	if (!spool_open(&s->spool, how))
		return file_fails(s, STATUS_CREATE);
	while (rows_next(&s->rows, &line))
		if (!spool_line(&s->spool, line))
			return file_fails(s, STATUS_IO);
	if (s->rows.sink->error.status)
		return false;
	if (!spool_end(&s->spool, s->digest))
		return file_fails(s, STATUS_IO);
	return how != SPOOL_PACKED || s->spool.size <= GZIP_MAX ||
	       sink_fail(s->rows.sink, STATUS_DATA, STREAM_TOO_LONG);
}

/*
 * The file itself, where it is nothing but its rows; else it is at its beginning again.
 * False: the sink's error, or it cannot be sent itself.
 */
static bool use_original(struct source *s, const struct source_plan *plan)
{
	const struct input *in = &s->rows.sink->in;

	if (plan->how == SPOOL_PACKED || !original_open(&s->original, plan->paths) ||
	    !gather(s, SPOOL_HASH))
		return false;
	if (original_is(&s->original, s->spool.size - (in->lines.cut && !in->ended))) {
		s->up.read = original_read;
		s->up.ctx = &s->original;
		s->up.size = s->original.size;
		return true;
	}
	original_rewind(&s->original);
	original_close(&s->original);
	spool_close(&s->spool);
	sink_restart(s->rows.sink);
	return false;
}

static bool use_stream(struct source *s, const struct source_plan *plan)
{
	bool pack = plan->how == SPOOL_PACKED, last;
	uint64_t n;

	s->up.chunk = plan->chunk ? plan->chunk : STREAM_CHUNK;
	s->up.ready = stream_ready;
	s->up.read = stream_read;
	s->up.meanwhile = stream_more;
	s->up.ctx = &s->stream;
	stream_open(&s->stream, &s->rows, s->up.chunk, pack, pack ? GZIP_MAX : UINT64_MAX);
	s->rows.settled = stream_ready(&s->stream, 0, &n, &last);
	return s->rows.settled;
}

static bool use_spool(struct source *s, const struct source_plan *plan)
{
	if (!gather(s, plan->how))
		return false;
	s->up.read = spool_read;
	s->up.ctx = &s->spool;
	s->up.size = s->spool.size;
	return true;
}

bool source_open(struct source *s, const struct source_plan *plan, struct sink *sink)
{
	*s = (struct source){.up = {.type = "application/octet-stream", .chunk = plan->chunk}};
	s->original.fd = s->spool.fd = -1;
	s->rows =
	    (struct bqload_rows){.sink = sink, .columns = plan->columns, .wanted = plan->rows};
	if (!plan->paths || use_original(s, plan))
		return true;
	if (sink->error.status)
		return false;
	return plan->stream ? use_stream(s, plan) : use_spool(s, plan);
}

bool source_drain(struct source *s)
{
	return !s->up.ready || stream_drain(&s->stream);
}

bool source_changed(struct source *s)
{
	if (s->original.changed)
		sink_fail(s->rows.sink, STATUS_DATA, "%s: changed while it was loaded",
		    s->original.path ? s->original.path : "stdin");
	return s->original.changed;
}

uint64_t source_size(const struct source *s)
{
	return s->up.ready ? s->stream.size : s->up.size;
}

void source_close(struct source *s)
{
	original_close(&s->original);
	spool_close(&s->spool);
	stream_close(&s->stream);
}
