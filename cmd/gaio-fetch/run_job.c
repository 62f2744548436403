/*
 * Asynchronous reports: one request makes the job, others ask for its state, and when it is
 * done its rows are fetched: page by page from the resource's path, or from a URL that the
 * API names.
 */

#include "run.h"

#include "base/clock.h"
#include "base/die.h"
#include "base/mem.h"
#include "json/jstr.h"

#include <stdlib.h>

enum { EVERY_S = 10, WITHIN_S = 3600, SLOWEST = 30 };

bool run_job_ask(struct fetching *run, struct turn *t)
{
	const struct api_job *job = &run->r->job;
	struct sequence *s = t->of;
	struct error error = {0};
	bool good;

	if (t->kind == TURN_RESULT)
		good = ask_url(&t->ask, run->r, span_of(s->result), &error);
	else
		good = ask_call(&t->ask, run->r, t->kind == TURN_CREATE ? &job->create : &job->poll,
		    &s->values, run->o->auth, &error);
	return good || run_fail(run, s, error.status, "%s", error.text);
}

static bool created(struct fetching *run, struct sequence *s, const struct turn *t)
{
	const struct api_job *job = &run->r->job;
	struct buf scratch;
	struct span id;

	buf_init(&scratch, t->json.n + 1);
	id = where_text(&job->id, t->json, &scratch);
	if (id.p && id.n > 0) {
		free(s->id);
		s->id = mem_dup(id.p, id.n);
		s->values.id = (struct span){s->id, id.n};
	}
	buf_free(&scratch);
	if (!s->id)
		return run_fail(
		    run, s, STATUS_DATA, "the job has no %.*s", DOC_SHOWN(job->id.text));
	s->phase = TURN_POLL;
	s->pause = job->every ? job->every : EVERY_S * CLOCK_SECOND;
	s->not_before = clock_mono() + s->pause / 4;
	s->deadline = clock_mono() + (job->within ? job->within : WITHIN_S * CLOCK_SECOND);
	return true;
}

static bool is_one_of(const struct texts *list, struct span text)
{
	for (size_t i = 0; text.p && i < list->n; i++)
		if (span_eq(list->item[i], text))
			return true;
	return false;
}

/* Without a URL the resource's own path has the rows. */
static bool finished(struct fetching *run, struct sequence *s, const struct turn *t)
{
	const struct api_job *job = &run->r->job;
	struct buf scratch;
	struct span url;

	s->phase = TURN_PAGE;
	s->not_before = 0;
	if (job->result.n == 0)
		return true;
	buf_init(&scratch, t->json.n + 1);
	url = where_text(&job->result, t->json, &scratch);
	s->over = !url.p || url.n == 0; /* Shopify: no rows, no file */
	if (!s->over)
		s->result = mem_dup(url.p, url.n);
	s->phase = TURN_RESULT;
	buf_free(&scratch);
	return true;
}

static bool polled(struct fetching *run, struct sequence *s, const struct turn *t)
{
	const struct api_job *job = &run->r->job;
	int64_t slowest = SLOWEST * (job->every ? job->every : EVERY_S * CLOCK_SECOND);
	struct buf scratch;
	struct span state;
	bool done, failed;

	buf_init(&scratch, t->json.n + 1);
	state = where_text(&job->state, t->json, &scratch);
	done = is_one_of(&job->done, state);
	failed = is_one_of(&job->failed, state);
	buf_free(&scratch);
	if (failed)
		return run_fail(run, s, STATUS_REFUSED, "the job failed");
	if (done)
		return finished(run, s, t);
	if (clock_mono() > s->deadline)
		return run_fail(run, s, STATUS_AGAIN, "the job is not done in time (\"within\")");
	s->not_before = clock_mono() + s->pause;
	s->pause = s->pause * 2 < slowest ? s->pause * 2 : slowest;
	progress("waiting for the job");
	return true;
}

bool run_job_take(struct fetching *run, struct sequence *s, struct turn *t)
{
	if (!t->json.p)
		return run_fail(run, s, STATUS_DATA, "the job's reply is not JSON");
	return t->kind == TURN_CREATE ? created(run, s, t) : polled(run, s, t);
}
