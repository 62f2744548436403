#include "collections.h"

#include "base/clock.h"
#include "base/die.h"
#include "base/mem.h"
#include "cloud/salesforce_batch.h"
#include "json/jstr.h"
#include "wire/backoff.h"

#include <stdlib.h>

enum { PAUSE_US = 250000, PAUSE_MOST_US = 2000000, RECORD_MOST = 1 << 30 };

/* Calls that go side by side: at most `calls`, of up to `size` rows each. */
struct wave {
	struct salesforce_batch batches[SALESFORCE_AT_ONCE];
	size_t rows[SALESFORCE_AT_ONCE][SALESFORCE_BATCH];
	size_t calls, size;
	size_t at; /* the call that is being filled */
	struct buf record, fields;
};

static void make_record(struct sfdc_upsert *u, struct wave *w, size_t i)
{
	struct buf *b = &w->record;
	struct sf_value value;

	row_parse(&u->row, rows_line(&u->rows, i));
	buf_clear(b);
	buf_addc(b, '{');
	for (size_t f = 0; f < u->row.n; f++) {
		if (b->n > 1 && b->p[b->n - 1] != ',')
			buf_addc(b, ',');
		columns_value(&u->columns, &u->row.fields[f], u->wish.empty, &value);
		columns_write_json(&u->columns, &value, b);
	}
	if (b->p[b->n - 1] == ',')
		b->n--;
	buf_addc(b, '}');
}

/* The names as a JSON list. */
static struct span list_fields(struct wave *w, const jdoc *fields)
{
	struct buf *b = &w->fields;

	buf_clear(b);
	buf_addc(b, '[');
	for (size_t i = 0; i < jdoc_count(fields); i++) {
		if (i > 0)
			buf_addc(b, ',');
		jstr_quote_any(b, span_of(jdoc_text(jdoc_item(fields, i, NULL), "", "")));
	}
	buf_addc(b, ']');
	return buf_span(b);
}

static bool take_answer(
    struct sfdc_upsert *u, struct wave *w, size_t row, struct salesforce_result answer, bool again)
{
	struct record *r = &u->rows.at[row];
	struct note note;

	if (answer.success) {
		r->answer = answer.created ? ANSWER_CREATED : ANSWER_UPDATED;
		snprintf(r->id, sizeof r->id, "%s", answer.id ? answer.id : "");
		return resume_keep_row(&u->resume, &u->rows, row, &u->note);
	}
	note = (struct note){span_of(answer.code), answer.message, list_fields(w, answer.fields)};
	if (again || upsert_is_passing(u, note.code, note.message))
		return rows_fail(&u->rows, r, ANSWER_AGAIN, &note);
	return rows_fail(&u->rows, r, ANSWER_FAILED, &note) &&
	       resume_keep_row(&u->resume, &u->rows, row, &u->note);
}

/*
 * Whatever became of the other calls, what one of them answered counts. Where one could not be
 * read, only a row that was alone in it is known to be the reason.
 */
static bool take_answers(struct sfdc_upsert *u, struct wave *w)
{
	bool ok = true;

	for (size_t c = 0; c < w->calls; c++) {
		const struct salesforce_batch *b = &w->batches[c];

		for (size_t i = 0; (b->results || b->refusal) && ok && i < b->n; i++)
			ok = take_answer(u, w, w->rows[c][i], salesforce_batch_result(b, i),
			    b->refusal && b->n > 1);
	}
	return resume_sync(&u->resume) && ok;
}

/* Empties the wave. */
static bool send_wave(struct sfdc_upsert *u, struct wave *w)
{
	size_t n = w->at + (w->at < w->calls && w->batches[w->at].n > 0);
	bool ok = true;

	if (n > 0) {
		ok = upsert_may_go(u) && salesforce_batch_send(u->sf, w->batches, n, u->wish.field);
		ok = take_answers(u, w) && ok;
		progress("%ju calls, row %zu of %zu", (uintmax_t)u->sf->calls,
		    w->rows[n - 1][w->batches[n - 1].n - 1] + 1, u->rows.n);
	}
	for (size_t c = 0; c < n; c++)
		salesforce_batch_clear(&w->batches[c]);
	w->at = 0;
	return ok;
}

static bool in_wave(const struct sfdc_upsert *u, const struct wave *w, size_t row)
{
	for (size_t c = 0; u->rows.at[row].again && c <= w->at; c++)
		for (size_t i = 0; i < w->batches[c].n; i++)
			if (rows_same_id(&u->rows, w->rows[c][i], row))
				return true;
	return false;
}

/* Makes the record of a row and puts it into the wave; false: that must be sent first. */
static bool add(struct sfdc_upsert *u, struct wave *w, size_t row)
{
	struct salesforce_batch *b = &w->batches[w->at];

	make_record(u, w, row);
	if (in_wave(u, w, row))
		return false;
	if (b->n == w->size || salesforce_batch_full(b, buf_span(&w->record)))
		b = ++w->at < w->calls ? &w->batches[w->at] : NULL;
	if (!b)
		return false;
	w->rows[w->at][b->n] = row;
	salesforce_batch_add(b, buf_span(&w->record));
	return true;
}

/* Rows of [from, to) that go again, in calls of `size`, one by one; how many of them still do. */
static bool send_again(
    struct sfdc_upsert *u, struct wave *w, size_t from, size_t to, size_t size, size_t *left)
{
	w->calls = 1;
	w->size = size;
	for (size_t i = from; i < to; i++) {
		if (u->rows.at[i].answer != ANSWER_AGAIN || add(u, w, i))
			continue;
		if (!send_wave(u, w))
			return false;
		add(u, w, i);
	}
	if (!send_wave(u, w))
		return false;
	*left = 0;
	for (size_t i = from; i < to; i++)
		*left += u->rows.at[i].answer == ANSWER_AGAIN;
	return true;
}

static bool give_up(struct sfdc_upsert *u, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		if (u->rows.at[i].answer != ANSWER_AGAIN)
			continue;
		u->rows.at[i].answer = ANSWER_FAILED;
		if (!resume_keep_row(&u->resume, &u->rows, i, &u->note))
			return false;
	}
	return resume_sync(&u->resume);
}

/*
 * Somebody else's locks pass, and smaller calls touch fewer of them; a call without the row that
 * cannot be read is read. What is left has failed.
 */
static bool settle(struct sfdc_upsert *u, struct wave *w, size_t from, size_t to)
{
	static const size_t sizes[] = {100, 20, 5, 1};
	struct backoff b;
	size_t left = 0;

	for (size_t i = from; i < to; i++)
		left += u->rows.at[i].answer == ANSWER_AGAIN;
	backoff_begin(&b, PAUSE_US, PAUSE_MOST_US, 0);
	for (size_t k = 0; left > 0 && k < sizeof sizes / sizeof *sizes; k++) {
		inform(1, "rows that go again: %zu, %zu at a time", left, sizes[k]);
		backoff_wait(&b);
		if (!send_again(u, w, from, to, sizes[k], &left))
			return false;
	}
	return left == 0 || give_up(u, from, to);
}

/* Sends what is in the wave and settles it, so that rows of one external id keep their order. */
static bool flush(struct sfdc_upsert *u, struct wave *w, size_t *from, size_t to)
{
	bool ok = send_wave(u, w) && settle(u, w, *from, to);

	w->calls = SALESFORCE_AT_ONCE;
	w->size = SALESFORCE_BATCH;
	*from = to;
	return ok && upsert_report(u);
}

static bool send_all(struct sfdc_upsert *u, struct wave *w)
{
	size_t from = 0;

	/* What Bulk jobs left locked comes first. */
	if (!flush(u, w, &from, u->rows.n))
		return false;
	from = 0;
	for (size_t i = 0; i < u->rows.n; i++) {
		if (u->rows.at[i].answer != ANSWER_NONE || add(u, w, i))
			continue;
		if (!flush(u, w, &from, i))
			return false;
		add(u, w, i);
	}
	return flush(u, w, &from, u->rows.n);
}

bool collections_send(struct sfdc_upsert *u)
{
	struct wave *w = mem_alloc(sizeof *w);
	bool ok;

	for (size_t c = 0; c < SALESFORCE_AT_ONCE; c++)
		salesforce_batch_init(&w->batches[c], u->wish.object);
	buf_init(&w->record, RECORD_MOST);
	buf_init(&w->fields, RECORD_MOST);
	ok = send_all(u, w);
	for (size_t c = 0; c < SALESFORCE_AT_ONCE; c++)
		salesforce_batch_free(&w->batches[c]);
	buf_free(&w->record);
	buf_free(&w->fields);
	free(w);
	return ok;
}
