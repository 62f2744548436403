#include "diff.h"

#include "fold.h"
#include "letters.h"

#include "base/die.h"
#include "base/file.h"
#include "base/guard.h"
#include "base/mem.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

static bool spool_fails(struct error *error, enum status status)
{
	return error_set(error, status, "temporary file: %s", strerror(errno));
}

/* ---- before the first row ---- */

void diff_init(struct diff *d, const struct diff_options *options)
{
	*d = (struct diff){.o = options};
	state_init(&d->state, options->state, options->sink);
	d->now = &d->state.now;
	buf_init(&d->key, SIZE_MAX);
}

static bool is_ours(struct diff *d, const struct diff_table *t, struct error *error)
{
	if (!t->there)
		return true;
	if (memcmp(t->columns, d->pending.columns, DIGEST) != 0)
		return error_set(
		    error, STATUS_CONFIG, "%s: was made with another --key", d->state.path);
	return state_is_for(&d->state, t, error);
}

/* Takes in the run before this one, where its results were not committed. */
static bool take_last(struct diff *d, struct error *error)
{
	const struct diff_table *now = &d->state.now, *last = &d->last;

	if (!table_load(&d->last, d->state.pending, TABLE_PENDING))
		return error_copy(error, &d->last.error);
	if (memcmp(now->base, last->sum, TABLE_SUM) == 0)
		table_free(&d->last);
	if (!is_ours(d, now, error) || !is_ours(d, last, error))
		return false;
	if (last->n == 0)
		return true;
	d->now = &d->folded;
	return fold_run(&d->folded, now, last, NULL, NULL, error);
}

static bool begin_pending(struct diff *d, struct error *error)
{
	if (!table_begin(&d->pending))
		return error_copy(error, &d->pending.error);
	digest_columns(&d->digest, d->pending.columns);
	memcpy(d->pending.base, d->state.now.sum, TABLE_SUM);
	if (d->o->sink)
		snprintf(d->pending.sink, TABLE_NAME, "%s", d->o->sink);
	d->spool = file_temp_stream();
	d->dead = d->spool ? file_temp_stream() : NULL;
	return d->dead || spool_fails(error, STATUS_CREATE);
}

bool diff_open(struct diff *d, char *const *paths, struct error *error)
{
	if (!digest_init(&d->digest, d->o->key))
		return error_set(error, STATUS_USAGE,
		    "--key: must be names of columns, up to 16, with commas between");
	for (; *paths; paths++)
		guard_enter(*paths);
	if (!state_open(&d->state, error) || !letters_guard(d->o->dead_letter, error) ||
	    !begin_pending(d, error) || !take_last(d, error))
		return false;
	d->seen = mem_alloc(d->now->n / 8 + 1);
	return true;
}

/* ---- one row ---- */

static bool spool(struct diff *d, FILE *file, struct span line)
{
	if (fwrite(line.p, 1, line.n, file) != line.n || putc('\n', file) == EOF)
		return spool_fails(&d->error, STATUS_IO);
	return true;
}

static bool pass_on(struct diff *d, const struct diff_entry *e, struct span line)
{
	d->sent++;
	if (!table_add(&d->pending, e, buf_span(&d->key)))
		return error_copy(&d->error, &d->pending.error);
	return spool(d, d->spool, line);
}

static bool twice(struct diff *d, uint64_t first, uint64_t second)
{
	if (first == 0)
		return error_set(&d->error, STATUS_DATA,
		    "row %" PRIu64 ": has the key of an earlier row", second);
	return error_set(
	    &d->error, STATUS_DATA, "row %" PRIu64 ": has the key of row %" PRIu64, second, first);
}

/* Is it the first row of this key, as far as the state knows the key? */
static bool mark_seen(struct diff *d, const struct diff_entry *known)
{
	size_t i = (size_t)(known - d->now->entries);
	uint8_t bit = (uint8_t)(1 << i % 8);

	if (d->seen[i / 8] & bit)
		return twice(d, 0, d->rows);
	d->seen[i / 8] |= bit;
	return true;
}

/* Was this very row, or key that is gone, refused too often? */
static bool is_dead(
    const struct diff *d, const struct diff_entry *known, const struct diff_entry *e)
{
	return d->o->dead_letter && !d->o->all && !known->unknown && known->fails >= d->o->after &&
	       memcmp(table_refused(d->now, known), fold_content(e), DIGEST) == 0;
}

/* What did not arrive before goes out again, and is no change that a guard counts. */
static bool is_backlog(const struct diff_entry *known)
{
	return known->unknown || known->absent || known->fails > 0;
}

/* Is it to go out? Counts it. */
static bool judge(struct diff *d, const struct diff_entry *known, const struct diff_entry *e)
{
	bool same =
	    known && !known->unknown && !known->absent && memcmp(known->row, e->row, DIGEST) == 0;

	if (!known)
		d->fresh++;
	else if (same)
		d->same++;
	else if (is_backlog(known))
		d->again++;
	else
		d->changed++;
	return !same || d->o->all;
}

static bool compare(struct diff *d, const struct row *row, struct diff_entry *e, struct span line)
{
	const struct diff_entry *known;

	digest_row(&d->digest, row, e->row);
	known = table_find(d->now, e->key);
	if (known && !mark_seen(d, known))
		return false;
	if (known && is_dead(d, known, e)) {
		d->dead_rows++;
		return spool(d, d->dead, line);
	}
	return !judge(d, known, e) || pass_on(d, e, line);
}

enum step diff_step(
    void *ctx, const struct row *row, struct span line, struct buf *out, struct bad *bad)
{
	struct diff *d = ctx;
	struct diff_entry e = {.line = ++d->rows};

	(void)out;
	buf_clear(&d->key);
	bad->reason = digest_key(&d->digest, row, e.key, &d->key, &bad->field);
	if (bad->reason)
		return STEP_BAD;
	bad->error = &d->error;
	return compare(d, row, &e, line) ? STEP_SKIP : STEP_FAIL;
}

/* ---- after the last ---- */

static void make_gone_line(struct diff *d, const struct diff_entry *known, struct buf *line)
{
	buf_clear(&d->key);
	buf_addspan(&d->key, table_text(d->now, known));
	buf_clear(line);
	buf_addc(line, '{');
	buf_addspan(line, buf_span(&d->key));
	buf_adds(line, ",\"@deleted\":true}");
}

/* A key that no row had: {"lead_id":"L-1","@deleted":true} */
static bool tell_gone(struct diff *d, const struct diff_entry *known, struct buf *line)
{
	struct diff_entry e = {.gone = 1, .line = d->rows + d->sent + 1};

	memcpy(e.key, known->key, DIGEST);
	memcpy(e.row, known->row, DIGEST);
	make_gone_line(d, known, line);
	if (is_dead(d, known, &e)) {
		d->dead_rows++;
		return spool(d, d->dead, buf_span(line));
	}
	d->gone += !is_backlog(known);
	d->again += is_backlog(known);
	return pass_on(d, &e, buf_span(line));
}

static bool was_seen(const struct diff *d, const struct diff_entry *known)
{
	size_t i = (size_t)(known - d->now->entries);

	return d->seen[i / 8] & 1 << i % 8;
}

static bool take_gone(struct diff *d)
{
	const struct diff_table *now = d->now;
	struct buf line;
	bool ok = true;

	buf_init(&line, SIZE_MAX);
	for (size_t i = 0; ok && d->o->deleted && i < now->n; i++)
		if (!was_seen(d, &now->entries[i]) && !now->entries[i].absent)
			ok = tell_gone(d, &now->entries[i], &line);
	buf_free(&line);
	return ok;
}

/* What the run before sent, and this one does not, stays unknown until it is answered. */
static bool carry(struct diff *d)
{
	const struct diff_table *last = &d->last;
	bool ok = true;

	for (size_t i = 0; ok && !d->o->deleted && i < last->n; i++) {
		struct diff_entry e = last->entries[i];

		if (was_seen(d, table_find(d->now, e.key)))
			continue;
		e.line = d->rows + i + 1;
		e.carried = 1;
		ok = table_add(&d->pending, &e, table_text(last, &last->entries[i]));
	}
	return ok || error_copy(&d->error, &d->pending.error);
}

static bool sort_pending(struct diff *d)
{
	const struct diff_table *t = &d->pending;

	table_release(d->now);
	table_release(&d->last);
	if (!table_sort(&d->pending))
		return error_copy(&d->error, &t->error);
	for (size_t i = 1; i < t->n; i++)
		if (memcmp(t->entries[i - 1].key, t->entries[i].key, DIGEST) == 0)
			return twice(d, t->entries[i - 1].line, t->entries[i].line);
	return true;
}

static uint64_t count_known(const struct diff_table *t)
{
	uint64_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += !t->entries[i].absent;
	table_release(t);
	return n;
}

static bool guard(struct diff *d, const char *option, double most, uint64_t n, uint64_t known)
{
	if (most < 0 || known == 0 || (double)n * 100 <= most * (double)known)
		return true;
	return error_set(&d->error, STATUS_DATA,
	    "%s: %" PRIu64 " of %" PRIu64 " rows would go out, more than %g %%; nothing was "
	    "written: look at the input, and if it is right, run once without %s",
	    option, n, known, most, option);
}

/* Before the sink has anything, all is new, and all may go. */
static bool not_too_much(struct diff *d)
{
	uint64_t known = count_known(d->now);

	return guard(d, "--max-change", d->o->max_change, d->changed + d->gone, known) &&
	       guard(d, "--max-gone", d->o->max_gone, d->gone, known) &&
	       guard(d, "--max-new", d->o->max_new, d->fresh, known);
}

static bool keep_pending(struct diff *d)
{
	if (fflush(d->spool) != 0)
		return spool_fails(&d->error, STATUS_IO);
	return table_save(&d->pending, d->state.pending, TABLE_PENDING) ||
	       error_copy(&d->error, &d->pending.error);
}

static bool write_rows(struct diff *d, struct out *out)
{
	char *line = NULL;
	size_t cap = 0;
	uint64_t left = d->sent;

	rewind(d->spool);
	errno = 0;
	for (; left > 0 && out->error == 0; left--) {
		ssize_t n = getline(&line, &cap, d->spool);

		if (n <= 0)
			break;
		out_line(out, (struct span){line, (size_t)n - 1});
	}
	free(line);
	if (left > 0 && out->error == 0) {
		errno = errno ? errno : EIO;
		return spool_fails(&d->error, STATUS_IO);
	}
	return out_flush(out);
}

/* Keys are gone only when all rows came: an empty stream that nobody ended says nothing. */
static bool may_tell_gone(struct diff *d, const struct filter *f)
{
	if (!d->o->deleted || d->rows > 0 || f->in.ended)
		return true;
	return error_set(&d->error, STATUS_UPSTREAM,
	    "--deleted: no rows and no end record came, so nothing can be said to be gone");
}

static bool keep_letters(struct diff *d)
{
	if (!d->o->dead_letter)
		return true;
	if (d->dead_rows > 0)
		warn("%s: rows that the sink refused %u times: %" PRIu64, d->o->dead_letter,
		    d->o->after, d->dead_rows);
	return letters_keep(d->dead, d->o->dead_letter, &d->error);
}

static void say(struct diff *d, struct filter *f)
{
	snprintf(d->detail, sizeof d->detail,
	    "%" PRIu64 " new, %" PRIu64 " changed, %" PRIu64 " gone, %" PRIu64 " again, %" PRIu64
	    " unchanged, %" PRIu64 " dead letters",
	    d->fresh, d->changed, d->gone, d->again, d->same, d->dead_rows);
	f->detail = d->detail;
}

/* The lock is given back before stdout ends, so that a --commit after the sink finds it free. */
bool diff_last(void *ctx, struct filter *f)
{
	struct diff *d = ctx;

	if (!may_tell_gone(d, f) || !take_gone(d) || !carry(d) || !sort_pending(d) ||
	    !not_too_much(d) || !keep_letters(d) || !keep_pending(d) || !write_rows(d, &f->out))
		return d->error.status && error_copy(&f->error, &d->error);
	say(d, f);
	state_unlock(&d->state);
	return true;
}

void diff_free(struct diff *d)
{
	if (d->spool)
		fclose(d->spool);
	if (d->dead)
		fclose(d->dead);
	free(d->seen);
	table_free(&d->pending);
	table_free(&d->folded);
	table_free(&d->last);
	state_free(&d->state);
	digest_free(&d->digest);
	buf_free(&d->key);
}
