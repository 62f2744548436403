#include "bulk_results.h"

#include "base/file.h"
#include "json/jstr.h"
#include "wire/csv.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOTE_MOST = 1 << 20 };

/* Of one result, beside the cells that were sent: the id, and an error (Apex's may be long). */
enum { RESULT_MOST = 4096, QUOTES = 4, HEADER_MOST = 64 << 10 };

/* One list of results on its way into the rows. */
struct bulk_results {
	struct sfdc_upsert *u;
	uint32_t number;
	size_t id, word, key; /* columns: sf__Id, sf__Created or sf__Error, the external id */
	bool failed;
	struct buf fields;
};

/* "LastName Email --" as a JSON list. */
static struct span list_fields(struct buf *b, struct span names)
{
	buf_clear(b);
	buf_addc(b, '[');
	while (names.n > 0) {
		size_t n = 0;

		while (n < names.n && names.p[n] != ' ' && names.p[n] != ',')
			n++;
		if (n > 0) {
			buf_adds(b, b->n > 1 ? "," : "");
			jstr_quote_any(b, (struct span){names.p, n});
		}
		names = span_skip(names, n < names.n ? n + 1 : n);
	}
	buf_addc(b, ']');
	return buf_span(b);
}

/* CODE:message:field field --, where the message may hold colons of its own. */
static struct note read_error(struct buf *fields, struct span text)
{
	const char *colon = memchr(text.p ? text.p : "", ':', text.n);
	struct note note = {text, SPAN(""), SPAN("[]")};
	size_t last;

	if (!colon)
		return note;
	note.code = (struct span){text.p, (size_t)(colon - text.p)};
	text = span_trim(span_skip(text, note.code.n + 1));
	if (text.n >= 2 && memcmp(text.p + text.n - 2, "--", 2) == 0)
		text = span_trim((struct span){text.p, text.n - 2});
	for (last = text.n; last > 0 && text.p[last - 1] != ':';)
		last--;
	note.message = (struct span){text.p, last > 0 ? last - 1 : text.n};
	if (last > 0)
		note.fields = list_fields(fields, span_skip(text, last));
	return note;
}

static bool take_failure(struct bulk_results *a, struct record *r, struct span text)
{
	struct note note = read_error(&a->fields, text);
	bool passing = upsert_is_passing(a->u, note.code, note.message);

	return rows_fail(&a->u->rows, r, passing ? ANSWER_AGAIN : ANSWER_FAILED, &note);
}

static bool take_record(struct bulk_results *a, const struct csv *csv)
{
	struct sfdc_rows *rows = &a->u->rows;
	size_t most = a->id > a->word ? a->id : a->word, i;
	struct record *r;

	if ((a->key > most ? a->key : most) >= csv->n)
		return true;
	i = rows_find(rows, csv->cells[a->key]);
	if (i == SIZE_MAX || rows->at[i].job != a->number || rows->at[i].answer != ANSWER_NONE)
		return true;
	r = &rows->at[i];
	if (a->failed)
		return take_failure(a, r, csv->cells[a->word]);
	r->answer = span_eq(csv->cells[a->word], SPAN("true")) ? ANSWER_CREATED : ANSWER_UPDATED;
	snprintf(r->id, sizeof r->id, "%.*s", SPAN_ARG(csv->cells[a->id]));
	return true;
}

static bool bad_reply(struct sfdc_upsert *u, const char *rule)
{
	return salesforce_fail(
	    u->sf, STATUS_REFUSED, "BAD_REPLY", "the results of a Bulk job: %s", rule);
}

static bool read_results(struct bulk_results *a, struct span text)
{
	struct csv csv;
	bool ok = true;

	csv_init(&csv, text, ',');
	if (csv_next(&csv)) {
		a->id = csv_find(&csv, "sf__Id");
		a->word = csv_find(&csv, a->failed ? "sf__Error" : "sf__Created");
		a->key = csv_find(&csv, a->u->wish.field);
		if (a->id == SIZE_MAX || a->word == SIZE_MAX || a->key == SIZE_MAX)
			ok = bad_reply(a->u, "a column is missing");
		while (ok && csv_next(&csv))
			ok = take_record(a, &csv);
	}
	if (ok && csv.why)
		ok = bad_reply(a->u, csv.why);
	csv_free(&csv);
	return ok;
}

static bool read_file(struct bulk_results *a, int fd)
{
	struct stat st;
	char *p;
	bool ok;

	if (fstat(fd, &st) != 0)
		return rows_file_fails(&a->u->rows, STATUS_IO);
	if (st.st_size == 0)
		return true;
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return rows_file_fails(&a->u->rows, STATUS_IO);
	ok = read_results(a, (struct span){p, (size_t)st.st_size});
	munmap(p, (size_t)st.st_size);
	return ok;
}

/* What the results of a job can have at most: its rows again, quoted anew, and their outcomes. */
static uint64_t most_of(const struct sfdc_upsert *u, uint32_t number, size_t from, size_t to)
{
	uint64_t most = HEADER_MOST;

	for (size_t i = from; i < to; i++)
		if (u->rows.at[i].job == number)
			most += 2 * u->rows.at[i].n + QUOTES * u->columns.n + RESULT_MOST;
	return most;
}

bool bulk_results_take(struct sfdc_upsert *u, const struct salesforce_job *job, uint32_t number,
    size_t from, size_t to)
{
	uint64_t most = most_of(u, number, from, to);
	struct bulk_results a = {.u = u, .number = number};
	int fd = file_temp();
	bool ok = fd >= 0 || rows_file_fails(&u->rows, STATUS_CREATE);

	buf_init(&a.fields, NOTE_MOST);
	if (ok && job->processed > job->failed)
		ok = salesforce_job_results(u->sf, job, SALESFORCE_SUCCESSFUL, fd, most) &&
		     read_file(&a, fd);
	a.failed = true;
	if (ok && job->failed > 0)
		ok = salesforce_job_results(u->sf, job, SALESFORCE_FAILED, fd, most) &&
		     read_file(&a, fd);
	if (fd >= 0)
		close(fd);
	buf_free(&a.fields);
	return ok;
}
