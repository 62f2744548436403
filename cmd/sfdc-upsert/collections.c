#include "upsert.h"

#include "base/clock.h"
#include "row/jstr.h"

enum { PAUSE_US = 250000, RECORD_MOST = 1 << 30 };

/* One call on its way. */
struct call {
	struct salesforce_batch batch;
	size_t rows[SALESFORCE_BATCH];
	struct buf record, fields;
};

static void make_record(struct upsert *u, struct call *call, size_t i)
{
	struct buf *b = &call->record;
	struct cell cell;

	row_parse(&u->row, rows_line(&u->rows, i));
	buf_clear(b);
	buf_addc(b, '{');
	for (size_t f = 0; f < u->row.n; f++) {
		if (b->n > 1 && b->p[b->n - 1] != ',')
			buf_addc(b, ',');
		columns_cell(&u->columns, &u->row.fields[f], u->wish.empty, &cell);
		cell_write_json(&u->columns, &cell, b);
	}
	if (b->p[b->n - 1] == ',')
		b->n--;
	buf_addc(b, '}');
}

/* The names as a JSON list. */
static struct span list_fields(struct call *call, const jdoc *fields)
{
	struct buf *b = &call->fields;

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

static bool take_answer(struct upsert *u, struct call *call, size_t at, const jdoc *results)
{
	struct salesforce_result answer = salesforce_result_at(results, at);
	struct record *r = &u->rows.at[call->rows[at]];
	struct note note;

	if (answer.success) {
		r->answer = answer.created ? ANSWER_CREATED : ANSWER_UPDATED;
		snprintf(r->id, sizeof r->id, "%s", answer.id ? answer.id : "");
		return resume_keep_row(&u->resume, &u->rows, call->rows[at], &u->note);
	}
	note = (struct note){
	    span_of(answer.code), span_of(answer.message), list_fields(call, answer.fields)};
	if (upsert_is_passing(u, note.code, note.message))
		return rows_fail(&u->rows, r, ANSWER_LOCKED, &note);
	return rows_fail(&u->rows, r, ANSWER_FAILED, &note) &&
	       resume_keep_row(&u->resume, &u->rows, call->rows[at], &u->note);
}

static bool send(struct upsert *u, struct call *call)
{
	jdoc *results;
	bool ok = upsert_may_go(u);
	size_t n = call->batch.n;

	if (n == 0)
		return true;
	results = ok ? salesforce_upsert(u->sf, &call->batch, u->wish.field) : NULL;
	for (size_t i = 0; results && ok && i < n; i++)
		ok = take_answer(u, call, i, results);
	ok = ok && results && resume_sync(&u->resume);
	jdoc_free(results);
	salesforce_batch_clear(&call->batch);
	progress("%zu rows of %zu answered, %ju calls", call->rows[n - 1] + 1, u->rows.n,
	    (uintmax_t)u->sf->calls);
	return ok;
}

static bool in_call(const struct upsert *u, const struct call *call, size_t i)
{
	for (size_t k = 0; u->rows.at[i].again && k < call->batch.n; k++)
		if (u->rows.at[call->rows[k]].hash == u->rows.at[i].hash)
			return true;
	return false;
}

static void add(struct call *call, size_t i)
{
	call->rows[call->batch.n] = i;
	salesforce_batch_add(&call->batch, buf_span(&call->record));
}

/* Rows of [from, to) that were locked, in calls of `size`; how many of them still are. */
static bool send_locked(
    struct upsert *u, struct call *call, size_t from, size_t to, size_t size, size_t *left)
{
	for (size_t i = from; i < to; i++) {
		if (u->rows.at[i].answer != ANSWER_LOCKED)
			continue;
		make_record(u, call, i);
		if ((call->batch.n == size || in_call(u, call, i) ||
		        salesforce_batch_full(&call->batch, buf_span(&call->record))) &&
		    !send(u, call))
			return false;
		add(call, i);
	}
	if (!send(u, call))
		return false;
	*left = 0;
	for (size_t i = from; i < to; i++)
		*left += u->rows.at[i].answer == ANSWER_LOCKED;
	return true;
}

/* Somebody else's locks pass; smaller calls touch fewer of them. What stays locked has failed. */
static bool settle_locked(struct upsert *u, struct call *call, size_t from, size_t to)
{
	static const size_t sizes[] = {100, 20, 5, 1};
	size_t left = 0;

	for (size_t i = from; i < to; i++)
		left += u->rows.at[i].answer == ANSWER_LOCKED;
	for (size_t k = 0; left > 0 && k < sizeof sizes / sizeof *sizes; k++) {
		inform(1, "%zu rows are locked, trying again %zu at a time", left, sizes[k]);
		clock_sleep(PAUSE_US << k);
		if (!send_locked(u, call, from, to, sizes[k], &left))
			return false;
	}
	for (size_t i = from; left > 0 && i < to; i++)
		if (u->rows.at[i].answer == ANSWER_LOCKED)
			u->rows.at[i].answer = ANSWER_FAILED;
	return true;
}

/* Sends what is in the call and settles it, so that rows of one external id keep their order. */
static bool flush(struct upsert *u, struct call *call, size_t *from, size_t to)
{
	bool ok = send(u, call) && settle_locked(u, call, *from, to);

	*from = to;
	return ok && upsert_report(u);
}

static bool send_all(struct upsert *u, struct call *call)
{
	size_t from = 0;

	if (!settle_locked(u, call, 0, u->rows.n))
		return false;
	for (size_t i = 0; i < u->rows.n; i++) {
		if (u->rows.at[i].answer != ANSWER_NONE)
			continue;
		make_record(u, call, i);
		if (salesforce_batch_full(&call->batch, buf_span(&call->record)) ||
		    in_call(u, call, i)) {
			if (!flush(u, call, &from, i))
				return false;
			make_record(u, call, i);
		}
		add(call, i);
	}
	return flush(u, call, &from, u->rows.n);
}

bool collections_send(struct upsert *u)
{
	struct call call = {0};
	bool ok;

	salesforce_batch_init(&call.batch, u->wish.object);
	buf_init(&call.record, RECORD_MOST);
	buf_init(&call.fields, RECORD_MOST);
	ok = send_all(u, &call);
	salesforce_batch_free(&call.batch);
	buf_free(&call.record);
	buf_free(&call.fields);
	return ok;
}
