#include "diff.h"

#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

enum { PROGRESS_ROWS = 4096 };

static bool fail(struct diff *d, enum status status, const char *why)
{
	d->status = status;
	snprintf(d->why, sizeof d->why, "%s", why);
	return false;
}

static bool spool_fails(struct diff *d, enum status status)
{
	char why[300];

	snprintf(why, sizeof why, "spool file: %s", strerror(errno));
	return fail(d, status, why);
}

/* ---- before the first row ---- */

static bool open_spool(struct diff *d)
{
	d->spool = file_temp_stream();
	return d->spool || spool_fails(d, STATUS_CREATE);
}

static bool same_columns(struct diff *d)
{
	char why[TABLE_WHY];

	digest_columns(&d->digest, d->pending.columns);
	if (!d->state.now.there || memcmp(d->state.now.columns, d->pending.columns, DIGEST) == 0)
		return true;
	snprintf(why, sizeof why, "%s: made with another --key", d->state.path);
	return fail(d, STATUS_CONFIG, why);
}

static bool begin(struct diff *d)
{
	const struct diff_options *o = d->o;

	input_init(&d->in, o->paths, o->max_line, o->seal);
	reject_init(&d->reject, o->rejects, o->max_rejects);
	buf_init(&d->key, SIZE_MAX);
	if (!digest_init(&d->digest, o->key))
		return fail(d, STATUS_USAGE,
		    "--key: must be names of columns, up to 16, with commas between");
	if (d->reject.status)
		return fail(d, d->reject.status, d->reject.why);
	if (!state_open(&d->state, o->state))
		return fail(d, d->state.status, d->state.why);
	if (!table_begin(&d->pending))
		return fail(d, d->pending.status, d->pending.why);
	memcpy(d->pending.base, d->state.now.sum, TABLE_SUM);
	d->seen = mem_alloc(d->state.now.n / 8 + 1);
	return open_spool(d) && same_columns(d);
}

/* ---- one row ---- */

static bool pass_on(struct diff *d, const struct entry *e, struct span line)
{
	if (!table_add(&d->pending, e, buf_span(&d->key)))
		return fail(d, d->pending.status, d->pending.why);
	if (fwrite(line.p, 1, line.n, d->spool) != line.n || putc('\n', d->spool) == EOF)
		return spool_fails(d, STATUS_IO);
	return true;
}

static bool refuse(
    struct diff *d, struct span column, const char *why, struct span line, bool is_json)
{
	const struct lines *l = &d->in.lines;
	struct bad bad = {.field = column, .reason = why};

	if (!is_json && input_was_cut(&d->in))
		return fail(d, d->in.status, d->in.why);
	return reject_row(&d->reject, l->name, l->number, &bad, line, is_json) ||
	       fail(d, d->reject.status, d->reject.why);
}

static bool twice(struct diff *d, uint64_t first, uint64_t second)
{
	char why[200];

	snprintf(
	    why, sizeof why, "row %" PRIu64 ": the key of row %" PRIu64 " again", second, first);
	if (first == 0)
		snprintf(
		    why, sizeof why, "row %" PRIu64 ": the key of an earlier row again", second);
	return fail(d, STATUS_DATA, why);
}

/* Is it the first row of this key, as far as the state knows the key? */
static bool mark_seen(struct diff *d, const struct entry *known)
{
	size_t i = (size_t)(known - d->state.now.entries);
	uint8_t bit = (uint8_t)(1 << i % 8);

	if (d->seen[i / 8] & bit)
		return twice(d, 0, d->in.rows);
	d->seen[i / 8] |= bit;
	return true;
}

static bool take_row(struct diff *d, struct span line)
{
	const char *why = row_parse(&d->row, line);
	struct entry e = {.line = d->in.rows};
	const struct entry *known;
	struct span column = d->row.bad;

	if (why)
		return refuse(d, column, why, line, false);
	buf_clear(&d->key);
	why = digest_key(&d->digest, &d->row, e.key, &d->key, &column);
	if (why)
		return refuse(d, column, why, line, true);
	digest_row(&d->digest, &d->row, e.row);
	known = table_find(&d->state.now, e.key);
	if (known && !mark_seen(d, known))
		return false;
	if (known && memcmp(known->row, e.row, DIGEST) == 0) {
		d->same++;
		return true;
	}
	d->fresh += !known;
	d->changed += known != NULL;
	return pass_on(d, &e, line);
}

static bool take_rows(struct diff *d)
{
	struct span line;

	while (input_next(&d->in, &line)) {
		if (!take_row(d, line))
			return false;
		if (d->in.rows % PROGRESS_ROWS == 0)
			progress("rows: %ju", (uintmax_t)d->in.rows);
	}
	return !d->in.status || fail(d, d->in.status, d->in.why);
}

/* ---- after the last ---- */

/* Keys that no row had: {"lead_id":"L-1","@deleted":true} */
static bool take_gone(struct diff *d)
{
	const struct table *now = &d->state.now;
	struct buf line;
	bool ok = true;

	buf_init(&line, SIZE_MAX);
	for (size_t i = 0; ok && d->o->deleted && i < now->n; i++) {
		struct entry e = now->entries[i];

		if (d->seen[i / 8] & 1 << i % 8)
			continue;
		buf_clear(&d->key);
		buf_add(&d->key, now->texts + e.text, e.text_n);
		buf_clear(&line);
		buf_addc(&line, '{');
		buf_addspan(&line, buf_span(&d->key));
		buf_adds(&line, ",\"@deleted\":true}");
		e.line = d->in.rows + ++d->gone;
		e.gone = 1;
		ok = pass_on(d, &e, buf_span(&line));
	}
	buf_free(&line);
	return ok;
}

static bool keys_are_unique(struct diff *d)
{
	const struct table *t = &d->pending;

	for (size_t i = 1; i < t->n; i++)
		if (memcmp(t->entries[i - 1].key, t->entries[i].key, DIGEST) == 0)
			return twice(d, t->entries[i - 1].line, t->entries[i].line);
	return true;
}

/* The first run sends all there is; from then on the guard holds. */
static bool not_too_much(struct diff *d)
{
	uint64_t all = d->state.now.n > d->in.rows ? d->state.now.n : d->in.rows;
	char why[200];

	if (d->o->max_change < 0 || !d->state.now.there ||
	    (double)d->pending.n * 100 <= d->o->max_change * (double)all)
		return true;
	snprintf(why, sizeof why,
	    "--max-change: %" PRIu64 " of %" PRIu64 " rows would go out, more than %g %%",
	    d->pending.n, all, d->o->max_change);
	return fail(d, STATUS_DATA, why);
}

static bool keep_pending(struct diff *d)
{
	return table_save(&d->pending, d->state.pending, TABLE_PENDING) ||
	       fail(d, d->pending.status, d->pending.why);
}

static bool write_rows(struct diff *d)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	rewind(d->spool);
	while (d->out.error == 0 && (n = getline(&line, &cap, d->spool)) > 0)
		out_line(&d->out, (struct span){line, (size_t)n - 1});
	free(line);
	return ferror(d->spool) ? spool_fails(d, STATUS_IO) : d->out.error == 0;
}

/* The lock is given back before stdout ends, so that a --commit behind the sink finds it free. */
static bool finish(struct diff *d)
{
	if (!reject_close(&d->reject, d->in.rows))
		return fail(d, d->reject.status, d->reject.why);
	if (fflush(d->spool) != 0)
		return spool_fails(d, STATUS_IO);
	if (!keep_pending(d) || !write_rows(d))
		return false;
	if (d->in.ended) {
		d->in.end.rows = d->out.rows;
		end_write(&d->out, &d->in.end);
	}
	state_unlock(&d->state);
	die_last_words(NULL, NULL);
	return out_close(&d->out);
}

static enum status give_up(struct diff *d)
{
	const struct end *end = &d->in.end;
	bool upstream = d->in.status == STATUS_UPSTREAM && *end->error;

	if (d->out.error) {
		d->status = STATUS_IO;
		snprintf(d->why, sizeof d->why, "stdout: %s", strerror(d->out.error));
	}
	complain("%s", d->why);
	reject_close(&d->reject, d->in.rows);
	end_fail(&d->out, upstream ? end->tool : prog_name(), upstream ? end->error : d->why);
	return d->status;
}

static void print_summary(const struct diff *d)
{
	char detail[200];

	snprintf(detail, sizeof detail,
	    "%" PRIu64 " new, %" PRIu64 " changed, %" PRIu64 " gone, %" PRIu64 " unchanged",
	    d->fresh, d->changed, d->gone, d->same);
	summarise(&(struct summary){.rows_in = d->in.rows,
	    .rows_out = d->out.rows,
	    .rejected = d->reject.count,
	    .bytes = d->in.lines.bytes,
	    .detail = detail});
}

static void close_all(struct diff *d)
{
	if (d->spool)
		fclose(d->spool);
	free(d->seen);
	table_free(&d->pending);
	state_close(&d->state);
	digest_free(&d->digest);
	buf_free(&d->key);
	row_free(&d->row);
	input_free(&d->in);
}

enum status diff_run(struct diff *d, const struct diff_options *options)
{
	enum status status;

	d->o = options;
	d->state.lock = -1;
	if (begin(d) && take_rows(d) && take_gone(d) &&
	    (table_sort(&d->pending) || fail(d, d->pending.status, d->pending.why)) &&
	    keys_are_unique(d) && not_too_much(d) && finish(d)) {
		print_summary(d);
		status = d->reject.count > 0 ? STATUS_REJECTS : STATUS_OK;
	} else {
		status = give_up(d);
	}
	close_all(d);
	return status;
}
