#include "run.h"

#include "base/stop.h"
#include "base/time.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

enum { MAX_WAIT_S = 600 };

void run_open(struct fetching *run, const struct run_options *o)
{
	struct http_options http = o->http;

	*run = (struct fetching){.o = o, .r = &o->api->resource, .began = clock_mono()};
	http.retry = (struct retry_policy){.tries = 1};
	run->limit.interval = o->interval;
	run->limit.longest =
	    o->http.retry.max_wait_us ? o->http.retry.max_wait_us : MAX_WAIT_S * CLOCK_SECOND;
	newest_init(&run->newest, &run->r->watermark);
	for (size_t i = 0; i < o->parallel; i++)
		run->turns[i].http =
		    i == 0 ? http_open(&http) : http_open_beside(run->turns[0].http);
	run->one = !run->r->each.given && o->step == 0 && run->r->window.cap == 0;
	run->window = o->values.since;
}

void run_close(struct fetching *run)
{
	while (run->first)
		run_drop(run, run->first);
	for (size_t i = run->o->parallel; i-- > 0;) {
		struct turn *t = &run->turns[i];

		http_close(t->http);
		ask_free(&t->ask);
		http_reply_free(&t->reply);
		fetched_free(&t->page);
		buf_free(&t->plain);
		scan_free(&t->scan);
	}
	newest_free(&run->newest);
}

bool run_fail(
    struct fetching *run, const struct sequence *s, enum status status, const char *format, ...)
{
	char text[ERROR_TEXT], from[TIME_TEXT], to[TIME_TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (s->line > 0)
		return error_set(&run->error, status, "%s:%" PRIu64 ": page %" PRIu64 ": %s",
		    run->o->in->lines.name, s->line, s->paging.pages + 1, text);
	if (run->one)
		return error_set(
		    &run->error, status, "page %" PRIu64 ": %s", s->paging.pages + 1, text);
	time_rfc3339(from, s->values.since);
	time_rfc3339(to, s->values.until);
	return error_set(&run->error, status, "%s to %s: page %" PRIu64 ": %s", from, to,
	    s->paging.pages + 1, text);
}

/* ---- requests for sequences ---- */

static struct turn *free_turn(struct fetching *run)
{
	for (size_t i = 0; i < run->o->parallel; i++)
		if (run->turns[i].state == TURN_FREE)
			return &run->turns[i];
	return NULL;
}

/* May the page `s->n` after the next one be asked for now? */
static bool wants(const struct fetching *run, const struct sequence *s)
{
	const struct style *style = s->paging.next->style;
	struct buf text;
	bool can;

	if (s->over || s->n == run->o->parallel)
		return false;
	if (s->n == 0)
		return true;
	if (!style || !style->ahead || s->phase != TURN_PAGE)
		return false;
	buf_init(&text, 64);
	can = style->ahead(&s->paging, s->n, &text);
	buf_free(&text);
	return can;
}

static void assign(struct fetching *run, struct sequence *s, struct turn *t)
{
	t->state = TURN_LATER;
	t->kind = s->phase;
	t->of = s;
	t->due = s->not_before;
	t->tries = 0;
	t->renewed = t->stale = false;
	t->at = s->paging.at +
	        (s->phase == TURN_PAGE ? s->n : 0) * (s->paging.stride ? s->paging.stride : 1);
	s->turn[s->n++] = t;
	run->in_flight++;
}

static bool fill(struct fetching *run)
{
	struct turn *t;

	for (struct sequence *s = run->first; s; s = s->next)
		while (wants(run, s) && (t = free_turn(run))) {
			if (run->o->max_pages && run->pages + run->in_flight >= run->o->max_pages) {
				if (run->in_flight > 0)
					return true;
				s->paging.pages -= s->paging.pages > 0;
				return run_fail(run, s, STATUS_DATA,
				    "the last one that --max-pages allows, and more follow");
			}
			assign(run, s, t);
		}
	return true;
}

/* ---- the loop ---- */

static bool take_ready(struct fetching *run, bool *moved)
{
	for (struct sequence *s = run->first, *next; s; s = next) {
		while (s->n > 0 && s->turn[0]->state == TURN_READY) {
			*moved = true;
			if (!run_take(run, s))
				return false;
		}
		next = s->next;
		if (s != run->first)
			continue;
		if ((s->spool || s->bad.n > 0) && (s->over || run->r->window.cap == 0) &&
		    !run_drain(run, s))
			return false;
		if (s->over) {
			next = s->next;
			run_drop(run, s);
			*moved = true;
		}
	}
	return true;
}

bool run_all(struct fetching *run)
{
	for (;;) {
		bool moved = false;

		if (stop_signal())
			return error_set(&run->error, STATUS_STOPPED + stop_signal(),
			    "stopped by %s", stop_name());
		if (!run_plan(run))
			return false;
		if (!run->first)
			return run->error.status == STATUS_OK;
		if (!fill(run) || !run_pump(run, &moved) || !take_ready(run, &moved))
			return false;
		if (!moved)
			run_wait(run);
	}
}
