#include "commit.h"

#include "fold.h"

#include "base/die.h"
#include "json/row.h"
#include "stream/input.h"
#include "wire/crypt.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RELEASE = 1 << 16 }; /* rows */

struct commit {
	const char *path;
	struct diff_state state;
	struct diff_table results, pending, next;
	struct digest digest;
	struct row row;
	struct input in;
	struct crypt_hash *hash; /* of the results */
	uint8_t sum[TABLE_SUM];
	size_t at; /* the next of the results */
	uint64_t asked, done, sent;
	bool before; /* these results were folded in before */
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

static bool read_status(struct commit *c, struct span status, struct diff_entry *e)
{
	static const char *const done[] = {"\"created\"", "\"updated\"", "\"deleted\""};

	for (size_t i = 0; i < sizeof done / sizeof *done; i++)
		e->done |= span_eq(status, span_of(done[i]));
	e->failed = span_eq(status, SPAN("\"failed\""));
	if (!e->done && !e->failed && !span_eq(status, SPAN("\"unprocessed\"")))
		return refuse(c, "field status: not that of a result");
	return true;
}

static bool take_result(struct commit *c)
{
	const struct field *id = row_find(&c->row, SPAN("external_id"));
	const struct field *status = row_find(&c->row, SPAN("status"));
	struct diff_entry e = {.line = c->in.rows};

	if (!id || !status)
		return refuse(c, "not a result: external_id or status is missing");
	if (!read_status(c, status->value, &e))
		return false;
	if (digest_result(&c->digest, id->value, e.key))
		return table_add(&c->results, &e, SPAN("")) || table_fails(c, &c->results);
	return !e.done || refuse(c, "field external_id: not a key");
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
		crypt_hash_add(c->hash, line);
		crypt_hash_add(c->hash, SPAN("\n"));
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

/* No run waits: that is right where these results were the last to be committed. */
static bool is_repeated(struct commit *c)
{
	c->before = memcmp(c->state.now.results, c->sum, TABLE_SUM) == 0;
	return c->before || error_set(c->error, STATUS_CONFIG, "%s: there is no run to commit",
	                        c->state.pending);
}

static bool open_state(struct commit *c)
{
	if (!state_open(&c->state, c->error))
		return false;
	if (!table_load(&c->pending, c->state.pending, TABLE_PENDING))
		return table_fails(c, &c->pending);
	if (c->state.sink &&
	    !state_is_for(&c->state, *c->state.now.sink ? &c->state.now : &c->pending, c->error))
		return false;
	if (!c->pending.there)
		return is_repeated(c);
	c->before = memcmp(c->state.now.base, c->pending.sum, TABLE_SUM) == 0;
	if (c->before)
		return true;
	if (memcmp(c->pending.base, c->state.now.sum, TABLE_SUM) != 0)
		return error_set(c->error, STATUS_CONFIG, "%s: made from another state than %s",
		    c->state.pending, c->state.path);
	return check_age(c);
}

/*
 * What the results say of one key, as a fold_ask; the last line counts. False: a result is of
 * no row of the run.
 */
static bool answer_of(void *ctx, const struct diff_entry *sent, enum fold_answer *answer)
{
	struct commit *c = ctx;
	const struct diff_table *r = &c->results;

	for (*answer = FOLD_NOTHING; c->at < r->n; c->at++) {
		const struct diff_entry *e = &r->entries[c->at];
		int order = memcmp(e->key, sent->key, DIGEST);

		if (order > 0)
			break;
		if (order < 0 && e->done)
			return error_set(c->error, STATUS_DATA,
			    "%s: row %ju: not of the run that waits in %s", c->path,
			    (uintmax_t)e->line, c->state.pending);
		if (order == 0)
			*answer = e->done ? FOLD_DONE : e->failed ? FOLD_FAILED : FOLD_NOTHING;
	}
	if (++c->asked % RELEASE == 0)
		table_release(r);
	c->sent += !sent->carried;
	c->done += !sent->carried && *answer == FOLD_DONE;
	return true;
}

/* No result is of a key after the last one of the run. */
static bool check_rest(struct commit *c)
{
	struct diff_entry last = {.carried = 1};
	enum fold_answer answer;

	memset(last.key, 0xff, sizeof last.key);
	return answer_of(c, &last, &answer);
}

static bool save(struct commit *c)
{
	struct diff_table *next = &c->next;

	if (!fold_run(next, &c->state.now, &c->pending, answer_of, c, c->error) || !check_rest(c))
		return false;
	table_release(&c->results);
	memcpy(next->results, c->sum, TABLE_SUM);
	return table_save(next, c->state.path, TABLE_STATE) || table_fails(c, next);
}

static void tell(const struct commit *c)
{
	char detail[200];

	snprintf(detail, sizeof detail,
	    "%" PRIu64 " of %" PRIu64 " row%s done, %" PRIu64 " key%s kept", c->done, c->sent,
	    c->sent == 1 ? "" : "s", c->next.n, c->next.n == 1 ? "" : "s");
	summarise(
	    &(struct summary){.rows_in = c->in.rows, .bytes = c->in.lines.bytes, .detail = detail});
}

static bool commit(struct commit *c)
{
	if (!table_begin(&c->results))
		return table_fails(c, &c->results);
	if (!read_results(c))
		return false;
	crypt_hash_end(c->hash, c->sum);
	c->hash = NULL;
	if (!table_sort(&c->results))
		return table_fails(c, &c->results);
	if (!open_state(c) || (!c->before && !save(c)))
		return false;
	if (c->pending.there && unlink(c->state.pending) < 0)
		return error_set(c->error, STATUS_IO, "%s: %s", c->state.pending, strerror(errno));
	if (c->before)
		inform(1, "%s: these results were committed before", c->path);
	else
		tell(c);
	return true;
}

enum status commit_run(const struct commit_options *o, struct error *error)
{
	static struct commit c;
	char *const paths[] = {(char *)(uintptr_t)o->results, NULL};
	enum status status;

	c.path = o->results;
	c.error = error;
	c.hash = crypt_hash_new();
	state_init(&c.state, o->state, o->sink);
	digest_init(&c.digest, "external_id");
	input_init(&c.in, paths, o->max_line, false);
	status = commit(&c) && (c.before || c.done == c.sent) ? STATUS_OK : STATUS_REJECTS;
	if (c.hash)
		crypt_hash_end(c.hash, c.sum);
	table_free(&c.next);
	table_free(&c.pending);
	table_free(&c.results);
	state_free(&c.state);
	digest_free(&c.digest);
	row_free(&c.row);
	input_free(&c.in);
	return error->status ? error->status : status;
}
