/* Which sequences there are: one, one for each window, one for each row of stdin. */

#include "run.h"

#include "base/time.h"
#include "base/mem.h"
#include "json/jstr.h"
#include "stamp.h"

#include <stdlib.h>

static struct sequence *add(struct fetching *run, struct sequence *after)
{
	struct sequence *s = mem_alloc(sizeof *s);

	s->values = run->o->values;
	buf_init(&s->prefix, 1 << 20);
	buf_init(&s->bad, SIZE_MAX);
	style_begin(&s->paging, &run->r->next);
	s->phase = run->r->job.given ? TURN_CREATE : TURN_PAGE;
	if (after) {
		s->next = after->next;
		after->next = s;
	} else {
		run->first = s;
	}
	if (run->last == after)
		run->last = s;
	run->n_sequences++;
	return s;
}

void run_drop(struct fetching *run, struct sequence *s)
{
	for (size_t i = 0; i < s->n; i++)
		s->turn[i]->stale = true;
	run->first = s->next;
	if (run->last == s)
		run->last = NULL;
	run->n_sequences--;
	style_free(&s->paging);
	run_forget(s);
	buf_free(&s->bad);
	buf_free(&s->prefix);
	free(s->id);
	free(s->result);
	free(s);
}

/* ---- windows ---- */

static void next_window(struct fetching *run)
{
	struct sequence *s = add(run, run->last);
	int64_t end = run->o->values.until;

	if (run->o->step == 0) {
		run->planned = true;
		return;
	}
	s->values.since = run->window;
	if (end - run->window > run->o->step)
		end = run->window + run->o->step;
	s->values.until = run->window = end;
	run->planned = end >= run->o->values.until;
}

/* More rows than one window can give: two of half its length. */
bool run_split(struct fetching *run, struct sequence *s)
{
	int64_t unit = stamp_unit((enum api_format)run->r->since.format), half;
	struct sequence *second;

	half = (s->values.until - s->values.since) / 2 / unit * unit;
	if (!s->values.has_since || !s->values.has_until || half <= 0)
		return run_fail(run, s, STATUS_DATA,
		    "more rows than the API gives for one window, which cannot be any shorter");
	second = add(run, s);
	second->values.since = s->values.since + half;
	second->values.until = s->values.until;
	s->values.until = second->values.since;
	for (size_t i = 0; i < s->n; i++)
		s->turn[i]->stale = true;
	s->n = 0;
	run_forget(s);
	style_free(&s->paging);
	style_begin(&s->paging, &run->r->next);
	return true;
}

/* ---- parents ---- */

static bool read_parent(struct fetching *run, struct sequence *s, struct span line)
{
	const struct api_each *each = &run->r->each;
	struct scan scan = {0};
	struct span row, raw = {0}, text;
	struct buf scratch;
	enum json type;
	const char *why = scan_document(&scan, line, &row, &type);

	s->line = run->o->in->lines.number;
	buf_init(&scratch, line.n + 1);
	if (!why)
		raw = where_find(&each->key, row);
	text = why ? (struct span){0} : where_text(&each->key, row, &scratch);
	if (text.p && text.n > 0) {
		s->id = mem_dup(text.p, text.n);
		s->values.id = (struct span){s->id, text.n};
	}
	if (text.p && each->as.p) {
		jstr_quote(&s->prefix, each->as);
		buf_addc(&s->prefix, ':');
		buf_addspan(&s->prefix, raw);
	}
	buf_free(&scratch);
	scan_free(&scan);
	if (s->id)
		return true;
	return error_set(&run->error, STATUS_DATA, "%s:%ju: %.*s: %s", run->o->in->lines.name,
	    (uintmax_t)s->line, DOC_SHOWN(each->key.text),
	    why ? why : "missing, and it is what each request is for");
}

static bool next_parent(struct fetching *run)
{
	struct span line;

	if (input_next(run->o->in, &line))
		return read_parent(run, add(run, run->last), line);
	run->planned = true;
	return !run->o->in->error.status || error_copy(&run->error, &run->o->in->error);
}

/* As many as can be at work, and some that wait for their turn to be written. */
bool run_plan(struct fetching *run)
{
	while (!run->planned && run->n_sequences < 2 * run->o->parallel) {
		if (!run->r->each.given)
			next_window(run);
		else if (!next_parent(run))
			return false;
	}
	return true;
}
