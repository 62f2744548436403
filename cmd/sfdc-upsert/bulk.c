#include "bulk.h"

#include "bulk_csv.h"
#include "bulk_results.h"

#include "base/clock.h"
#include "base/die.h"
#include "base/stop.h"
#include "wire/backoff.h"

#include <sys/mman.h>

enum {
	AT_ONCE = 4, /* jobs: Salesforce works on several at a time */
	SUBMITS = 4,
	REQUEUES = 8,     /* jobs whose rest went into another */
	FIRST_PAUSE = 20, /* the first look comes after this part of --poll */
	SUBMIT_PAUSE_US = 250000,
	SUBMIT_MOST_US = 2000000,
	LOCKED_MOST = 2000, /* more of them go into jobs again, fewer are left to Collections */
	LOCK_ROUNDS = 2,
};

/* A job that is worked on. */
struct slot {
	struct salesforce_job job;
	uint32_t number; /* 0: free */
	size_t from, to;
	bool locked; /* its rows were, when they went before */
	struct backoff backoff;
};

struct bulk {
	struct slot slots[AT_ONCE];
	size_t next; /* the first row that may not have gone yet */
	unsigned busy, requeued, rounds;
};

static void watch(struct sfdc_upsert *u, struct slot *slot)
{
	backoff_begin(
	    &slot->backoff, u->wish.poll_us / FIRST_PAUSE, u->wish.poll_us, u->wish.wait_us);
}

/* The rows of a job that it gave no answer for go with no job any more. */
static size_t release(struct sfdc_upsert *u, const struct slot *slot)
{
	size_t n = 0;

	for (size_t i = slot->from; i < slot->to; i++)
		if (u->rows.at[i].job == slot->number && u->rows.at[i].answer == ANSWER_NONE) {
			u->rows.at[i].job = 0;
			n++;
		}
	return n;
}

/* ---- one job, submitted ---- */

static bool submit_once(struct sfdc_upsert *u, struct slot *slot, struct span csv, bool *again)
{
	struct resume_job kept = {.from = slot->from, .to = slot->to, .locked = slot->locked};

	if (!salesforce_job_create(u->sf, &slot->job, u->wish.object, u->wish.field))
		return false;
	snprintf(kept.id, sizeof kept.id, "%s", slot->job.id);
	return resume_keep_job(&u->resume, &kept) &&
	       salesforce_job_submit(u->sf, &slot->job, csv, again);
}

/* A signal came while the job's rows were on their way: it must not wait for them for days. */
static void abort_open(struct sfdc_upsert *u, struct slot *slot)
{
	struct error why = {.status = u->sf->error.status};

	if (!*slot->job.id)
		return;
	snprintf(why.text, sizeof why.text, "%s", u->sf->error.text);
	http_outlive_stop(u->sf->http[0]);
	if (salesforce_job_abort(u->sf, &slot->job))
		warn("job %s: aborted before its rows were complete", slot->job.id);
	salesforce_fail(u->sf, why.status, "RUN_ENDED", "%s", why.text);
}

/* An upload that may have arrived is not sent twice: that job is aborted and another is made. */
static bool submit(struct sfdc_upsert *u, struct slot *slot, struct span csv)
{
	struct backoff b;

	backoff_begin(&b, SUBMIT_PAUSE_US, SUBMIT_MOST_US, 0);
	for (int k = 0;; k++) {
		bool again = false;

		if (submit_once(u, slot, csv, &again))
			return true;
		if (stop_signal())
			abort_open(u, slot);
		if (!again || k == SUBMITS - 1 || stop_signal())
			return false;
		inform(
		    1, "job %s: %s; another job takes its place", slot->job.id, u->sf->error.text);
		if (!salesforce_job_abort(u->sf, &slot->job) && u->sf->error.status == STATUS_AGAIN)
			return false;
		backoff_wait(&b);
	}
}

static bool submit_csv(struct sfdc_upsert *u, struct slot *slot, const struct bulk_csv *csv)
{
	char *p = mmap(NULL, csv->bytes, PROT_READ, MAP_SHARED, fileno(csv->file), 0);
	bool ok;

	if (p == MAP_FAILED)
		return rows_file_fails(&u->rows, STATUS_IO);
	ok = submit(u, slot, (struct span){p, csv->bytes});
	munmap(p, csv->bytes);
	if (ok)
		inform(1, "job %s: %zu row%s, %ju bytes", slot->job.id, csv->rows,
		    csv->rows == 1 ? "" : "s", (uintmax_t)csv->bytes);
	return ok;
}

/* Makes a job of the next rows; none are left: *slot stays free. */
static bool start(struct sfdc_upsert *u, struct bulk *b, struct slot *slot)
{
	struct bulk_csv csv;
	bool ok;

	while (b->next < u->rows.n && !bulk_csv_takes(&u->rows.at[b->next]))
		b->next++;
	if (b->next == u->rows.n)
		return true;
	if (!upsert_may_go(u))
		return false;
	*slot =
	    (struct slot){.from = b->next, .number = (uint32_t)++u->jobs, .locked = b->rounds > 0};
	ok = bulk_csv_make(u, &csv, b->next, slot->number);
	slot->to = b->next = csv.to;
	ok = ok && submit_csv(u, slot, &csv);
	bulk_csv_free(&csv);
	b->busy += ok;
	watch(u, slot);
	return ok;
}

/* ---- one job, over ---- */

static bool is_permanent(const char *error)
{
	static const char *const heads[] = {"InvalidBatch", "ClientInputError", "InvalidJob",
	    "InvalidUser", "FeatureNotEnabled", "ExceededQuota"};

	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		if (strncmp(error, heads[i], strlen(heads[i])) == 0)
			return true;
	return false;
}

/* Somebody else stopped it, and wants it to stay so. */
static bool was_aborted(const struct slot *slot)
{
	return strcmp(slot->job.state, "Aborted") == 0;
}

static struct note note_of_rest(const struct slot *slot)
{
	if (strcmp(slot->job.state, "JobComplete") == 0)
		return (struct note){SPAN("NO_ANSWER"),
		    SPAN("the results of the job do not name the row"), SPAN("[]")};
	if (was_aborted(slot))
		return (struct note){SPAN("JOB_ABORTED"),
		    SPAN("the job was aborted in Salesforce before it came to the row"),
		    SPAN("[]")};
	return (struct note){SPAN("JOB_FAILED"), span_of(slot->job.error), SPAN("[]")};
}

/* Rows that the job gives no answer for, and no other job would or may. */
static bool give_up_rest(struct sfdc_upsert *u, const struct slot *slot)
{
	struct note note = note_of_rest(slot);
	struct span kind = salesforce_job_kind(&slot->job);
	size_t n = 0;

	for (size_t i = slot->from; i < slot->to; i++) {
		struct record *r = &u->rows.at[i];

		if (r->job != slot->number || r->answer != ANSWER_NONE)
			continue;
		if (!rows_fail(&u->rows, r, ANSWER_UNPROCESSED, &note))
			return false;
		n++;
	}
	if (n > 0) {
		u->incomplete = true;
		complain("job %s: %s%s%.*s; rows not processed: %zu", slot->job.id, slot->job.state,
		    kind.n ? ": " : "", SPAN_ARG(kind), n);
	}
	return true;
}

static bool finish(struct sfdc_upsert *u, struct bulk *b, struct slot *slot)
{
	bool done = strcmp(slot->job.state, "JobComplete") == 0, ok;

	if (!bulk_results_take(u, &slot->job, slot->number, slot->from, slot->to))
		return false;
	inform(1, "job %s: %s, records done: %jd, failed of them: %jd", slot->job.id,
	    slot->job.state, (intmax_t)slot->job.processed, (intmax_t)slot->job.failed);
	if (done || was_aborted(slot) || is_permanent(slot->job.error) ||
	    b->requeued++ >= REQUEUES) {
		ok = give_up_rest(u, slot);
	} else {
		size_t n = release(u, slot);

		warn("job %s: %s: %.*s; rows that go into another: %zu", slot->job.id,
		    slot->job.state, SPAN_ARG(salesforce_job_kind(&slot->job)), n);
		if (slot->from < b->next)
			b->next = slot->from;
		ok = true;
	}
	slot->number = 0;
	b->busy--;
	return ok && upsert_report(u);
}

/* ---- all of them ---- */

/* Names all jobs that go on in Salesforce without us. */
static bool leave(struct sfdc_upsert *u, const struct bulk *b)
{
	char ids[AT_ONCE * (SALESFORCE_JOB_ID + 2)];
	size_t n = 0;

	for (size_t i = 0; i < AT_ONCE; i++)
		if (b->slots[i].number)
			n += (size_t)snprintf(
			    ids + n, sizeof ids - n, "%s%s", n ? ", " : "", b->slots[i].job.id);
	return salesforce_fail(u->sf, STATUS_AGAIN, "JOB_NOT_OVER",
	    "not over after the %jd s of --wait, and still going on in Salesforce: job %s",
	    (intmax_t)(u->wish.wait_us / CLOCK_SECOND), ids);
}

static bool ask(struct sfdc_upsert *u, struct bulk *b, struct slot *slot)
{
	if (!backoff_wait(&slot->backoff))
		return leave(u, b);
	if (!salesforce_job_read(u->sf, &slot->job))
		return false;
	progress("job %s: %s, records done: %jd; row %zu of %zu", slot->job.id, slot->job.state,
	    (intmax_t)slot->job.processed, slot->to, u->rows.n);
	return !salesforce_job_is_over(&slot->job) || finish(u, b, slot);
}

/* Rows that were locked go one job at a time: they may well lock each other. */
static struct slot *free_slot(struct bulk *b)
{
	for (size_t i = 0; i < (b->rounds > 0 ? 1 : AT_ONCE); i++)
		if (b->slots[i].number == 0)
			return &b->slots[i];
	return NULL;
}

static struct slot *next_slot(struct bulk *b)
{
	struct slot *best = NULL;

	for (size_t i = 0; i < AT_ONCE; i++)
		if (b->slots[i].number && (!best || b->slots[i].backoff.due < best->backoff.due))
			best = &b->slots[i];
	return best;
}

static size_t count_locked(const struct sfdc_upsert *u)
{
	size_t n = 0;

	for (size_t i = 0; i < u->rows.n; i++)
		n += u->rows.at[i].answer == ANSWER_AGAIN;
	return n;
}

/* As if they had never gone. */
static void release_locked(struct sfdc_upsert *u, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (u->rows.at[i].answer == ANSWER_AGAIN) {
			u->rows.at[i].answer = ANSWER_NONE;
			u->rows.at[i].job = 0;
		}
}

/* False: no rows go again by Bulk. */
static bool begin_round(struct sfdc_upsert *u, struct bulk *b)
{
	size_t n = count_locked(u);

	if (n <= LOCKED_MOST || b->rounds == LOCK_ROUNDS)
		return false;
	inform(1, "%zu rows are locked, they go again, one job at a time", n);
	release_locked(u, 0, u->rows.n);
	b->next = 0;
	b->rounds++;
	return true;
}

/* The run ends, and these jobs do not. */
static void name_running(const struct sfdc_upsert *u, const struct bulk *b)
{
	for (size_t i = 0; i < AT_ONCE; i++) {
		const struct slot *slot = &b->slots[i];

		if (slot->number && (strcmp(slot->job.state, "UploadComplete") == 0 ||
		                        strcmp(slot->job.state, "InProgress") == 0))
			warn("job %s: goes on in Salesforce; %s", slot->job.id,
			    u->wish.resume ? "the same command takes up its results"
			                   : "with --resume, its results would not be lost");
	}
}

/* The next step: a job more, or a look at one. *done: there is nothing left to do. */
static bool step(struct sfdc_upsert *u, struct bulk *b, bool *done)
{
	struct slot *slot = free_slot(b);

	if (slot && !start(u, b, slot))
		return false;
	if (slot && slot->number)
		return true;
	*done = b->busy == 0 && !begin_round(u, b);
	return b->busy == 0 || ask(u, b, next_slot(b));
}

bool bulk_send(struct sfdc_upsert *u)
{
	struct bulk b = {0};
	bool done = false;

	while (!done)
		if (!step(u, &b, &done)) {
			name_running(u, &b);
			return false;
		}
	return true;
}

/* ---- a job of a run that was killed ---- */

static bool find_job(struct sfdc_upsert *u, struct slot *slot, bool *found)
{
	*found = salesforce_job_read(u->sf, &slot->job);
	if (*found || strcmp(u->sf->code, "NOT_FOUND") != 0)
		return *found;
	u->sf->error.status = STATUS_OK;
	return true;
}

bool bulk_resume(struct sfdc_upsert *u, const struct resume_job *job)
{
	struct bulk b = {.next = job->to, .busy = 1};
	struct slot *slot = &b.slots[0];
	bool found;

	*slot = (struct slot){
	    .from = job->from, .to = job->to, .number = (uint32_t)++u->jobs, .locked = job->locked};
	snprintf(slot->job.id, sizeof slot->job.id, "%s", job->id);
	if (job->locked)
		release_locked(u, job->from, job->to);
	for (size_t i = job->from; i < job->to; i++)
		if (bulk_csv_takes(&u->rows.at[i]))
			u->rows.at[i].job = slot->number;
	if (!find_job(u, slot, &found))
		return false;
	inform(1, "job %s of the run before: %s", job->id, found ? slot->job.state : "gone");
	if (found && strcmp(slot->job.state, "Open") == 0 &&
	    !salesforce_job_abort(u->sf, &slot->job))
		return false;
	if (!found || strcmp(slot->job.state, "Aborted") == 0) {
		release(u, slot);
		return true;
	}
	watch(u, slot);
	while (b.busy > 0)
		if (!ask(u, &b, slot))
			return false;
	return true;
}
