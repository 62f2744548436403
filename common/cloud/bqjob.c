#include "cloud/bqjob.h"

#include "base/text.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/mem.h"
#include "cloud/bqjobs.h"
#include "cloud/bqname.h"
#include "cloud/bqwords.h"
#include "wire/backoff.h"

#include <stdio.h>
#include <stdlib.h>

enum { LABEL_MAX = 63, FIND_S = 4, IN_TURN = 8 };

static const int64_t POLL_FIRST = CLOCK_SECOND / 20, POLL_LAST = 5 * CLOCK_SECOND;

/* ---- names -------------------------------------------------------------------------------- */

static void name_attempt(char id[BQJOB_ID_MAX], const struct bqjob_plan *plan, int attempt)
{
	struct buf name;

	buf_init(&name, BQJOB_ID_MAX);
	bqname_attempt(&name, plan->id, attempt);
	snprintf(id, BQJOB_ID_MAX, "%s", buf_str(&name));
	buf_free(&name);
}

/* Label values: lower case letters, digits, _ and -, at most 63. */
static void set_label(jdoc *labels, const char *key, const char *value)
{
	char clean[LABEL_MAX + 1];
	size_t n = 0;

	for (; *value && n < LABEL_MAX; value++) {
		char c = *value >= 'A' && *value <= 'Z' ? (char)(*value | 0x20) : *value;
		bool fine = text_is_letter(c) || text_is_digit(c) || c == '_';

		clean[n++] = fine ? c : '-';
	}
	clean[n] = '\0';
	if (n)
		jdoc_set_text(labels, key, clean);
}

static jdoc *resource(const struct bigquery *bq, const struct bqjob_plan *plan, const char *id)
{
	jdoc *job = jdoc_object(), *labels = jdoc_object();

	jdoc_set_text(job, "jobReference.projectId", bq->project);
	jdoc_set_text(job, "jobReference.jobId", id);
	jdoc_set_text(job, "jobReference.location", plan->location);
	jdoc_set(job, "configuration", jdoc_copy(plan->configuration));
	set_label(labels, "leadpipe-tool", prog_name());
	set_label(labels, "leadpipe-run", prog_run_id());
	set_label(labels, "leadpipe-config", plan->fingerprint);
	jdoc_set(job, "configuration.labels", labels);
	return job;
}

/*
 * "Already Exists: Job PROJECT:LOCATION.ID" tells where to look. NULL when it does not; the
 * caller frees.
 */
static char *location_in(const char *message, const char *id)
{
	const char *end = strstr(message, id), *from;

	if (!end || end == message || end[-1] != '.')
		return NULL;
	for (from = --end; from > message && from[-1] != ':' && from[-1] != ' '; from--)
		;
	if (from == end || from == message || from[-1] != ':')
		return NULL;
	return mem_dup(from, (size_t)(end - from));
}

/* ---- the life of one attempt -------------------------------------------------------------- */

static bool is_done(const jdoc *job)
{
	return strcmp(jdoc_text(job, "status.state", ""), "DONE") == 0;
}

/* The job was sent, and may well succeed: only running the same again can tell. */
static bool lose_sight(struct bigquery *bq, const struct bqjob_plan *plan, const struct bqjob *job)
{
	char why[BIGQUERY_WHY];

	snprintf(why, sizeof why, "%s", bq->error.text);
	return bigquery_fail(bq, STATUS_AGAIN, "job %s was sent, and its end not seen: %.700s; %s",
	    job->id, why, plan->advice ? plan->advice : "the same command again will find it");
}

/* It goes on without us. */
static bool leave(struct bigquery *bq, const struct bqjob *job)
{
	return bigquery_fail(bq, STATUS_AGAIN,
	    "job %s: still %.24s after the %jd s of --wait; it goes on in BigQuery", job->id,
	    jdoc_text(job->doc, "status.state", ""), (intmax_t)(bq->wait_us / CLOCK_SECOND));
}

/* Asks for a job that was sent. Right after that, a 404 can be a delay (python-bigquery 2134). */
static jdoc *get_sent(struct bigquery *bq, const char *id, const char *location)
{
	struct backoff b;
	jdoc *doc;

	backoff_begin(&b, CLOCK_SECOND / 2, 2 * CLOCK_SECOND, FIND_S * CLOCK_SECOND);
	do
		doc = bqjobs_get(bq, id, location);
	while (!doc && bq->code == 404 && backoff_wait(&b));
	return doc;
}

/* The job whose id was refused as taken. */
static jdoc *find(struct bigquery *bq, const char *id, const char *location)
{
	char *told = location_in(bq->message, id);
	jdoc *doc = get_sent(bq, id, told ? told : location);

	if (!doc && bq->code == 404)
		bigquery_fail(bq, STATUS_REFUSED,
		    "job %s: BigQuery says that it exists, and does not show it", id);
	free(told);
	return doc;
}

/* Asks for the job anew. */
static bool look_again(struct bigquery *bq, struct bqjob *job)
{
	char *location = mem_text(jdoc_text(job->doc, "jobReference.location", ""));

	jdoc_free(job->doc);
	job->doc = get_sent(bq, job->id, *location ? location : NULL);
	free(location);
	return job->doc != NULL;
}

static bool wait_done(struct bigquery *bq, const struct bqjob_plan *plan, struct bqjob *job)
{
	struct backoff b;

	backoff_begin(&b, POLL_FIRST, POLL_LAST, bq->wait_us);
	while (!is_done(job->doc)) {
		const char *state = jdoc_text(job->doc, "status.state", NULL);

		if (!state) {
			bigquery_fail(bq, STATUS_AGAIN, "BigQuery's reply names no state");
			return lose_sight(bq, plan, job);
		}
		progress("job %s: %s", job->id, state);
		if (!backoff_wait(&b))
			return leave(bq, job);
		if (!look_again(bq, job))
			return lose_sight(bq, plan, job);
	}
	job->location = jdoc_text(job->doc, "jobReference.location", NULL);
	return true;
}

static bool failed(const struct bqjob *job)
{
	return jdoc_is_object(jdoc_at(job->doc, "status.errorResult"));
}

static void tell_error(const jdoc *error, const char *id)
{
	const char *location = jdoc_text(error, "location", "");
	struct buf text;

	buf_init(&text, BIGQUERY_WHY);
	bqwords_add(&text, jdoc_text(error, "message", ""));
	complain("job %s: %s%s%s: %s", id, jdoc_text(error, "reason", "failed"),
	    *location ? ": " : "", location, buf_str(&text));
	buf_free(&text);
}

void bqjob_tell_errors(const struct bqjob *job)
{
	const jdoc *list = jdoc_at(job->doc, "status.errors");
	const char *last = jdoc_text(job->doc, "status.errorResult.message", NULL);
	size_t n = jdoc_count(list);

	for (size_t i = 0; i < n; i++) {
		const jdoc *error = jdoc_item(list, i, NULL);

		if (!last || strcmp(jdoc_text(error, "message", ""), last) != 0)
			tell_error(error, job->id);
	}
}

/* Prints the errors of the job, and makes the one it failed of the last word. */
static bool blame(struct bigquery *bq, const struct bqjob *job)
{
	const char *reason = jdoc_text(job->doc, "status.errorResult.reason", "");
	const char *message = jdoc_text(job->doc, "status.errorResult.message", "");
	enum status status = bigquery_meaning(reason);
	struct buf text;

	bqjob_tell_errors(job);
	snprintf(bq->reason, sizeof bq->reason, "%s", reason);
	buf_init(&text, BIGQUERY_WHY);
	bqwords_add(&text, message);
	if (bigquery_contention(message))
		status = STATUS_AGAIN;
	bigquery_fail(bq, status, "job %s failed: %s%s%s", job->id, reason, text.n ? ": " : "",
	    buf_str(&text));
	buf_free(&text);
	return false;
}

static bool is_ours(struct bigquery *bq, const struct bqjob *job, const struct bqjob_plan *plan)
{
	const char *theirs = jdoc_text(job->doc, "configuration.labels.leadpipe-config", "");

	return strcmp(theirs, plan->fingerprint) == 0 ||
	       bigquery_fail(bq, STATUS_REFUSED,
	           "job %s: that id belongs to another job, with other options", job->id);
}

/*
 * An earlier run's job under this id, before anything is sent. False: an error; else doc may
 * be NULL.
 */
static bool look(struct bigquery *bq, const struct bqjob_plan *plan, struct bqjob *job)
{
	job->doc = bqjobs_get(bq, job->id, plan->location);
	job->attached = job->doc != NULL;
	return job->doc || bq->code == 404;
}

/* Sends one attempt, or attaches to the one that is there. */
static bool start(struct bigquery *bq, const struct bqjob_plan *plan, struct bqjob *job)
{
	jdoc *body;

	bqjob_free(job);
	job->attached = false;
	if (plan->look_first && !look(bq, plan, job))
		return false;
	if (job->doc)
		return is_ours(bq, job, plan);
	body = resource(bq, plan, job->id);
	job->doc = (plan->submit ? plan->submit : bqjobs_insert)(
	    bq, body, plan->location, plan->submit_ctx);
	jdoc_free(body);
	if (job->doc)
		return true;
	if (bq->code != 409)
		return false;
	job->attached = true;
	job->doc = find(bq, job->id, plan->location);
	return job->doc && is_ours(bq, job, plan);
}

enum bqjob_outcome { WORKED, NEXT_ID, LATER, BROKEN };

static enum bqjob_outcome attempt(
    struct bigquery *bq, const struct bqjob_plan *plan, struct bqjob *job)
{
	if (!start(bq, plan, job) || !wait_done(bq, plan, job))
		return BROKEN;
	if (!failed(job)) {
		if (!job->attached || !plan->stands || plan->stands(bq, job->doc, plan->stands_ctx))
			return WORKED;
		return bq->error.status ? BROKEN : NEXT_ID;
	}
	if (job->attached) {
		inform(1, "job %s of an earlier run failed; the next id is used", job->id);
		return NEXT_ID;
	}
	blame(bq, job);
	return bq->error.status == STATUS_AGAIN ? LATER : BROKEN;
}

static bool pause_before(struct bigquery *bq, int *sent)
{
	struct retry_case c = {.status = 503, .attempt = ++*sent, .after_us = -1};

	if (*sent < bq->retry.tries)
		warn("%s; the next id is tried", bq->error.text);
	return backoff_retry(&bq->retry, c);
}

/* Is there a job of that attempt? False, and *error, where BigQuery does not say. */
static bool is_taken(struct bigquery *bq, const struct bqjob_plan *plan, int attempt, bool *error)
{
	char id[BQJOB_ID_MAX];
	jdoc *doc;

	name_attempt(id, plan, attempt);
	doc = bqjobs_get(bq, id, plan->location);
	jdoc_free(doc);
	*error = !doc && bq->code != 404;
	return doc != NULL;
}

/*
 * The last attempt that has a job, or `next` where that has none: ids are taken one after the
 * other, and only the last one can stand. 0: an error.
 */
static int last_taken(struct bigquery *bq, const struct bqjob_plan *plan, int next)
{
	int low = next - 1, high = next;
	bool error = false;

	while (high < BQJOB_ATTEMPTS_MAX && is_taken(bq, plan, high, &error)) {
		low = high;
		high *= 2;
	}
	while (!error && high - low > 1) {
		int middle = low + (high - low) / 2;

		if (is_taken(bq, plan, middle, &error))
			low = middle;
		else
			high = middle;
	}
	if (error)
		return 0;
	return low < next ? next : low;
}

bool bqjob_run(struct bigquery *bq, const struct bqjob_plan *plan, struct bqjob *job)
{
	int sent = 0;

	*job = (struct bqjob){0};
	for (int i = 1; i <= BQJOB_ATTEMPTS_MAX; i++) {
		enum bqjob_outcome outcome;

		if (i == IN_TURN && sent == 0)
			i = last_taken(bq, plan, i);
		if (i == 0)
			return false;
		name_attempt(job->id, plan, i);
		bq->error.status = STATUS_OK;
		outcome = attempt(bq, plan, job);
		if (outcome == WORKED)
			return true;
		if (outcome == BROKEN || (outcome == LATER && !pause_before(bq, &sent)))
			return false;
	}
	return bigquery_fail(bq, STATUS_REFUSED, "job %s: %d jobs of that id; nothing was sent",
	    plan->id, BQJOB_ATTEMPTS_MAX);
}

void bqjob_free(struct bqjob *job)
{
	jdoc_free(job->doc);
	job->doc = NULL;
	job->location = NULL;
}

double bqjob_seconds(const jdoc *job)
{
	int64_t from = jdoc_int(job, "statistics.creationTime", 0);
	int64_t to = jdoc_int(job, "statistics.endTime", from);

	return to > from ? (double)(to - from) / 1000 : 0;
}
