#include "upsert.h"

#include "base/die.h"

#include "json/jstr.h"
#include "stream/result.h"

#include <stdio.h>
#include <strings.h>

enum { TEXT_MOST = 1 << 30 };

void upsert_init(struct sfdc_upsert *u, const struct sfdc_wish *wish, struct salesforce *sf)
{
	*u = (struct sfdc_upsert){.wish = *wish, .sf = sf};
	columns_init(&u->columns);
	buf_init(&u->text, TEXT_MOST);
	buf_init(&u->name, TEXT_MOST);
	buf_init(&u->note, TEXT_MOST);
	resume_init(&u->resume, wish->resume);
	rows_init(&u->rows);
}

/* ---- reading ---- */

/* Salesforce's names have no case. */
static const struct field *find_field(
    struct sfdc_upsert *u, const struct row *row, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < row->n; i++) {
		const struct field *f = &row->fields[i];
		struct span given;

		buf_clear(&u->name);
		given = f->plain ? f->name : jstr_name(f->name, &u->name);
		if (given.n == n && strncasecmp(given.p, name, n) == 0)
			return f;
	}
	return NULL;
}

static bool refuse(struct sfdc_upsert *u, struct record *r, const char *code, const char *message)
{
	return rows_fail(&u->rows, r, ANSWER_FAILED,
	    &(struct note){span_of(code), span_of(message), SPAN("[]")});
}

/* Because of a field; its name is raw. */
static bool refuse_field(struct sfdc_upsert *u, struct record *r, const char *code,
    struct span name, const char *message)
{
	buf_clear(&u->name);
	buf_adds(&u->name, "[\"");
	buf_addspan(&u->name, name);
	buf_adds(&u->name, "\"]");
	return rows_fail(&u->rows, r, ANSWER_FAILED,
	    &(struct note){span_of(code), span_of(message), buf_span(&u->name)});
}

/* The key of the row; it may lie in u->text. */
static bool check_key(
    struct sfdc_upsert *u, const struct row *row, struct record *r, struct span *id)
{
	struct span name = span_of(u->wish.field);
	const struct field *key = find_field(u, row, u->wish.field);

	buf_clear(&u->text);
	if (key && key->type == JSON_STRING)
		*id = span_trim(jstr_text(key->value, &u->text));
	else if (key && key->type == JSON_NUMBER)
		*id = key->value;
	else if (key && key->type != JSON_NULL)
		return refuse_field(u, r, "INVALID_TYPE_ON_FIELD_IN_RECORD", name,
		    "the external id must be a string or a number");
	if (id->n == 0 || span_eq(*id, SPAN("#N/A")))
		return refuse_field(u, r, "MISSING_ARGUMENT", name,
		    key ? "the external id is empty" : "the row has no such field");
	return true;
}

/* What would make Salesforce refuse the whole call fails here: r->answer. False: a file is full. */
static bool check_row(
    struct sfdc_upsert *u, const struct row *row, struct record *r, struct span *id)
{
	struct span bad;
	const char *why;

	if (!check_key(u, row, r, id))
		return false;
	if (r->answer)
		return true;
	if (find_field(u, row, "attributes"))
		return refuse_field(u, r, "INVALID_FIELD", SPAN("attributes"),
		    "attributes is Salesforce's own and cannot be sent");
	if (find_field(u, row, "Id"))
		return refuse_field(
		    u, r, "INVALID_FIELD", SPAN("Id"), "Id cannot be sent beside an external id");
	why = columns_learn(&u->columns, row, &bad);
	return !why || refuse_field(u, r, "INVALID_FIELD", bad, why);
}

static bool keep_unparsed(struct sfdc_upsert *u, const struct sink_row *row)
{
	struct bad bad = {.field = row->row->bad, .reason = row->why};
	struct record r = {0};

	return sink_reject(u->sink, row, &bad, false) && refuse(u, &r, "INVALID_ROW", row->why) &&
	       rows_keep(&u->rows, row, (struct span){0}, &r);
}

static bool take_row(struct sfdc_upsert *u, const struct sink_row *row)
{
	struct record r = {.is_json = true};
	struct span id = {0};

	if (row->why)
		return keep_unparsed(u, row);
	return check_row(u, row->row, &r, &id) && rows_keep(&u->rows, row, id, &r);
}

static bool refuse_double(struct sfdc_upsert *u, size_t i, size_t other)
{
	char message[100];

	if (u->rows.at[i].answer)
		return true;
	snprintf(message, sizeof message, "line %ju has the same external id",
	    (uintmax_t)u->rows.at[other].line);
	return refuse(u, &u->rows.at[i], "DUPLICATE_VALUE", message);
}

static bool settle_doubles(struct sfdc_upsert *u)
{
	bool ok = true;

	for (size_t i = 0; ok && i < u->rows.n; i++) {
		struct record *r = &u->rows.at[i];
		size_t other = r->answer ? SIZE_MAX : rows_enter(&u->rows, i);

		if (other == SIZE_MAX)
			continue;
		r->again = true;
		if (u->wish.duplicates != DUPLICATES_LAST)
			ok = refuse_double(u, i, other);
		if (ok && u->wish.duplicates == DUPLICATES_REJECT)
			ok = refuse_double(u, other, i);
	}
	return ok;
}

bool upsert_read(struct sfdc_upsert *u, struct sink *sink)
{
	struct sink_row row;

	u->sink = sink;
	if (u->rows.error.status)
		return false;
	while (sink_next(sink, &row)) {
		if (!take_row(u, &row))
			return false;
		progress("rows read: %zu", u->rows.n);
	}
	return !sink->error.status && rows_close(&u->rows) && settle_doubles(u);
}

size_t upsert_count(const struct sfdc_upsert *u)
{
	size_t n = 0;

	for (size_t i = 0; i < u->rows.n; i++)
		n += u->rows.at[i].answer == ANSWER_NONE;
	return n;
}

bool upsert_may_go(struct sfdc_upsert *u)
{
	struct salesforce *sf = u->sf;

	if (!u->wish.stop_at || sf->allowed <= 0 ||
	    sf->used * 100 < sf->allowed * (int64_t)u->wish.stop_at)
		return true;
	return salesforce_fail(sf, STATUS_AGAIN, "STOPPED",
	    "%jd of %jd daily API calls are spent: --stop-at %d%%", (intmax_t)sf->used,
	    (intmax_t)sf->allowed, u->wish.stop_at);
}

/* A trigger's own update that meets a lock fails its row with a code of the trigger's. */
static bool tells_of(struct span message, const char *word)
{
	size_t n = strlen(word);

	for (; message.n >= n; message = span_skip(message, 1))
		if (memcmp(message.p, word, n) == 0)
			return true;
	return false;
}

bool upsert_is_passing(const struct sfdc_upsert *u, struct span code, struct span message)
{
	if (span_eq(code, SPAN("UNABLE_TO_LOCK_ROW")) || tells_of(message, "UNABLE_TO_LOCK_ROW"))
		return true;
	return span_eq(code, SPAN("DUPLICATE_VALUE")) &&
	       span_starts(message, SPAN("duplicate value found: ")) &&
	       tells_of(message, u->wish.field);
}

/* ---- results ---- */

static void begin_result(struct sfdc_upsert *u, const struct record *r, const char *status)
{
	const struct field *key = r->is_json ? find_field(u, &u->row, u->wish.field) : NULL;
	bool done = r->answer == ANSWER_CREATED || r->answer == ANSWER_UPDATED;

	result_begin(&u->sink->out, r->line, key ? key->value : (struct span){0},
	    done ? r->id : NULL, status);
}

static void reject(
    struct sfdc_upsert *u, const struct record *r, const struct note *note, struct span line)
{
	struct span list = note->fields, first = {0};
	char code[80];
	struct bad bad = {.reason = code};

	snprintf(code, sizeof code, "%.*s", SPAN_ARG(note->code));
	buf_clear(&u->name);
	if (scan_item(&list, &first) && scan_type(first) == JSON_STRING)
		bad.field = jstr_text(first, &u->name);
	sink_reject(u->sink, &(struct sink_row){.line = line, .name = r->name, .number = r->line},
	    &bad, true);
}

static bool report_undone(struct sfdc_upsert *u, size_t i)
{
	const struct record *r = &u->rows.at[i];
	struct span line = rows_line(&u->rows, i);
	bool failed = r->answer == ANSWER_FAILED;
	struct note note;

	if (!rows_note(&u->rows, i, &u->note, &note))
		return false;
	begin_result(u, r, failed ? "failed" : "unprocessed");
	result_error(&u->sink->out, note.code, note.message, note.fields);
	if (r->is_json)
		result_row(&u->sink->out, line);
	result_end(&u->sink->out);
	u->failed += failed;
	u->unprocessed += !failed;
	if (failed && r->is_json && reject_is_open(&u->sink->reject))
		reject(u, r, &note, line);
	return true;
}

static bool report_row(struct sfdc_upsert *u, size_t i)
{
	const struct record *r = &u->rows.at[i];

	if (r->is_json)
		row_parse(&u->row, rows_line(&u->rows, i));
	if (r->answer != ANSWER_CREATED && r->answer != ANSWER_UPDATED)
		return report_undone(u, i);
	begin_result(u, r, r->answer == ANSWER_CREATED ? "created" : "updated");
	result_end(&u->sink->out);
	u->created += r->answer == ANSWER_CREATED;
	u->updated += r->answer == ANSWER_UPDATED;
	return true;
}

bool upsert_report(struct sfdc_upsert *u)
{
	const struct sfdc_rows *rows = &u->rows;
	struct sink *sink = u->sink;
	bool ok = true;

	for (; ok && u->reported < rows->n && rows->at[u->reported].answer != ANSWER_NONE &&
	       rows->at[u->reported].answer != ANSWER_AGAIN && !sink->out.error &&
	       !reject_failed(&sink->reject);
	     u->reported += ok)
		ok = report_row(u, u->reported);
	return sink_flush(sink) && ok && !reject_failed(&sink->reject);
}

void upsert_abandon(struct sfdc_upsert *u, const char *code, const char *message)
{
	struct note note = {span_of(code), span_of(message), SPAN("[]")};
	struct record all = {.answer = ANSWER_NONE};

	if (u->rows.n == 0 || (!u->rows.at && !rows_close(&u->rows)))
		return;
	rows_fail(&u->rows, &all, ANSWER_UNPROCESSED, &note);
	for (size_t i = 0; i < u->rows.n; i++)
		if (u->rows.at[i].answer == ANSWER_NONE || u->rows.at[i].answer == ANSWER_AGAIN)
			rows_fail_alike(&u->rows.at[i], &all);
	upsert_report(u);
}

void upsert_free(struct sfdc_upsert *u, bool done)
{
	bool told = u->reported == u->rows.n && u->unprocessed == 0;

	resume_close(&u->resume, done && told);
	columns_free(&u->columns);
	buf_free(&u->text);
	buf_free(&u->name);
	buf_free(&u->note);
	row_free(&u->row);
	rows_free(&u->rows);
}
