#include "salesforce/sf_ingest.h"
#include "salesforce/sf_batch.h"

#include "base/mem.h"
#include "json/jstr.h"
#include "wire/csv.h"

#include <stdio.h>
#include <stdlib.h>

enum { CELLS_MAX = 1 << 28 };

/* An upload on its way into records. */
struct sf_ingest {
	struct store *s;
	struct sf_job *job;
	struct csv csv;
	char *columns[SF_FIELDS_MAX]; /* of the header; owned */
	size_t n;
	struct sf_batch batch;
	struct buf cells;          /* values of the batch's records as JSON */
	struct buf lines;          /* the batch's records as the results repeat them */
	size_t line_end[SF_BATCH]; /* of each in `lines` */
	int64_t row;
};

static bool fail(struct sf_ingest *in, const char *format, struct span word)
{
	char shown[100];

	snprintf(
	    shown, sizeof shown, "%.*s", (int)(word.n < 90 ? word.n : 90), word.p ? word.p : "");
	snprintf(in->job->error, sizeof in->job->error, format, shown);
	return false;
}

static bool check_line_end(struct sf_ingest *in)
{
	const char *declared = in->job->crlf ? "CRLF" : "LF";

	if (in->job->crlf ? !(in->csv.lf && !in->csv.crlf) : !in->csv.crlf)
		return true;
	return fail(in,
	    "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is "
	    "%s",
	    span_of(declared));
}

static bool check_column(struct sf_ingest *in, struct span name)
{
	struct sf_record *probe = in->batch.records; /* none is in it yet */
	struct sf_error e = {0};

	sf_record_init(probe, in->job->object);
	if (name.n == 2 && sqlite3_strnicmp(name.p, "Id", 2) == 0)
		return true;
	if (sf_record_add(probe, NULL, name, SPAN("null"), &e))
		return true;
	if (memchr(name.p, '.', name.n))
		name.n = strcspn(name.p, ".");
	else
		return fail(in, "InvalidBatch : Field name not found : %s", name);
	return fail(in, "InvalidBatch : Unable to find relationship: %s", name);
}

static bool read_header(struct sf_ingest *in)
{
	bool has_key = !in->job->key;

	if (!csv_next(&in->csv) || !check_line_end(in))
		return *in->job->error
		           ? false
		           : fail(in, "InvalidBatch : the file is empty or its %s cannot be read",
		                 SPAN("header"));
	for (size_t i = 0; i < in->csv.n; i++) {
		struct span name = in->csv.cells[i];

		if (!check_column(in, name))
			return false;
		if (i == SF_FIELDS_MAX)
			return fail(in, "InvalidBatch : too many columns: %s", name);
		has_key |= in->job->key && sf_object_field(in->job->object, name) == in->job->key;
		in->columns[i] = mem_dup(name.p, name.n);
		in->n++;
	}
	return has_key ||
	       fail(in, "InvalidBatch : Field name not found : %s", span_of(in->job->key->name));
}

/* Empty cells are passed over, #N/A is null. Values are copied, since the reader goes on. */
static void take_cell(struct sf_ingest *in, struct sf_record *r, size_t i)
{
	struct span cell = in->csv.cells[i], raw = SPAN("null");
	struct sf_error e = {0};
	size_t at = in->cells.n;

	if (cell.n == 0)
		return;
	if (!span_eq(cell, SPAN("#N/A"))) {
		jstr_quote_any(&in->cells, cell);
		raw = (struct span){in->cells.p + at, in->cells.n - at};
	}
	if (!sf_record_add(r, in->job->key, span_of(in->columns[i]), raw, &e))
		r->error = e;
}

static void take_record(struct sf_ingest *in)
{
	struct sf_record *r = &in->batch.records[in->batch.n];

	sf_record_init(r, in->job->object);
	for (size_t i = 0; i < in->n && i < in->csv.n; i++)
		take_cell(in, r, i);
	if (in->csv.n != in->n)
		sf_error_set(&r->error, 400, "INVALID_CSV", NULL,
		    "number of columns does not match the header");
	for (size_t i = 0; i < in->csv.n; i++) {
		buf_addc(&in->lines, ',');
		csv_add(&in->lines, in->csv.cells[i], true);
	}
	in->line_end[in->batch.n++] = in->lines.n;
}

/* Room for a record's values, so that none moves while others point to it. */
static bool has_room(struct sf_ingest *in)
{
	size_t need = 64;

	for (size_t i = 0; i < in->csv.n; i++)
		need += 6 * in->csv.cells[i].n + 2;
	return in->batch.n == 0 ? buf_reserve(&in->cells, need)
	                        : need <= in->cells.cap - in->cells.n - 1;
}

static void write_error(struct buf *b, const struct sf_error *e)
{
	struct buf text;

	buf_init(&text, 4 * SF_MESSAGE);
	buf_addf(&text, "%s:%s:", e->code, e->message);
	for (const char *p = e->fields; *p; p++)
		buf_addc(&text, *p == ',' ? ' ' : *p);
	buf_adds(&text, *e->fields ? " --" : "--");
	csv_add(b, buf_span(&text), true);
	buf_free(&text);
}

static void keep_results(struct sf_ingest *in)
{
	struct buf b;
	size_t from = 0;

	buf_init(&b, CELLS_MAX);
	for (size_t i = 0; i < in->batch.n; from = in->line_end[i++]) {
		const struct sf_record *r = &in->batch.records[i];
		bool failed = *r->error.code != '\0';

		buf_clear(&b);
		buf_addf(&b, "\"%s\",", failed ? "" : r->id);
		if (failed)
			write_error(&b, &r->error);
		else
			buf_adds(&b, r->created ? "\"true\"" : "\"false\"");
		buf_add(&b, in->lines.p + from, in->line_end[i] - from);
		buf_addc(&b, '\n');
		store_run(in->s, "INSERT INTO sf_result VALUES (?1, ?2, ?3, ?4)", "iits",
		    in->job->number, in->row++, failed ? "f" : "s", buf_span(&b));
		in->job->failed += failed;
	}
	in->job->processed += (int64_t)in->batch.n;
	buf_free(&b);
}

static void save(struct sf_ingest *in)
{
	in->batch.locked = in->job->locked;
	sf_batch_save(in->s, &in->batch, in->job->key);
	store_begin(in->s);
	keep_results(in);
	store_commit(in->s);
	in->batch.n = 0;
	buf_clear(&in->cells);
	buf_clear(&in->lines);
}

static bool read_records(struct sf_ingest *in, size_t size)
{
	while (csv_next(&in->csv)) {
		if (in->job->halted && in->csv.rest.n < size / 2)
			return fail(in, "TransientError : the job was %s", SPAN("halted"));
		if (!has_room(in))
			save(in);
		if (in->batch.n == 0 && !has_room(in))
			return fail(in, "InvalidBatch : record too %s", SPAN("large"));
		take_record(in);
		if (in->batch.n == SF_BATCH)
			save(in);
	}
	if (in->batch.n > 0)
		save(in);
	return !in->csv.why || fail(in, "InvalidBatch : %s", span_of(in->csv.why));
}

/* A declared line ending that the data does not keep fails the whole job before a row is done. */
static bool check_lines(const struct sf_ingest *in, struct span text)
{
	struct sf_ingest probe = {.job = in->job};
	bool ok = true;

	csv_init(&probe.csv, text, in->job->delimiter);
	while (ok && csv_next(&probe.csv))
		ok = check_line_end(&probe);
	csv_free(&probe.csv);
	return ok;
}

bool sf_ingest(struct store *s, struct sf_job *job)
{
	sqlite3_stmt *stmt =
	    store_query(s, "SELECT data FROM sf_upload WHERE job = ?1", "i", job->number);
	struct sf_ingest *in = mem_alloc(sizeof *in);
	struct span text = {"", 0};
	bool ok;

	if (sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_bytes(stmt, 0) > 0)
		text = (struct span){(const char *)sqlite3_column_text(stmt, 0),
		    (size_t)sqlite3_column_bytes(stmt, 0)};
	*in = (struct sf_ingest){.s = s, .job = job};
	in->batch.records = mem_alloc(SF_BATCH * sizeof *in->batch.records);
	buf_init(&in->cells, CELLS_MAX);
	buf_init(&in->lines, CELLS_MAX);
	buf_reserve(&in->cells, 1 << 22);
	csv_init(&in->csv, text, job->delimiter);
	sf_object_table(s, job->object);
	ok = check_lines(in, text) && read_header(in) && read_records(in, text.n);
	for (size_t i = 0; i < in->n; i++)
		free(in->columns[i]);
	csv_free(&in->csv);
	buf_free(&in->cells);
	buf_free(&in->lines);
	free(in->batch.records);
	free(in);
	sqlite3_finalize(stmt);
	return ok;
}

static void add_record(struct buf *b, const struct csv *csv, const char *comma)
{
	for (size_t i = 0; i < csv->n; i++, comma = ",") {
		buf_adds(b, comma);
		csv_add(b, csv->cells[i], true);
	}
}

void sf_ingest_header(struct store *s, const struct sf_job *job, struct buf *b)
{
	char *text = store_text(
	    s, "SELECT substr(data, 1, 65536) FROM sf_upload WHERE job = ?1", "i", job->number);
	struct csv csv;

	csv_init(&csv, span_of(text ? text : ""), job->delimiter);
	if (csv_next(&csv))
		add_record(b, &csv, ",");
	csv_free(&csv);
	free(text);
}

void sf_ingest_rest(struct store *s, const struct sf_job *job, struct buf *b)
{
	char *text = store_text(s, "SELECT data FROM sf_upload WHERE job = ?1", "i", job->number);
	struct csv csv;

	csv_init(&csv, span_of(text ? text : ""), job->delimiter);
	while (csv_next(&csv)) {
		if (csv.records > 1 && csv.records <= (uint64_t)job->processed + 1)
			continue;
		add_record(b, &csv, "");
		buf_addc(b, '\n');
	}
	csv_free(&csv);
	free(text);
}
