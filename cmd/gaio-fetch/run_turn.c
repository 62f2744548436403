/* Requests: made, sent, and what their replies mean. */

#include "run.h"
#include "variable.h"

#include "base/clock.h"
#include "base/die.h"
#include "wire/gunzip.h"
#include "wire/secret.h"

#include <stdlib.h>
#include <strings.h>

enum { WAIT_US = 1000000 };

void run_free_turn(struct turn *t)
{
	t->state = TURN_FREE;
	t->of = NULL;
}

/* ---- making and sending ---- */

static uint64_t place_of(const struct turn *t)
{
	uint64_t i = 0;

	while (t->of->turn[i] != t)
		i++;
	return i;
}

static bool make(struct fetching *run, struct turn *t)
{
	struct sequence *s = t->of;
	struct error error = {0};

	if (!auth_ready(run->o->auth, &error))
		return run_fail(run, s, error.status, "%s", error.text);
	if (t->kind != TURN_PAGE)
		return run_job_ask(run, t);
	if (!ask_page(&t->ask, run->r, &s->values, run->o->auth, &s->paging, place_of(t), &error))
		return run_fail(run, s, error.status ? error.status : STATUS_BUG, "%s", error.text);
	return true;
}

static void settle(struct fetching *run, struct turn *t);

static bool send(struct fetching *run, struct turn *t)
{
	if (!make(run, t))
		return false;
	t->tries++;
	if (run->o->archive && run->o->archive->replay) {
		struct error error = {0};

		if (!archive_fetch(run->o->archive, buf_span(&t->ask.key), &t->reply, &error))
			return run_fail(run, t->of, error.status, "%s", error.text);
		settle(run, t);
		return run->error.status == STATUS_OK;
	}
	t->state = TURN_SENT;
	limit_sent(&run->limit, clock_mono());
	http_begin(t->http, &t->ask.request, &t->reply);
	return true;
}

/* ---- reading a reply ---- */

static void cut_short(struct turn *t, const char *why)
{
	t->reply.fault = RETRY_NETWORK;
	t->reply.status = 0;
	snprintf(t->reply.error, sizeof t->reply.error, "%s", why);
}

/* gzip is known by its first bytes: some send it without saying so. */
static void unpack(struct fetching *run, struct turn *t)
{
	struct buf *body = &t->reply.body, spare;

	if (!span_starts(buf_span(body), SPAN("\x1f\x8b")))
		return;
	t->plain.max = run->o->http.max_reply ? run->o->http.max_reply : HTTP_MAX_REPLY;
	buf_clear(&t->plain);
	switch (gunzip_all(buf_span(body), &t->plain)) {
	case GUNZIP_OK: break;
	case GUNZIP_CUT: cut_short(t, "compressed reply cut short"); return;
	case GUNZIP_BAD: cut_short(t, "compressed reply is damaged"); return;
	case GUNZIP_LONG:
		cut_short(t, "");
		t->reply.fault = RETRY_PERMANENT;
		snprintf(t->reply.error, sizeof t->reply.error, "reply longer than %zu bytes",
		    t->plain.max);
		return;
	}
	spare = *body;
	*body = t->plain;
	t->plain = spare;
}

static bool says_lines(const struct http_reply *reply)
{
	static const char *const names[] = {"ndjson", "jsonl", "json-lines", "jsonlines"};
	struct span type = http_header(reply, "Content-Type");

	for (size_t i = 0; type.p && i < sizeof names / sizeof *names; i++)
		for (size_t at = 0; at + strlen(names[i]) <= type.n; at++)
			if (strncasecmp(type.p + at, names[i], strlen(names[i])) == 0)
				return true;
	return false;
}

/* Neither a length nor chunks say where the body ends: it may have been cut in silence. */
static bool is_open_ended(const struct http_reply *reply)
{
	return !http_header(reply, "Content-Length").p &&
	       !http_header(reply, "Transfer-Encoding").p;
}

static void read_page(struct fetching *run, struct turn *t)
{
	static const struct where nowhere = {.n = 0};
	bool result = t->kind == TURN_RESULT && run->r->job.result.n > 0;
	bool empty = t->reply.body.n == 0 && (t->reply.status == 204 || t->reply.status == 205);
	bool lines = empty || says_lines(&t->reply) || (result && run->r->rows.n == 0);

	t->why = fetched_read(
	    &t->page, &t->reply.body, run->r->rows.n ? &run->r->rows : &nowhere, lines);
	t->json = t->page.envelope;
	if (t->why && is_open_ended(&t->reply) && strstr(t->why, "ends too early"))
		cut_short(t, "reply cut short");
}

static void read_reply(struct fetching *run, struct turn *t)
{
	enum json type;

	t->why = NULL;
	t->json = (struct span){0};
	if (!http_succeeded(&t->reply))
		auth_hide(run->o->auth, &t->reply.body);
	if (!http_succeeded(&t->reply) || t->kind == TURN_CREATE || t->kind == TURN_POLL) {
		if (scan_document(&t->scan, buf_span(&t->reply.body), &t->json, &type))
			t->json = (struct span){0};
		return;
	}
	read_page(run, t);
}

/* ---- what it means ---- */

static void give_up(struct fetching *run, struct turn *t, int64_t wait)
{
	struct judgement *v = &t->verdict;
	size_t n = strlen(v->text);
	int tries = run->o->http.retry.tries ? run->o->http.retry.tries : RETRY_TRIES;

	if (t->tries < tries && wait > 0)
		snprintf(v->text + n, sizeof v->text - n, ", and it asks to wait %jd s",
		    (intmax_t)(wait / CLOCK_SECOND));
	else if (t->tries > 1)
		snprintf(v->text + n, sizeof v->text - n, " after %d tries", t->tries);
	t->state = TURN_READY;
}

/* A network fault is this request's own; what the API says holds for all of them. */
static void again(struct fetching *run, struct turn *t)
{
	struct judgement *v = &t->verdict;
	int tries = run->o->http.retry.tries ? run->o->http.retry.tries : RETRY_TRIES;
	struct retry_case c = {.fault = t->reply.fault,
	    .status = t->reply.status,
	    .transient = true,
	    .attempt = t->tries,
	    .after_us = v->wait_us};
	int64_t wait;

	crypt_random((uint8_t *)&c.chance, sizeof c.chance);
	wait = retry_wait(&run->o->http.retry, &c);
	if (wait == RETRY_GIVE_UP) {
		give_up(run, t, v->wait_us);
		return;
	}
	if (run->o->archive && run->o->archive->replay)
		wait = 0;
	inform(1, "%s, trying again in %.1f s (try %d of %d)", v->text, (double)wait / 1e6,
	    t->tries + 1, tries);
	progress("%s, waiting %.1f s", v->text, (double)wait / 1e6);
	run->retries++;
	t->due = clock_mono() + wait;
	t->state = TURN_LATER;
	if (t->reply.status > 0)
		limit_pause(&run->limit, t->due);
}

static void renew(struct fetching *run, struct turn *t)
{
	if (t->renewed || !auth_renew(run->o->auth, t->ask.generation)) {
		t->state = TURN_READY;
		return;
	}
	inform(1, "%s; asking for a new token", t->verdict.text);
	t->renewed = true;
	run->retries++;
	t->due = 0;
	t->state = TURN_LATER;
}

/* An API may echo what it was sent; a header that holds a variable counts as a secret too. */
static void hide_secrets(struct fetching *run, struct judgement *v)
{
	const struct api_pairs *headers = &run->r->headers;
	struct error none = {0};
	struct buf text;

	if (v->means == API_OK)
		return;
	buf_init(&text, sizeof v->text);
	buf_adds(&text, v->text);
	auth_hide(run->o->auth, &text);
	for (size_t i = 0; i < headers->n; i++) {
		char *value = variable_fill(headers->item[i].value, &none);

		if (!span_eq(span_of(value), headers->item[i].value))
			secret_hide(&text, value);
		free(value);
	}
	snprintf(v->text, sizeof v->text, "%s", buf_str(&text));
	buf_free(&text);
}

static void settle(struct fetching *run, struct turn *t)
{
	struct error error = {0};

	if (t->reply.status > 0 && !(run->o->archive && run->o->archive->replay))
		limit_learn(&run->limit, &t->reply, clock_mono(), clock_now());
	unpack(run, t);
	if (http_succeeded(&t->reply) && run->o->archive && !run->o->archive->replay &&
	    !archive_keep(
	        run->o->archive, buf_span(&t->ask.key), run->o->auth, &t->reply, &error)) {
		run_fail(run, t->of, error.status, "%s", error.text);
		return;
	}
	read_reply(run, t);
	t->verdict = judge(run->r, &t->reply, t->json, clock_now());
	hide_secrets(run, &t->verdict);
	if (t->reply.tries == 0)
		t->verdict.status = STATUS_CONFIG;
	switch (t->verdict.means) {
	case API_WAIT: again(run, t); break;
	case API_RENEW: renew(run, t); break;
	default: t->state = TURN_READY; break;
	}
}

/* ---- the pump ---- */

static bool move(struct fetching *run, struct turn *t, bool *moved)
{
	int64_t now = clock_mono();

	if (t->state == TURN_LATER && t->stale) {
		run_free_turn(t);
		run->in_flight--;
	} else if (t->state == TURN_LATER && t->due <= now && limit_due(&run->limit) <= now) {
		*moved = true;
		return send(run, t);
	} else if (t->state == TURN_SENT && http_go_on(t->http)) {
		*moved = true;
		http_finish(t->http);
		if (t->stale) {
			run_free_turn(t);
			run->in_flight--;
			return true;
		}
		settle(run, t);
	} else if (t->state == TURN_READY && t->stale) {
		run_free_turn(t);
		run->in_flight--;
	}
	return run->error.status == STATUS_OK;
}

bool run_pump(struct fetching *run, bool *moved)
{
	run->received = 0;
	for (size_t i = 0; i < run->o->parallel; i++) {
		if (!move(run, &run->turns[i], moved))
			return false;
		run->received += http_received(run->turns[i].http);
	}
	return true;
}

void run_wait(struct fetching *run)
{
	int64_t now = clock_mono(), wake = now + WAIT_US;

	for (size_t i = 0; i < run->o->parallel; i++) {
		struct turn *t = &run->turns[i];
		int64_t due = t->due > limit_due(&run->limit) ? t->due : limit_due(&run->limit);

		if (t->state == TURN_LATER && due < wake)
			wake = due;
	}
	http_wait(run->turns[0].http, wake - now);
}
