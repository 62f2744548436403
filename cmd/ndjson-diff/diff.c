#include "diff.h"

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
	state_init(&d->state, options->state);
	buf_init(&d->key, SIZE_MAX);
}

static bool same_columns(struct diff *d, struct error *error)
{
	digest_columns(&d->digest, d->pending.columns);
	if (!d->state.now.there || memcmp(d->state.now.columns, d->pending.columns, DIGEST) == 0)
		return true;
	return error_set(error, STATUS_CONFIG, "%s: was made with another --key", d->state.path);
}

bool diff_open(struct diff *d, char *const *paths, struct error *error)
{
	if (!digest_init(&d->digest, d->o->key))
		return error_set(error, STATUS_USAGE,
		    "--key: must be names of columns, up to 16, with commas between");
	for (; *paths; paths++)
		guard_enter(*paths);
	if (!state_open(&d->state, error))
		return false;
	if (!table_begin(&d->pending))
		return error_copy(error, &d->pending.error);
	memcpy(d->pending.base, d->state.now.sum, TABLE_SUM);
	d->seen = mem_alloc(d->state.now.n / 8 + 1);
	d->spool = file_temp_stream();
	return d->spool ? same_columns(d, error) : spool_fails(error, STATUS_CREATE);
}

/* ---- one row ---- */

static bool pass_on(struct diff *d, const struct diff_entry *e, struct span line)
{
	if (!table_add(&d->pending, e, buf_span(&d->key)))
		return error_copy(&d->error, &d->pending.error);
	if (fwrite(line.p, 1, line.n, d->spool) != line.n || putc('\n', d->spool) == EOF)
		return spool_fails(&d->error, STATUS_IO);
	return true;
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
	size_t i = (size_t)(known - d->state.now.entries);
	uint8_t bit = (uint8_t)(1 << i % 8);

	if (d->seen[i / 8] & bit)
		return twice(d, 0, d->rows);
	d->seen[i / 8] |= bit;
	return true;
}

static bool compare(struct diff *d, const struct row *row, struct diff_entry *e, struct span line)
{
	const struct diff_entry *known;

	digest_row(&d->digest, row, e->row);
	known = table_find(&d->state.now, e->key);
	if (known && !mark_seen(d, known))
		return false;
	if (known && memcmp(known->row, e->row, DIGEST) == 0) {
		d->same++;
		return true;
	}
	d->fresh += !known;
	d->changed += known != NULL;
	return pass_on(d, e, line);
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

/* Keys that no row had: {"lead_id":"L-1","@deleted":true} */
static bool take_gone(struct diff *d)
{
	const struct diff_table *now = &d->state.now;
	struct buf line;
	bool ok = true;

	buf_init(&line, SIZE_MAX);
	for (size_t i = 0; ok && d->o->deleted && i < now->n; i++) {
		struct diff_entry e = now->entries[i];

		if (d->seen[i / 8] & 1 << i % 8)
			continue;
		buf_clear(&d->key);
		buf_add(&d->key, now->texts + e.text, e.text_n);
		buf_clear(&line);
		buf_addc(&line, '{');
		buf_addspan(&line, buf_span(&d->key));
		buf_adds(&line, ",\"@deleted\":true}");
		e.line = d->rows + ++d->gone;
		e.gone = 1;
		ok = pass_on(d, &e, buf_span(&line));
	}
	buf_free(&line);
	return ok;
}

static bool sort_pending(struct diff *d)
{
	const struct diff_table *t = &d->pending;

	if (!table_sort(&d->pending))
		return error_copy(&d->error, &t->error);
	for (size_t i = 1; i < t->n; i++)
		if (memcmp(t->entries[i - 1].key, t->entries[i].key, DIGEST) == 0)
			return twice(d, t->entries[i - 1].line, t->entries[i].line);
	return true;
}

/* The first run sends all there is; from then on the guard holds. */
static bool not_too_much(struct diff *d)
{
	uint64_t all = d->state.now.n > d->rows ? d->state.now.n : d->rows;

	if (d->o->max_change < 0 || !d->state.now.there ||
	    (double)d->pending.n * 100 <= d->o->max_change * (double)all)
		return true;
	return error_set(&d->error, STATUS_DATA,
	    "--max-change: %" PRIu64 " of %" PRIu64 " rows would go out, more than %g %%",
	    d->pending.n, all, d->o->max_change);
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
	uint64_t left = d->pending.n;

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

static void say(struct diff *d, struct filter *f)
{
	snprintf(d->detail, sizeof d->detail,
	    "%" PRIu64 " new, %" PRIu64 " changed, %" PRIu64 " gone, %" PRIu64 " unchanged",
	    d->fresh, d->changed, d->gone, d->same);
	f->detail = d->detail;
}

/* The lock is given back before stdout ends, so that a --commit after the sink finds it free. */
bool diff_last(void *ctx, struct filter *f)
{
	struct diff *d = ctx;

	if (!may_tell_gone(d, f) || !take_gone(d) || !sort_pending(d) || !not_too_much(d) ||
	    !keep_pending(d) || !write_rows(d, &f->out))
		return d->error.status && error_copy(&f->error, &d->error);
	say(d, f);
	state_unlock(&d->state);
	return true;
}

void diff_free(struct diff *d)
{
	if (d->spool)
		fclose(d->spool);
	free(d->seen);
	table_free(&d->pending);
	state_free(&d->state);
	digest_free(&d->digest);
	buf_free(&d->key);
}
