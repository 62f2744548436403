#include "stream/filter.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PROGRESS_ROWS = 4096 };

/* Why the run ends early; status is 0 while it goes on. */
struct failure {
	enum status status;
	char why[1024];
};

void filter_guard(struct filter *f)
{
	out_init(&f->out, STDOUT_FILENO);
	end_guard(&f->out);
}

static bool fail(struct failure *failure, enum status status, const char *why)
{
	failure->status = status;
	snprintf(failure->why, sizeof failure->why, "%s", why);
	return false;
}

/* ---- one row ---- */

static bool refuse(struct filter *f, const struct bad *bad, struct span line, bool is_json,
    struct failure *failure)
{
	const struct lines *l = &f->in.lines;

	if (reject_row(&f->reject, l->name, l->number, bad, line, is_json))
		return true;
	return fail(failure, f->reject.status, f->reject.why);
}

static bool unparsed(struct filter *f, const char *why, struct span line, struct failure *failure)
{
	struct bad bad = {.field = f->row.bad, .reason = why};

	if (input_was_cut(&f->in))
		return fail(failure, f->in.status, f->in.why);
	return refuse(f, &bad, line, false, failure);
}

/* No row may pass for an end record, whatever its keys were called upstream. */
static bool commit(struct filter *f, struct span line, struct failure *failure)
{
	static const struct bad reserved = {{"@end", 4}, "the name is reserved"};
	struct out *o = &f->out;
	struct span row = {o->buf.p + o->done, o->buf.n - o->done};

	if (end_is(row)) {
		out_undo(o);
		return refuse(f, &reserved, line, true, failure);
	}
	out_row(o);
	return o->error == 0;
}

static bool one_row(
    struct filter *f, struct span line, filter_step *step, void *ctx, struct failure *failure)
{
	const char *why = row_parse(&f->row, line);
	struct bad bad = {{0}, "does not fit"};

	if (why)
		return unparsed(f, why, line, failure);
	switch (step(ctx, &f->row, line, &f->out.buf, &bad)) {
	case STEP_WRITE: return commit(f, line, failure);
	case STEP_SKIP: break;
	case STEP_BAD: out_undo(&f->out); return refuse(f, &bad, line, true, failure);
	case STEP_FAIL:
		reject_where(
		    failure->why, sizeof failure->why, f->in.lines.name, f->in.lines.number, &bad);
		failure->status = STATUS_DATA;
		return false;
	}
	out_undo(&f->out);
	return true;
}

/* ---- the run ---- */

/* Opening the rejects file empties it: it must not be what we read. */
static bool is_input(const char *rejects, char *const *paths)
{
	struct stat made, read;

	if (stat(rejects, &made) < 0 || !S_ISREG(made.st_mode))
		return false;
	if (!*paths)
		return fstat(STDIN_FILENO, &read) == 0 && made.st_dev == read.st_dev &&
		       made.st_ino == read.st_ino;
	for (; *paths; paths++) {
		int got =
		    strcmp(*paths, "-") == 0 ? fstat(STDIN_FILENO, &read) : stat(*paths, &read);

		if (got == 0 && made.st_dev == read.st_dev && made.st_ino == read.st_ino)
			return true;
	}
	return false;
}

static bool begin(struct filter *f, const struct filter_options *o, struct failure *failure)
{
	static char *const none[] = {NULL};
	char *const *paths = o->paths ? o->paths : none;

	input_init(&f->in, paths, o->max_line, o->seal);
	if (o->rejects && is_input(o->rejects, paths)) {
		snprintf(failure->why, sizeof failure->why,
		    "%s: is the input, which writing rejects would erase", o->rejects);
		failure->status = STATUS_USAGE;
		return false;
	}
	reject_init(&f->reject, o->rejects, o->max_rejects);
	return !f->reject.status || fail(failure, f->reject.status, f->reject.why);
}

static bool all_rows(struct filter *f, filter_step *step, void *ctx, struct failure *failure)
{
	struct span line;

	while (input_next(&f->in, &line)) {
		if (!one_row(f, line, step, ctx, failure))
			return false;
		if (f->in.rows % PROGRESS_ROWS == 0)
			progress("%ju rows, %ju MB", (uintmax_t)f->in.rows,
			    (uintmax_t)f->in.lines.bytes / 1000000);
	}
	return !f->in.status || fail(failure, f->in.status, f->in.why);
}

static bool unwritable(struct filter *f, struct failure *failure)
{
	char why[300];

	snprintf(why, sizeof why, "stdout: %s", strerror(f->out.error));
	return fail(failure, STATUS_IO, why);
}

/* The end record goes on as it came, with our own count of rows. */
static bool finish(struct filter *f, filter_last *last, void *ctx, struct failure *failure)
{
	if (!reject_close(&f->reject, f->in.rows))
		return fail(failure, f->reject.status, f->reject.why);
	if (last)
		f->detail = last(ctx, &f->out);
	if (f->in.ended) {
		f->in.end.rows = f->out.rows;
		end_write(&f->out, &f->in.end);
	}
	die_last_words(NULL, NULL);
	return out_close(&f->out) || unwritable(f, failure);
}

static enum status give_up(struct filter *f, struct failure *failure)
{
	const struct end *end = &f->in.end;
	bool upstream = f->in.status == STATUS_UPSTREAM && *end->error;

	if (f->out.error)
		unwritable(f, failure);
	complain("%s", failure->why);
	reject_close(&f->reject, f->in.rows);
	end_fail(&f->out, upstream ? end->tool : prog_name(), upstream ? end->error : failure->why);
	return failure->status;
}

enum status filter_run(
    struct filter *f, const struct filter_options *options, filter_step *step, void *ctx)
{
	struct failure failure = {.status = STATUS_OK};
	enum status status = STATUS_OK;

	if (begin(f, options, &failure) && all_rows(f, step, ctx, &failure) &&
	    finish(f, options->last, ctx, &failure)) {
		summarise(&(struct summary){.rows_in = f->in.rows,
		    .rows_out = f->out.rows,
		    .rejected = f->reject.count,
		    .bytes = f->in.lines.bytes,
		    .detail = f->detail});
		status = f->reject.count > 0 ? STATUS_REJECTS : STATUS_OK;
	} else {
		status = give_up(f, &failure);
	}
	buf_free(&f->out.buf);
	row_free(&f->row);
	input_free(&f->in);
	return status;
}
