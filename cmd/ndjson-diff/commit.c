#include "commit.h"

#include "stream/input.h"
#include "json/row.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

struct commit {
	const char *path;
	struct state state;
	struct table results, pending, next;
	struct digest digest;
	struct row row;
	struct input in;
	uint64_t done;
};

static _Noreturn void refuse(const struct commit *c, const char *why)
{
	die(STATUS_DATA, "%s:%" PRIu64 ": %s", c->in.lines.name, c->in.lines.number, why);
}

static void must(const struct table *t, bool ok)
{
	if (!ok)
		die(t->status, "%s", t->why);
}

/* ---- the results ---- */

static bool is_done(const struct commit *c, struct span status)
{
	static const char *const done[] = {"\"created\"", "\"updated\"", "\"deleted\""};

	for (size_t i = 0; i < sizeof done / sizeof *done; i++)
		if (span_eq(status, span_of(done[i])))
			return true;
	if (!span_eq(status, SPAN("\"failed\"")) && !span_eq(status, SPAN("\"unprocessed\"")))
		refuse(c, "field status: not that of a result");
	return false;
}

static void take_result(struct commit *c)
{
	const struct field *id = row_find(&c->row, SPAN("external_id"));
	const struct field *status = row_find(&c->row, SPAN("status"));
	struct entry e = {.line = c->in.rows};

	if (!id || !status)
		refuse(c, "not a result: external_id or status is missing");
	e.done = is_done(c, status->value);
	if (digest_result(&c->digest, id->value, e.key))
		must(&c->results, table_add(&c->results, &e, SPAN("")));
	else if (e.done)
		refuse(c, "field external_id: no key");
}

static void read_results(struct commit *c)
{
	struct span line;

	while (input_next(&c->in, &line)) {
		const char *why = row_parse(&c->row, line);

		if (why && input_was_cut(&c->in))
			break;
		if (why)
			refuse(c, why);
		take_result(c);
	}
	if (c->in.status == STATUS_UPSTREAM || (c->in.status && c->in.lines.cut))
		warn("%s; what it reports as done counts", c->in.why);
	else if (c->in.status)
		die(c->in.status, "%s", c->in.why);
}

/*
 * Results that were there before the run's rows went out are another run's. An empty file says
 * nothing: a shell makes it before the run begins.
 */
static void check_age(const struct commit *c)
{
	bool standard = strcmp(c->path, "-") == 0;
	struct stat results, pending;

	if ((standard ? fstat(STDIN_FILENO, &results) : stat(c->path, &results)) < 0 ||
	    !S_ISREG(results.st_mode) || results.st_size == 0 ||
	    stat(c->state.pending, &pending) < 0)
		return;
	if (results.st_mtim.tv_sec < pending.st_mtim.tv_sec ||
	    (results.st_mtim.tv_sec == pending.st_mtim.tv_sec &&
	        results.st_mtim.tv_nsec < pending.st_mtim.tv_nsec))
		die(STATUS_DATA, "%s: older than the run that waits in %s", c->path,
		    c->state.pending);
}

/* ---- the fold ---- */

/* False: that run was folded in before, by a --commit that was killed before it could say so. */
static bool open_state(struct commit *c, const char *path)
{
	if (!state_open(&c->state, path))
		die(c->state.status, "%s", c->state.why);
	must(&c->pending, table_load(&c->pending, c->state.pending, TABLE_PENDING));
	if (!c->pending.there)
		die(STATUS_CONFIG, "%s: there is no run to commit", c->state.pending);
	if (memcmp(c->state.now.base, c->pending.sum, TABLE_SUM) == 0)
		return false;
	if (memcmp(c->pending.base, c->state.now.sum, TABLE_SUM) != 0)
		die(STATUS_CONFIG, "%s: made from another state than %s", c->state.pending, path);
	check_age(c);
	return true;
}

/* What the results, from *at on, say of one key; *at moves behind it. The last line counts. */
static bool reported(struct commit *c, const struct entry *run, size_t *at)
{
	const struct table *r = &c->results;
	bool done = false;

	for (; *at < r->n; ++*at) {
		int order = memcmp(r->entries[*at].key, run->key, DIGEST);

		if (order > 0)
			break;
		if (order < 0 && r->entries[*at].done)
			die(STATUS_DATA, "%s: row %ju: not of the run that waits in %s", c->path,
			    (uintmax_t)r->entries[*at].line, c->state.pending);
		done = order == 0 && r->entries[*at].done;
	}
	return done;
}

static void keep(struct commit *c, const struct table *from, const struct entry *e)
{
	struct entry kept = *e;
	struct span text = {from->texts + e->text, e->text_n};

	kept.line = 0;
	kept.done = 0;
	must(&c->next, table_add(&c->next, &kept, text));
}

/* State and run are both sorted: one pass over the two. */
static void fold(struct commit *c)
{
	struct entry last = {0};
	const struct table *now = &c->state.now, *run = &c->pending;
	size_t old = 0, at = 0;

	for (size_t i = 0; i < run->n; i++) {
		const struct entry *e = &run->entries[i];
		bool done = reported(c, e, &at), known;

		while (old < now->n && memcmp(now->entries[old].key, e->key, DIGEST) < 0)
			keep(c, now, &now->entries[old++]);
		known = old < now->n && memcmp(now->entries[old].key, e->key, DIGEST) == 0;
		if (done && !e->gone)
			keep(c, run, e);
		else if (!done && known)
			keep(c, now, &now->entries[old]);
		old += known;
		c->done += done;
	}
	while (old < now->n)
		keep(c, now, &now->entries[old++]);
	memset(last.key, 0xff, sizeof last.key);
	reported(c, &last, &at);
}

static void save(struct commit *c)
{
	must(&c->next, table_begin(&c->next));
	fold(c);
	must(&c->next, table_sort(&c->next));
	memcpy(c->next.columns, c->pending.columns, DIGEST);
	memcpy(c->next.base, c->pending.sum, TABLE_SUM);
	must(&c->next, table_save(&c->next, c->state.path, TABLE_STATE));
}

static enum status conclude(struct commit *c)
{
	char detail[200];

	if (unlink(c->state.pending) < 0)
		die(STATUS_IO, "%s: %s", c->state.pending, strerror(errno));
	snprintf(detail, sizeof detail,
	    "%" PRIu64 " of %" PRIu64 " row%s done, %" PRIu64 " key%s kept", c->done, c->pending.n,
	    c->pending.n == 1 ? "" : "s", c->next.n, c->next.n == 1 ? "" : "s");
	summarise(
	    &(struct summary){.rows_in = c->in.rows, .bytes = c->in.lines.bytes, .detail = detail});
	return c->done < c->pending.n ? STATUS_REJECTS : STATUS_OK;
}

enum status commit_run(const char *state, const char *path, size_t max_line)
{
	static struct commit c;
	char *const paths[] = {(char *)(uintptr_t)path, NULL};
	enum status status = STATUS_OK;

	c.path = path;
	must(&c.results, table_begin(&c.results));
	digest_init(&c.digest, "external_id");
	input_init(&c.in, paths, max_line, false);
	read_results(&c);
	must(&c.results, table_sort(&c.results));
	if (open_state(&c, state)) {
		save(&c);
		status = conclude(&c);
	} else if (unlink(c.state.pending) < 0) {
		die(STATUS_IO, "%s: %s", c.state.pending, strerror(errno));
	} else {
		inform(1, "%s: was folded in before", c.state.pending);
	}
	table_free(&c.next);
	table_free(&c.pending);
	table_free(&c.results);
	state_close(&c.state);
	digest_free(&c.digest);
	row_free(&c.row);
	input_free(&c.in);
	return status;
}
