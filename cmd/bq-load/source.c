#include "source.h"

#include "base/die.h"

#include <errno.h>

/* BigQuery's limit for one gzip file, in bytes. */
static const uint64_t GZIP_MAX = UINT64_C(4) << 30;

static void rows_open(struct source *s, const struct source_plan *plan)
{
	s->rows = (struct rows){.columns = plan->columns};
	input_init(&s->rows.in, plan->paths, plan->max_line, plan->seal);
}

static void gather(struct source *s, enum spool_how how)
{
	struct span line;

	if (!spool_open(&s->spool, how))
		die(STATUS_CREATE, "the rows' temporary file: %s", strerror(errno));
	while (rows_next(&s->rows, &line))
		if (!spool_line(&s->spool, line))
			die(STATUS_IO, "the rows' temporary file: %s", strerror(errno));
	if (!spool_end(&s->spool, s->digest))
		die(STATUS_IO, "the rows' temporary file: %s", strerror(errno));
	if (how == SPOOL_PACKED && s->spool.size > GZIP_MAX)
		die(STATUS_DATA, STREAM_TOO_LONG);
}

/* The file itself, where it is nothing but its rows; else it stands at its beginning again. */
static bool use_original(struct source *s, const struct source_plan *plan)
{
	const struct input *in = &s->rows.in;

	if (plan->how == SPOOL_PACKED || !original_open(&s->original, plan->paths))
		return false;
	gather(s, SPOOL_HASH);
	if (original_is(&s->original, s->spool.size - (in->lines.cut && !in->ended))) {
		s->up.read = original_read;
		s->up.ctx = &s->original;
		s->up.size = s->original.size;
		return true;
	}
	original_rewind(&s->original);
	original_close(&s->original);
	spool_close(&s->spool);
	rows_free(&s->rows);
	rows_open(s, plan);
	return false;
}

static void use_stream(struct source *s, const struct source_plan *plan)
{
	bool pack = plan->how == SPOOL_PACKED, last;
	uint64_t n;

	s->up.chunk = plan->chunk ? plan->chunk : STREAM_CHUNK;
	s->up.ready = stream_ready;
	s->up.read = stream_read;
	s->up.meanwhile = stream_more;
	s->up.ctx = &s->stream;
	stream_open(&s->stream, &s->rows, s->up.chunk, pack, pack ? GZIP_MAX : UINT64_MAX);
	stream_ready(&s->stream, 0, &n, &last);
	s->rows.settled = true;
}

static void use_spool(struct source *s, const struct source_plan *plan)
{
	gather(s, plan->how);
	s->up.read = spool_read;
	s->up.ctx = &s->spool;
	s->up.size = s->spool.size;
}

void source_open(struct source *s, const struct source_plan *plan)
{
	*s = (struct source){.up = {.type = "application/octet-stream", .chunk = plan->chunk}};
	s->original.fd = s->spool.fd = -1;
	if (!plan->paths)
		return;
	rows_open(s, plan);
	if (use_original(s, plan))
		return;
	if (plan->stream)
		use_stream(s, plan);
	else
		use_spool(s, plan);
}

void source_drain(struct source *s)
{
	if (s->up.ready)
		stream_drain(&s->stream);
}

uint64_t source_size(const struct source *s)
{
	return s->up.ready ? s->stream.size : s->up.size;
}

void source_close(struct source *s)
{
	rows_free(&s->rows);
	original_close(&s->original);
	spool_close(&s->spool);
	stream_close(&s->stream);
}
