#include "stream/sink.h"

#include "base/die.h"
#include "base/file.h"

#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

enum { PROGRESS_ROWS = 4096 };

/* Comes before each line of the spool, which only this process can read. */
struct spool_head {
	const char *name;
	uint64_t number;
	size_t n;
};

void sink_guard(struct sink *s)
{
	out_init(&s->out, STDOUT_FILENO);
	end_guard(&s->out);
}

bool sink_fail(struct sink *s, enum status status, const char *format, ...)
{
	char text[ERROR_TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	return error_set(&s->error, status, "%s", text);
}

/* ---- rows in ---- */

static bool pull(struct sink *s, struct sink_row *row)
{
	if (!input_next(&s->in, &row->line))
		return s->in.error.status && error_copy(&s->error, &s->in.error);
	row->name = s->in.lines.name;
	row->number = s->in.lines.number;
	return true;
}

static bool spool_fails(struct sink *s, enum status status)
{
	return sink_fail(s, status, "temporary file: %s", strerror(errno));
}

static bool put(struct sink *s, const struct sink_row *row)
{
	struct spool_head head = {row->name, row->number, row->line.n};

	return fwrite(&head, sizeof head, 1, s->spool) == 1 &&
	       fwrite(row->line.p, 1, row->line.n, s->spool) == row->line.n;
}

static bool fill_spool(struct sink *s)
{
	struct sink_row row;

	s->spool = file_temp_stream();
	if (!s->spool)
		return spool_fails(s, STATUS_CREATE);
	while (pull(s, &row)) {
		if (s->in.lines.cut && row_parse(&s->row, row.line) && input_was_cut(&s->in)) {
			error_copy(&s->error, &s->in.error);
			break;
		}
		if (!put(s, &row))
			return spool_fails(s, STATUS_IO);
		s->spooled++;
		if (s->in.rows % PROGRESS_ROWS == 0)
			progress("%ju rows read", (uintmax_t)s->in.rows);
	}
	if (fseeko(s->spool, 0, SEEK_SET) != 0)
		return spool_fails(s, STATUS_IO);
	return !s->error.status;
}

static bool from_spool(struct sink *s, struct sink_row *row)
{
	struct spool_head head;

	if (s->rows == s->spooled)
		return false;
	errno = EIO;
	if (fread(&head, sizeof head, 1, s->spool) != 1)
		return spool_fails(s, STATUS_IO);
	buf_clear(&s->line);
	if (!buf_reserve(&s->line, head.n) || fread(s->line.p, 1, head.n, s->spool) != head.n)
		return spool_fails(s, STATUS_IO);
	s->line.n = head.n;
	*row = (struct sink_row){buf_span(&s->line), head.name, head.number, NULL, NULL};
	return true;
}

static bool next_line(struct sink *s, struct sink_row *row)
{
	if (!s->hold)
		return pull(s, row);
	if (!s->spool && !fill_spool(s))
		return false;
	return from_spool(s, row);
}

bool sink_next(struct sink *s, struct sink_row *row)
{
	if (s->error.status || !next_line(s, row))
		return false;
	s->rows++;
	row->why = row_parse(&s->row, row->line);
	row->row = &s->row;
	if (row->why && !s->hold && input_was_cut(&s->in))
		return error_copy(&s->error, &s->in.error);
	return true;
}

bool sink_reject(struct sink *s, const struct sink_row *row, const struct bad *bad, bool is_json)
{
	return reject_row(&s->reject, row->name, row->number, bad, row->line, is_json) ||
	       error_copy(&s->error, &s->reject.error);
}

/* ---- the run ---- */

bool sink_flush(struct sink *s)
{
	out_flush(&s->out);
	return !out_failed(&s->out, &s->error);
}

static void open_input(struct sink *s)
{
	static char *const none[] = {NULL};
	const struct sink_options *o = s->options;

	input_init(&s->in, o->paths ? o->paths : none, o->max_line, s->demand);
}

void sink_restart(struct sink *s)
{
	input_free(&s->in);
	open_input(s);
	s->rows = 0;
}

static bool begin(struct sink *s, const struct sink_options *o)
{
	s->options = o;
	s->demand = o->paths && input_demands(o->paths, o->args->seal);
	s->hold = o->hold;
	open_input(s);
	buf_init(&s->line, o->max_line + 1);
	return out_to(&s->out, o->args->output, &s->error) &&
	       (reject_init(&s->reject, o->rejects, NULL) ||
	           error_copy(&s->error, &s->reject.error));
}

static bool finish(struct sink *s, const struct sink_options *o)
{
	struct end *end = &s->in.end;

	if (!reject_close(&s->reject, s->rows))
		return error_copy(&s->error, &s->reject.error);
	if (!s->in.ended)
		end_init(end);
	end->rejected += s->reject.count;
	if (o->args->seal != SEAL_ON && (o->receipts || !s->in.ended))
		end = NULL;
	return end_close(&s->out, end, &s->error);
}

static uint64_t say(struct sink *s, const struct sink_work *work, void *ctx)
{
	struct summary summary = {.rows_in = s->rows,
	    .rows_out = s->out.rows,
	    .rejected = s->reject.count,
	    .bytes = s->in.lines.bytes};

	work->tell(ctx, s, &summary);
	summarise(&summary);
	return summary.rejected;
}

static enum status give_up(struct sink *s, const struct sink_work *work, void *ctx)
{
	struct end end;

	out_failed(&s->out, &s->error);
	error_name_stop(&s->error);
	if (s->began && !s->out.error && work->abandon)
		work->abandon(ctx, s);
	complain("%s", s->error.text);
	if (s->out.rows > 0)
		say(s, work, ctx);
	reject_close(&s->reject, s->rows);
	end_of_failure(&end, s->error.status, s->error.text);
	end_fail(&s->out, s->in.relayed ? &s->in.end : &end);
	return s->error.status;
}

enum status sink_run(
    struct sink *s, const struct sink_options *options, const struct sink_work *work, void *ctx)
{
	enum status status = STATUS_OK;

	s->began = begin(s, options);
	if (!s->began || !work->send(ctx, s) || !finish(s, options))
		status = give_up(s, work, ctx);
	else if (say(s, work, ctx) > 0)
		status = STATUS_REJECTS;
	if (s->spool)
		fclose(s->spool);
	buf_free(&s->line);
	row_free(&s->row);
	input_free(&s->in);
	return status;
}
