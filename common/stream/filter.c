#include "stream/filter.h"

#include "base/die.h"

#include <stdio.h>
#include <unistd.h>

enum { PROGRESS_ROWS = 4096 };

void filter_guard(struct filter *f)
{
	out_init(&f->out, STDOUT_FILENO);
	end_guard(&f->out);
}

/* ---- one row ---- */

static struct bad showable(const struct filter *f, const struct bad *bad)
{
	struct bad shown = *bad;

	if (f->personal && bad->field.p && f->personal(bad->field))
		shown.field = SPAN("*");
	return shown;
}

static bool refuse(struct filter *f, const struct bad *bad, struct span line, bool is_json)
{
	const struct lines *l = &f->in.lines;
	struct bad shown = showable(f, bad);

	return reject_row(&f->reject, l->name, l->number, &shown, line, is_json) ||
	       error_copy(&f->error, &f->reject.error);
}

static bool unparsed(struct filter *f, const char *why, struct span line)
{
	struct bad bad = {.field = f->row.bad, .reason = why};

	if (input_was_cut(&f->in))
		return error_copy(&f->error, &f->in.error);
	return refuse(f, &bad, line, false);
}

/* No row may pass for an end record, whatever its keys were called upstream. */
static bool commit(struct filter *f, struct span line)
{
	static const struct bad reserved = {{"@end", 4}, "the name is reserved", NULL};
	struct out *o = &f->out;
	struct span row = {o->buf.p + o->done, o->buf.n - o->done};

	if (end_is(row)) {
		out_undo(o);
		return refuse(f, &reserved, line, true);
	}
	out_row(o);
	return o->error == 0;
}

static bool failed(struct filter *f, const struct bad *bad)
{
	char where[REJECT_WHERE];
	struct bad shown = showable(f, bad);

	if (bad->error)
		return error_copy(&f->error, bad->error);
	reject_where(where, sizeof where, f->in.lines.name, f->in.lines.number, &shown);
	return error_set(&f->error, STATUS_DATA, "%s", where);
}

static bool one_row(struct filter *f, struct span line, filter_step *step, void *ctx)
{
	const char *why = row_parse(&f->row, line);
	struct bad bad = {.reason = "does not fit"};

	if (why)
		return unparsed(f, why, line);
	switch (step(ctx, &f->row, line, &f->out.buf, &bad)) {
	case STEP_WRITE: return commit(f, line);
	case STEP_SKIP: break;
	case STEP_BAD: out_undo(&f->out); return refuse(f, &bad, line, true);
	case STEP_FAIL: return failed(f, &bad);
	}
	out_undo(&f->out);
	return true;
}

/* ---- the run ---- */

static bool begin(struct filter *f, const struct filter_options *o, void *ctx)
{
	bool demand = o->demand ? input_demands(o->paths, o->args->seal)
	                        : o->args->seal == SEAL_ON && input_is_stdin(o->paths);

	f->personal = o->personal;
	if (o->document)
		die_last_words(NULL, NULL);
	input_init(&f->in, o->paths, o->max_line, demand);
	if (!out_to(&f->out, o->args->output, &f->error))
		return false;
	if (!reject_init(&f->reject, o->rejects, o->max_rejects))
		return error_copy(&f->error, &f->reject.error);
	if (o->ready)
		o->ready(ctx, o);
	return true;
}

static bool all_rows(struct filter *f, filter_step *step, void *ctx)
{
	struct span line;

	while (input_next(&f->in, &line)) {
		if (!one_row(f, line, step, ctx))
			return false;
		if (f->in.rows % PROGRESS_ROWS == 0)
			progress("%ju rows, %ju MB", (uintmax_t)f->in.rows,
			    (uintmax_t)f->in.lines.bytes / 1000000);
	}
	return !f->in.error.status || error_copy(&f->error, &f->in.error);
}

/*
 * The end record goes on as it came, with our own counts. Files that have none become a
 * sealed stream here.
 */
static struct end *end_of(struct filter *f, const struct filter_options *o)
{
	struct end *end = &f->in.end;

	if (o->document || (!f->in.ended && o->args->seal != SEAL_ON))
		return NULL;
	if (!f->in.ended)
		end_init(end);
	end->rejected += f->reject.count;
	if (o->masked)
		snprintf(end->masked, sizeof end->masked, "%s", o->masked);
	return end;
}

static bool finish(struct filter *f, const struct filter_options *o, void *ctx)
{
	if (!reject_close(&f->reject, f->in.rows))
		return error_copy(&f->error, &f->reject.error);
	if (o->last && !o->last(ctx, f))
		return false;
	return end_close(&f->out, end_of(f, o), &f->error);
}

/* What the stage before said, where it looks personal. */
static void hide_words(struct filter *f)
{
	struct end *end = &f->in.end;

	if (!f->in.relayed || !f->personal || !f->personal(span_of(end->error)))
		return;
	snprintf(end->error, sizeof end->error, "its words look personal, and are hidden");
	snprintf(f->error.text, sizeof f->error.text, "%s: %s failed: %s", f->in.lines.name,
	    *end->tool ? end->tool : "the stage before", end->error);
}

static enum status give_up(struct filter *f, const struct filter_options *o)
{
	struct end end;

	out_failed(&f->out, &f->error);
	hide_words(f);
	error_name_stop(&f->error);
	complain("%s", f->error.text);
	reject_close(&f->reject, f->in.rows);
	end_of_failure(&end, f->error.status, f->error.text);
	if (o->document)
		out_abandon(&f->out);
	else
		end_fail(&f->out, f->in.relayed ? &f->in.end : &end);
	return f->error.status;
}

static enum status conclude(const struct filter *f, const struct filter_options *o)
{
	summarise(&(struct summary){.rows_in = f->in.rows,
	    .rows_out = f->out.rows,
	    .rejected = f->reject.count,
	    .bytes = f->in.lines.bytes,
	    .detail = f->detail});
	return f->found || (f->reject.count > 0 && !o->max_rejects) ? STATUS_REJECTS : STATUS_OK;
}

enum status filter_run(
    struct filter *f, const struct filter_options *options, filter_step *step, void *ctx)
{
	bool good = begin(f, options, ctx) && all_rows(f, step, ctx) && finish(f, options, ctx);
	enum status status = good ? conclude(f, options) : give_up(f, options);

	row_free(&f->row);
	input_free(&f->in);
	return status;
}
