#include "commit.h"

#include "base/die.h"

#include "stream/input.h"
#include "json/row.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

struct commit {
	const char *path;
	struct diff_state state;
	struct diff_table results, pending, next;
	struct digest digest;
	struct row row;
	struct input in;
	uint64_t done;
	bool
	    before; /* the run was folded in by a --commit that was killed before it could say so */
	struct error *error;
};

static bool refuse(struct commit *c, const char *why)
{
	return error_set(
	    c->error, STATUS_DATA, "%s:%" PRIu64 ": %s", c->in.lines.name, c->in.lines.number, why);
}

static bool table_fails(struct commit *c, const struct diff_table *t)
{
	return error_copy(c->error, &t->error);
}

/* ---- the results ---- */

static bool read_status(struct commit *c, struct span status, bool *is_done)
{
	static const char *const done[] = {"\"created\"", "\"updated\"", "\"deleted\""};

	*is_done = false;
	for (size_t i = 0; i < sizeof done / sizeof *done; i++)
		*is_done |= span_eq(status, span_of(done[i]));
	if (!*is_done && !span_eq(status, SPAN("\"failed\"")) &&
	    !span_eq(status, SPAN("\"unprocessed\"")))
		return refuse(c, "field status: not that of a result");
	return true;
}

static bool take_result(struct commit *c)
{
	const struct field *id = row_find(&c->row, SPAN("external_id"));
	const struct field *status = row_find(&c->row, SPAN("status"));
	struct diff_entry e = {.line = c->in.rows};
	bool done;

	if (!id || !status)
		return refuse(c, "not a result: external_id or status is missing");
	if (!read_status(c, status->value, &done))
		return false;
	e.done = done;
	if (digest_result(&c->digest, id->value, e.key))
		return table_add(&c->results, &e, SPAN("")) || table_fails(c, &c->results);
	return !done || refuse(c, "field external_id: not a key");
}

static bool read_results(struct commit *c)
{
	struct span line;

	while (input_next(&c->in, &line)) {
		const char *why = row_parse(&c->row, line);

		if (why && input_was_cut(&c->in))
			break;
		if (why)
			return refuse(c, why);
		if (!take_result(c))
			return false;
	}
	if (c->in.error.status && (c->in.relayed || c->in.lines.cut))
		warn("%s; what it reports as done counts", c->in.error.text);
	else if (c->in.error.status)
		return error_copy(c->error, &c->in.error);
	return true;
}

/*
 * Results that were there before the run's rows went out are another run's. An empty file says
 * nothing: a shell makes it before the run begins.
 */
static bool check_age(struct commit *c)
{
	bool standard = strcmp(c->path, "-") == 0;
	struct stat results, pending;

	if ((standard ? fstat(STDIN_FILENO, &results) : stat(c->path, &results)) < 0 ||
	    !S_ISREG(results.st_mode) || results.st_size == 0 ||
	    stat(c->state.pending, &pending) < 0)
		return true;
	if (results.st_mtim.tv_sec < pending.st_mtim.tv_sec ||
	    (results.st_mtim.tv_sec == pending.st_mtim.tv_sec &&
	        results.st_mtim.tv_nsec < pending.st_mtim.tv_nsec))
		return error_set(c->error, STATUS_DATA, "%s: older than the run that waits in %s",
		    c->path, c->state.pending);
	return true;
}

/* ---- the fold ---- */

static bool open_state(struct commit *c)
{
	if (!state_open(&c->state, c->error))
		return false;
	if (!table_load(&c->pending, c->state.pending, TABLE_PENDING))
		return table_fails(c, &c->pending);
	if (!c->pending.there)
		return error_set(
		    c->error, STATUS_CONFIG, "%s: there is no run to commit", c->state.pending);
	c->before = memcmp(c->state.now.base, c->pending.sum, TABLE_SUM) == 0;
	if (c->before)
		return true;
	if (memcmp(c->pending.base, c->state.now.sum, TABLE_SUM) != 0)
		return error_set(c->error, STATUS_CONFIG, "%s: made from another state than %s",
		    c->state.pending, c->state.path);
	return check_age(c);
}

/*
 * What the results, from *at on, say of one key; *at moves past it. The last line counts.
 * False: a result is of no row of that run.
 */
static bool reported(struct commit *c, const struct diff_entry *run, size_t *at, bool *done)
{
	const struct diff_table *r = &c->results;

	for (*done = false; *at < r->n; ++*at) {
		int order = memcmp(r->entries[*at].key, run->key, DIGEST);

		if (order > 0)
			break;
		if (order < 0 && r->entries[*at].done)
			return error_set(c->error, STATUS_DATA,
			    "%s: row %ju: not of the run that waits in %s", c->path,
			    (uintmax_t)r->entries[*at].line, c->state.pending);
		*done = order == 0 && r->entries[*at].done;
	}
	return true;
}

static bool keep(struct commit *c, const struct diff_table *from, const struct diff_entry *e)
{
	struct diff_entry kept = *e;
	struct span text = {from->texts + e->text, e->text_n};

	kept.line = 0;
	kept.done = 0;
	return table_add(&c->next, &kept, text) || table_fails(c, &c->next);
}

static bool keep_until(struct commit *c, const uint8_t *key, size_t *old)
{
	const struct diff_table *now = &c->state.now;

	while (*old < now->n && (!key || memcmp(now->entries[*old].key, key, DIGEST) < 0))
		if (!keep(c, now, &now->entries[(*old)++]))
			return false;
	return true;
}

static bool fold_row(struct commit *c, const struct diff_entry *e, size_t *old, size_t *at)
{
	const struct diff_table *now = &c->state.now;
	bool done, known;

	if (!reported(c, e, at, &done) || !keep_until(c, e->key, old))
		return false;
	known = *old < now->n && memcmp(now->entries[*old].key, e->key, DIGEST) == 0;
	c->done += done;
	*old += known;
	if (done && !e->gone)
		return keep(c, &c->pending, e);
	return done || !known || keep(c, now, &now->entries[*old - 1]);
}

/* State and run are both sorted: one pass over the two. */
static bool fold(struct commit *c)
{
	struct diff_entry last = {0};
	size_t old = 0, at = 0;
	bool done;

	for (size_t i = 0; i < c->pending.n; i++)
		if (!fold_row(c, &c->pending.entries[i], &old, &at))
			return false;
	memset(last.key, 0xff, sizeof last.key);
	return keep_until(c, NULL, &old) && reported(c, &last, &at, &done);
}

static bool save(struct commit *c)
{
	struct diff_table *next = &c->next;

	if (!table_begin(next))
		return table_fails(c, next);
	if (!fold(c))
		return false;
	if (!table_sort(next))
		return table_fails(c, next);
	memcpy(next->columns, c->pending.columns, DIGEST);
	memcpy(next->base, c->pending.sum, TABLE_SUM);
	return table_save(next, c->state.path, TABLE_STATE) || table_fails(c, next);
}

static void tell(const struct commit *c)
{
	char detail[200];

	snprintf(detail, sizeof detail,
	    "%" PRIu64 " of %" PRIu64 " row%s done, %" PRIu64 " key%s kept", c->done, c->pending.n,
	    c->pending.n == 1 ? "" : "s", c->next.n, c->next.n == 1 ? "" : "s");
	summarise(
	    &(struct summary){.rows_in = c->in.rows, .bytes = c->in.lines.bytes, .detail = detail});
}

static bool commit(struct commit *c)
{
	if (!table_begin(&c->results))
		return table_fails(c, &c->results);
	if (!read_results(c))
		return false;
	if (!table_sort(&c->results))
		return table_fails(c, &c->results);
	if (!open_state(c) || (!c->before && !save(c)))
		return false;
	if (unlink(c->state.pending) < 0)
		return error_set(c->error, STATUS_IO, "%s: %s", c->state.pending, strerror(errno));
	if (c->before)
		inform(1, "%s: was folded in before", c->state.pending);
	else
		tell(c);
	return true;
}

enum status commit_run(const char *state, const char *path, size_t max_line, struct error *error)
{
	static struct commit c;
	char *const paths[] = {(char *)(uintptr_t)path, NULL};
	enum status status;

	c.path = path;
	c.error = error;
	state_init(&c.state, state);
	digest_init(&c.digest, "external_id");
	input_init(&c.in, paths, max_line, false);
	status = commit(&c) && (c.before || c.done == c.pending.n) ? STATUS_OK : STATUS_REJECTS;
	table_free(&c.next);
	table_free(&c.pending);
	table_free(&c.results);
	state_free(&c.state);
	digest_free(&c.digest);
	row_free(&c.row);
	input_free(&c.in);
	return error->status ? error->status : status;
}
