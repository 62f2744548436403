#include "async.h"

#include "base/clock.h"
#include "base/die.h"
#include "base/mem.h"
#include "wire/backoff.h"
#include "wire/form.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 5, PAGE = 2500, FIRST_US = 50000, LONGEST_US = 10000000, REFUSED_MOST = 200 };

static jdoc *read_reply(struct sfmc_upsert *u)
{
	char why[JDOC_WHY];

	return jdoc_parse_reply(buf_span(&u->reply.body), why);
}

/* The request's id, or NULL. The caller frees. */
static char *submit(struct sfmc_upsert *u, const size_t *list, size_t n)
{
	jdoc *doc;
	char *id = NULL;

	buf_clear(&u->body);
	buf_adds(&u->body, "{\"items\":[");
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_addc(&u->body, ',');
		buf_addspan(&u->body, upsert_raw(u, &u->queue[list[i]]));
	}
	buf_adds(&u->body, "]}");
	if (!marketing_call(u->mc, "PUT", u->path, buf_span(&u->body), &u->reply))
		return NULL;
	doc = read_reply(u);
	if (jdoc_text(doc, "requestId", NULL))
		id = mem_text(jdoc_text(doc, "requestId", NULL));
	else
		marketing_fail(u->mc, STATUS_REFUSED, "NO_REQUEST_ID",
		    "%s: the reply has no requestId", u->path);
	jdoc_free(doc);
	return id;
}

/* GET /data/v1/async/ID/WHAT into u->reply. */
static bool ask(struct sfmc_upsert *u, const char *id, const char *what)
{
	struct buf b;
	bool ok;

	buf_init(&b, 4096);
	buf_adds(&b, "/data/v1/async/");
	form_escape(&b, span_of(id));
	buf_addc(&b, '/');
	buf_adds(&b, what);
	ok = marketing_call(u->mc, "GET", buf_str(&b), (struct span){0}, &u->reply);
	buf_free(&b);
	return ok;
}

enum request_state { STATE_MISSING, STATE_WORKS, STATE_ENDED };

static enum request_state state_of(const jdoc *doc)
{
	const char *word = jdoc_text(doc, "status.requestStatus", NULL);

	if (!word)
		return STATE_MISSING;
	return strcmp(word, "Complete") == 0 || strcmp(word, "Error") == 0 ? STATE_ENDED
	                                                                   : STATE_WORKS;
}

/* A request that waits to be picked up has no status, and one that never was has none either. */
static bool wait_for(struct sfmc_upsert *u, const char *id)
{
	int64_t begun = clock_mono();
	struct backoff b;

	backoff_begin(&b, FIRST_US, LONGEST_US, u->o->wait_us > 0 ? u->o->wait_us : 1);
	for (;;) {
		int64_t spent = clock_mono() - begun;
		enum request_state state;
		jdoc *doc;

		if (!ask(u, id, "status"))
			return false;
		doc = read_reply(u);
		state = state_of(doc);
		jdoc_free(doc);
		if (state == STATE_ENDED)
			return true;
		if (state == STATE_MISSING && spent > u->o->grace_us)
			return marketing_fail(u->mc, STATUS_AGAIN, "NOT_PICKED_UP",
			    "request %s: still has no status after --grace", id);
		if (!backoff_wait(&b))
			return marketing_fail(u->mc, STATUS_AGAIN, "NOT_COMPLETE",
			    "request %s: not complete after --wait", id);
	}
}

/* A code comes as a number or as a word. */
static const char *code_of(const jdoc *item, char number[24])
{
	const char *path = jdoc_at(item, "errors.0.errorCode") ? "errors.0.errorCode" : "errorCode";

	snprintf(number, 24, "%jd", (intmax_t)jdoc_int(item, path, 0));
	return jdoc_text(item, path, number);
}

static bool asks_again(const char *message)
{
	return strstr(message, "Rerun the transaction") != NULL;
}

/* One row's result; true when it is to be sent again. */
static bool take_result(struct waiting *w, const jdoc *item, bool last_round)
{
	const char *message = jdoc_text(item, "message", "");
	const char *reason = jdoc_text(item, "errors.0.errorMessage", message);
	char number[24];

	if (strcmp(jdoc_text(item, "status", ""), "OK") == 0) {
		w->outcome = OUTCOME_DONE;
		return false;
	}
	if ((asks_again(message) || asks_again(reason)) && !last_round)
		return true;
	upsert_fail(w, code_of(item, number), reason, jdoc_text(item, "errors.0.name", NULL));
	return false;
}

/* Rows of one request. Those to be sent again are moved to the list's front. */
struct part {
	size_t *list;
	size_t n, again;
	bool last_round;
};

/* One page's items are rows from *at on. */
static bool take_page(struct sfmc_upsert *u, struct part *p, size_t *at)
{
	jdoc *doc = read_reply(u);
	const jdoc *items = jdoc_at(doc, "items");
	size_t count = jdoc_count(items);
	bool ok = jdoc_is_array(items) && count > 0 && count <= p->n - *at &&
	          jdoc_int(doc, "count", (int64_t)p->n) == (int64_t)p->n;

	for (size_t i = 0; ok && i < count; i++, ++*at) {
		size_t row = p->list[*at];

		if (take_result(&u->queue[row], jdoc_item(items, i, NULL), p->last_round))
			p->list[p->again++] = row;
	}
	jdoc_free(doc);
	return ok || marketing_fail(u->mc, STATUS_REFUSED, "RESULTS_UNCLEAR",
	                 "results: not one for each of the %zu rows", p->n);
}

/* The page's number counts pages of the size that the service uses, which may not be ours. */
static bool collect(struct sfmc_upsert *u, const char *id, struct part *p)
{
	size_t at = 0;

	for (size_t page = 1; at < p->n; page++) {
		char what[64];
		jdoc *doc;
		bool right;

		snprintf(what, sizeof what, "results?$page=%zu&$pageSize=%d", page, PAGE);
		if (!ask(u, id, what))
			return false;
		doc = read_reply(u);
		right = jdoc_int(doc, "page", (int64_t)page) == (int64_t)page;
		jdoc_free(doc);
		if (!right)
			return marketing_fail(u->mc, STATUS_REFUSED, "RESULTS_UNCLEAR",
			    "results: page %zu was asked for, another came", page);
		if (!take_page(u, p, &at))
			return false;
	}
	return true;
}

static bool send_part(struct sfmc_upsert *u, size_t *list, size_t n);

/*
 * A whole request was refused (400, 413): for a row of it, unless the reply is not the
 * service's, or is about the extension. The rows go in halves until the one to blame is alone.
 */
static bool is_about_rows(const struct sfmc_upsert *u)
{
	bool said = u->reply.status == 400 && strncmp(u->mc->code, "HTTP_", 5) != 0;

	return (said || u->reply.status == 413) &&
	       strcmp(u->mc->code, "CustomObjectNotFound") != 0 &&
	       strcmp(u->mc->code, "10001") != 0;
}

static bool split(struct sfmc_upsert *u, size_t *list, size_t n)
{
	if (++u->refused > REFUSED_MOST)
		return marketing_fail(u->mc, STATUS_REFUSED, NULL,
		    "more than %d requests were refused: %s", REFUSED_MOST, u->mc->code);
	u->mc->error.status = STATUS_OK;
	if (n == 1) {
		upsert_fail(&u->queue[*list], u->mc->code, u->mc->message, NULL);
		return true;
	}
	u->again += n;
	return send_part(u, list, n / 2) && send_part(u, list + n / 2, n - n / 2);
}

/* One request, until all of its rows have an outcome that stays. */
static bool send_part(struct sfmc_upsert *u, size_t *list, size_t n)
{
	struct part p = {.list = list, .n = n};

	for (int round = 1; p.n > 0; round++) {
		char *id = submit(u, list, p.n);
		bool ok;

		if (!id)
			return is_about_rows(u) && split(u, list, p.n);
		inform(1, "request %s: %zu row%s", id, p.n, p.n == 1 ? "" : "s");
		p.again = 0;
		p.last_round = round == ROUNDS;
		ok = wait_for(u, id) && collect(u, id, &p);
		free(id);
		if (!ok)
			return false;
		p.n = p.again;
		u->again += p.again;
	}
	return true;
}

bool async_send(struct sfmc_upsert *u, size_t n)
{
	return send_part(u, u->list, n);
}
