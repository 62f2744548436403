/*
 * What a reply leads to: rows and the next page, a shorter window, a new start, the end of
 * the run.
 */

#include "run.h"

#include "base/die.h"
#include "base/time.h"

#include <inttypes.h>
#include <stdlib.h>

enum { RESTARTS = 3 };

/* The first turn is done with; the others move up. */
static void shift(struct fetching *run, struct sequence *s)
{
	run_free_turn(s->turn[0]);
	run->in_flight--;
	memmove(s->turn, s->turn + 1, --s->n * sizeof *s->turn);
}

/* The requests after the first are for pages that do not exist, or not there. */
static void forget_ahead(struct sequence *s)
{
	for (size_t i = 0; i < s->n; i++)
		s->turn[i]->stale = true;
	s->n = 0;
}

/* ---- verdicts ---- */

static bool restart(struct fetching *run, struct sequence *s)
{
	if (!s->spool && s->paging.rows > 0)
		warn("the API lost its place: rows before it come again");
	if (s->restarts++ == RESTARTS)
		return run_fail(run, s, STATUS_AGAIN, "the API lost its place %d times", RESTARTS);
	forget_ahead(s);
	run_forget(s);
	style_free(&s->paging);
	style_begin(&s->paging, &run->r->next);
	s->phase = run->r->job.given ? TURN_CREATE : TURN_PAGE;
	return true;
}

/* Fewer rows at a time; or a shorter window. */
static bool shrink(struct fetching *run, struct sequence *s, const struct judgement *v)
{
	if (style_shrink(&s->paging)) {
		inform(1, "%s; asking for %" PRIu64 " rows at a time", v->text, s->paging.size);
		forget_ahead(s);
		return true;
	}
	if (s->values.has_since && s->values.has_until && s->paging.rows == 0)
		return run_split(run, s);
	return run_fail(run, s, STATUS_REFUSED,
	    "%s; it wants less at a time: set a smaller size, or --window", v->text);
}

static bool stop(struct fetching *run, struct sequence *s, const struct judgement *v)
{
	int64_t now = clock_now(), resume = (now / TIME_DAY + 1) * TIME_DAY;
	char text[TIME_TEXT];

	if (v->wait_us > 0)
		resume = now + v->wait_us;
	time_rfc3339(text, resume / CLOCK_SECOND * CLOCK_SECOND);
	return run_fail(
	    run, s, STATUS_AGAIN, "%s; the day's budget is used up, go on after %s", v->text, text);
}

/* The verdict is not "ok". */
static bool refuse(struct fetching *run, struct sequence *s)
{
	struct judgement v = s->turn[0]->verdict;

	switch (v.means) {
	case API_SHRINK: shift(run, s); return shrink(run, s, &v);
	case API_RESTART: shift(run, s); return restart(run, s);
	case API_STOP: return stop(run, s, &v);
	case API_INCOMPLETE:
		return run_fail(run, s, STATUS_DATA, "the API cut the list: use --window");
	default: return run_fail(run, s, v.status, "%s", v.text);
	}
}

/* ---- pages ---- */

static bool check_page(struct fetching *run, struct sequence *s, const struct turn *t)
{
	const struct fetched *page = &t->page;
	struct span text = run->r->rows.text;

	if (t->why)
		return run_fail(run, s, STATUS_DATA, "%s", t->why);
	if (page->found || (run->r->optional && page->envelope.p) ||
	    (page->null && !run->o->api->own))
		return true;
	if (s->paging.pages > 0 && !run->o->api->own)
		return true;
	if (run->r->rows.n == 0)
		return run_fail(run, s, STATUS_DATA,
		    "an object, not an array of rows; name the member that holds them: \"rows\"");
	if (page->envelope.p && scan_type(page->envelope) == JSON_ARRAY)
		return run_fail(run, s, STATUS_DATA,
		    "not a JSON object, and no item of the array has %.*s", DOC_SHOWN(text));
	return run_fail(run, s, STATUS_DATA, "%.*s: missing, or not an array", DOC_SHOWN(text));
}

static void show_progress(const struct fetching *run, const struct sequence *s, uint64_t rows)
{
	double took = (double)(clock_mono() - run->began) / 1e6;
	double rate = (double)run->rows / (took > 0.001 ? took : 0.001);

	inform(1, "page %" PRIu64 ": %" PRIu64 " row%s", run->pages, rows, rows == 1 ? "" : "s");
	if (run->one && s->paging.has_total && s->paging.total > s->paging.rows && rate > 0)
		progress("%" PRIu64 " of %" PRIu64 " rows, %" PRIu64
		         " pages, %.0f rows/s, %.0f s left",
		    run->rows, s->paging.total, run->pages, rate,
		    (double)(s->paging.total - s->paging.rows) / rate);
	else
		progress("%" PRIu64 " rows, %" PRIu64 " pages, %.0f rows/s", run->rows, run->pages,
		    rate);
}

/* Did the window reach what one window can give? */
static bool is_full(const struct fetching *run, const struct sequence *s)
{
	uint64_t cap = run->r->window.cap;

	return cap > 0 && (s->paging.rows >= cap || (s->paging.has_total && s->paging.total > cap));
}

/* The page is counted already. */
static bool page_fail(struct fetching *run, struct sequence *s, const struct error *error)
{
	s->paging.pages--;
	return run_fail(run, s, error->status, "%s", error->text);
}

static bool take_page(struct fetching *run, struct sequence *s)
{
	struct turn *t = s->turn[0];
	struct style_reply page = {&t->page, &t->reply, t->ask.request.url};
	struct error error = {0};
	uint64_t rows = t->page.rows;

	if (!http_succeeded(&t->reply)) {
		s->over = true; /* it means "ok": a 404 of a parent that has gone */
		shift(run, s);
		forget_ahead(s);
		return true;
	}
	if (!check_page(run, s, t))
		return false;
	if (t->kind != TURN_RESULT && !style_next(&s->paging, &page, &error))
		return page_fail(run, s, &error);
	s->over = t->kind == TURN_RESULT || s->paging.ended;
	run->pages++;
	if (is_full(run, s)) {
		s->over = false;
		shift(run, s);
		return run_split(run, s);
	}
	if (!run_rows(run, s, t))
		return false;
	if (s->paging.ended && !style_end(&s->paging, &page, run->r, &error))
		return page_fail(run, s, &error);
	shift(run, s);
	show_progress(run, s, rows);
	if (s->over || (s->n > 0 && s->turn[0]->at != s->paging.at))
		forget_ahead(s);
	return true;
}

bool run_take(struct fetching *run, struct sequence *s)
{
	struct turn *t = s->turn[0];

	if (t->verdict.means != API_OK)
		return refuse(run, s);
	if (t->kind == TURN_CREATE || t->kind == TURN_POLL) {
		bool good = run_job_take(run, s, t);

		shift(run, s);
		return good;
	}
	return take_page(run, s);
}
