#include "upsert.h"

#include "row/jstr.h"

#include <strings.h>

enum { KEY_TEXT_MAX = 1 << 30, TEXT_ENOUGH = 16 << 20 };

void upsert_init(struct upsert *u, struct salesforce *sf, const char *object, const char *field,
    const char *rejects, struct out *out)
{
	*u = (struct upsert){.sf = sf, .field = field, .out = out, .keep_rejects = rejects};
	salesforce_batch_init(&u->batch, object);
	buf_init(&u->text, SIZE_MAX);
	buf_init(&u->name, KEY_TEXT_MAX);
	reject_init(&u->reject, rejects, NULL);
}

static struct span text_of(const struct upsert *u, size_t at, size_t n)
{
	return (struct span){u->text.p + at, n};
}

/* ---- results ---- */

static void begin_result(
    struct upsert *u, const struct waiting *w, const char *id, const char *status)
{
	struct buf *b = &u->out->buf;

	buf_addf(b, "{\"line\":%ju,\"external_id\":", (uintmax_t)w->line);
	if (w->key_n > 0)
		buf_addspan(b, text_of(u, w->key_at, w->key_n));
	else
		buf_adds(b, "null");
	buf_adds(b, ",\"id\":");
	if (id)
		jstr_quote_any(b, span_of(id));
	else
		buf_adds(b, "null");
	buf_addf(b, ",\"status\":\"%s\"", status);
}

static void add_error(struct buf *b, const char *code, const char *message, const jdoc *fields)
{
	const char *comma = "";

	buf_adds(b, ",\"error\":{\"code\":");
	jstr_quote_any(b, span_of(code));
	buf_adds(b, ",\"message\":");
	jstr_quote_any(b, span_of(message));
	buf_adds(b, ",\"fields\":[");
	for (size_t i = 0; i < jdoc_count(fields); i++, comma = ",") {
		buf_adds(b, comma);
		jstr_quote_any(b, span_of(jdoc_text(jdoc_item(fields, i, NULL), "", "")));
	}
	buf_adds(b, "]}");
}

static void end_result(struct upsert *u, const struct waiting *w)
{
	struct buf *b = &u->out->buf;

	if (w->is_json) {
		buf_adds(b, ",\"row\":");
		buf_addspan(b, text_of(u, w->at, w->n));
	}
	buf_addc(b, '}');
	out_row(u->out);
}

static void report_done(
    struct upsert *u, const struct waiting *w, const struct salesforce_result *r)
{
	begin_result(u, w, r->id, r->created ? "created" : "updated");
	buf_addc(&u->out->buf, '}');
	out_row(u->out);
	u->created += r->created;
	u->updated += !r->created;
}

static void report_failed(struct upsert *u, const struct waiting *w, const char *code,
    const char *message, const jdoc *fields)
{
	const char *field = jdoc_text(fields, "0", NULL);
	struct bad bad = {.field = span_of(field), .reason = code};

	begin_result(u, w, NULL, "failed");
	add_error(&u->out->buf, code, message, fields);
	end_result(u, w);
	u->failed++;
	if (u->keep_rejects && w->is_json)
		reject_row(&u->reject, w->name, w->line, &bad, text_of(u, w->at, w->n), true);
}

static void report_unprocessed(
    struct upsert *u, const struct waiting *w, const char *code, const char *message)
{
	begin_result(u, w, NULL, "unprocessed");
	add_error(&u->out->buf, code, message, NULL);
	end_result(u, w);
	u->unprocessed++;
}

/* ---- the queue ---- */

static void keep_span(struct upsert *u, struct span s, size_t *at, size_t *n)
{
	*at = u->text.n;
	*n = s.n;
	buf_addspan(&u->text, s);
}

static struct waiting *enqueue(struct upsert *u, const struct source_row *row)
{
	struct waiting *w = &u->queue[u->n++];

	*w = (struct waiting){.line = row->number, .name = row->name, .is_json = true};
	keep_span(u, row->line, &w->at, &w->n);
	return w;
}

static void empty_queue(struct upsert *u)
{
	u->n = 0;
	buf_clear(&u->text);
	salesforce_batch_clear(&u->batch);
}

static void report_answers(struct upsert *u, const jdoc *results)
{
	size_t next = 0;

	for (size_t i = 0; i < u->n; i++) {
		const struct waiting *w = &u->queue[i];
		struct salesforce_result r;

		if (w->code) {
			report_failed(u, w, w->code, w->message, NULL);
			continue;
		}
		r = salesforce_result_at(results, next++);
		if (r.success)
			report_done(u, w, &r);
		else
			report_failed(u, w, r.code, r.message, r.fields);
	}
}

bool upsert_flush(struct upsert *u)
{
	jdoc *results = NULL;

	if (u->batch.n > 0 && !(results = salesforce_upsert(u->sf, &u->batch, u->field)))
		return false;
	report_answers(u, results);
	jdoc_free(results);
	empty_queue(u);
	return out_flush(u->out) && !u->reject.status;
}

void upsert_abandon(struct upsert *u, const char *code, const char *message)
{
	for (size_t i = 0; i < u->n; i++) {
		const struct waiting *w = &u->queue[i];

		if (w->code)
			report_failed(u, w, w->code, w->message, NULL);
		else
			report_unprocessed(u, w, code, message);
	}
	empty_queue(u);
}

void upsert_pass(
    struct upsert *u, const struct source_row *row, const char *code, const char *message)
{
	struct waiting *w = enqueue(u, row);

	w->is_json = row_parse(&u->row, row->line) == NULL;
	u->rows++;
	upsert_abandon(u, code, message);
}

/* ---- one row ---- */

/* Salesforce's names have no case. */
static const struct field *find_field(struct upsert *u, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < u->row.n; i++) {
		const struct field *f = &u->row.fields[i];
		struct span given;

		buf_clear(&u->name);
		given = f->plain ? f->name : jstr_name(f->name, &u->name);
		if (given.n == n && strncasecmp(given.p, name, n) == 0)
			return f;
	}
	return NULL;
}

static void take_key(struct upsert *u, struct waiting *w)
{
	const struct field *key = find_field(u, u->field);
	struct buf scratch;
	struct span text;

	if (!key || key->type == JSON_NULL)
		return;
	keep_span(u, key->value, &w->key_at, &w->key_n);
	buf_init(&scratch, KEY_TEXT_MAX);
	text = key->type == JSON_STRING ? jstr_text(key->value, &scratch) : key->value;
	keep_span(u, span_trim(text), &w->id_at, &w->id_n);
	buf_free(&scratch);
	if (key->type != JSON_STRING && key->type != JSON_NUMBER) {
		w->code = "INVALID_TYPE_ON_FIELD_IN_RECORD";
		w->message = "the external id must be a string or a number";
	}
}

/* What would make Salesforce refuse the whole call. */
static void check_row(struct upsert *u, struct waiting *w)
{
	if (w->code)
		return;
	if (w->id_n == 0) {
		w->code = "MISSING_ARGUMENT";
		w->message = "the row has no external id";
	} else if (find_field(u, "attributes")) {
		w->code = "INVALID_FIELD";
		w->message = "attributes is Salesforce's own and cannot be sent";
	} else if (find_field(u, "Id") && strcasecmp(u->field, "Id") != 0) {
		w->code = "INVALID_FIELD";
		w->message = "Id cannot be sent beside an external id";
	}
}

static bool in_call(const struct upsert *u, const struct waiting *w)
{
	for (const struct waiting *other = u->queue; other < w; other++)
		if (!other->code && other->id_n == w->id_n &&
		    strncasecmp(u->text.p + other->id_at, u->text.p + w->id_at, w->id_n) == 0)
			return true;
	return false;
}

/* The queue was sent without its last row, which starts a new one. */
static bool flush_before(struct upsert *u, const struct source_row *row)
{
	u->n--;
	if (upsert_flush(u)) {
		struct waiting *w = enqueue(u, row);

		take_key(u, w);
		return true;
	}
	if (u->sf->status)
		u->n++;
	return false;
}

static bool refuse_unparsed(
    struct upsert *u, struct source *s, const struct source_row *row, const char *why)
{
	struct bad bad = {.field = u->row.bad, .reason = why};
	struct waiting *w;

	if (source_was_cut(s))
		return false;
	w = enqueue(u, row);
	w->is_json = false;
	w->code = "INVALID_ROW";
	w->message = why;
	return reject_row(&u->reject, row->name, row->number, &bad, row->line, false);
}

static bool take_row(struct upsert *u, const struct source_row *row)
{
	struct waiting *w = enqueue(u, row);

	take_key(u, w);
	check_row(u, w);
	if (w->code)
		return true;
	if ((salesforce_batch_full(&u->batch, row->line) || in_call(u, w)) && !flush_before(u, row))
		return false;
	salesforce_batch_add(&u->batch, row->line);
	return true;
}

bool upsert_row(struct upsert *u, struct source *s, const struct source_row *row)
{
	const char *why = row_parse(&u->row, row->line);

	u->rows++;
	if (!(why ? refuse_unparsed(u, s, row, why) : take_row(u, row)))
		return false;
	return (u->n < QUEUE_MAX && u->text.n < TEXT_ENOUGH) || upsert_flush(u);
}

bool upsert_finish(struct upsert *u)
{
	bool ok = reject_close(&u->reject, u->rows);

	salesforce_batch_free(&u->batch);
	buf_free(&u->text);
	buf_free(&u->name);
	row_free(&u->row);
	return ok;
}
