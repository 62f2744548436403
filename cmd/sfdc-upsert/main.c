/* sfdc-upsert: rows in, Salesforce records upserted by external id, one result per row out. */

#include "bulk.h"
#include "collections.h"
#include "describe.h"
#include "upsert.h"

#include "base/args.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/time.h"
#include "stream/end.h"

#include <errno.h>
#include <stdio.h>
#include <strings.h>
#include <unistd.h>

static const char usage[] =
    "usage: sfdc-upsert --object NAME --external-id FIELD [OPTION...] [FILE...]\n"
    "\n"
    "Upserts NDJSON rows, whose keys are names of fields, into Salesforce by\n"
    "external id. Answers each row with a result. No FILE: stdin.\n"
    "\n"
    "  --object NAME         the object: Lead\n"
    "  --external-id FIELD   the external id field that says which record a row is\n"
    "  --api WHICH           collections (200 rows a call); bulk (jobs); auto\n"
    "                        (default): collections up to 2000 rows, bulk above\n"
    "  --empty WHAT          for \"\": null (default) clears the field, keep sends it\n"
    "                        as it is, skip leaves the field alone\n"
    "  --duplicates WHICH    of one external id: last (default) sends all rows, in\n"
    "                        order; first sends the first only; reject none\n"
    "  --assign RULE         the id of the assignment rule to run, or none (default)\n"
    "  --rejects FILE        failed rows go there; without it bad JSON ends the run\n"
    "  --resume FILE         keep there what was done; go on from it after a kill\n"
    "  --stop-at P%          stop when so much of the daily API calls is spent\n"
    "  --job-rows N          most rows of one Bulk job (100000); --job-bytes (95M)\n"
    "  --poll SECONDS        pause between looks (20); --wait for the end (86400)\n"
    "  --api-version N       default: SF_ORG_API_VERSION, or " SALESFORCE_VERSION "\n"
    "  --tries N             how often a request is sent (6); --timeout SECONDS (600)\n"
    "  --max-line BYTES      longest row (100M)\n"
    "  -o, --output FILE     the output; appears only when the run ended well\n"
    "  --seal, --no-seal, -v, -q, -h (--help), -V (--version)\n";

enum { LINE_MOST = 1 << 29, COLLECTIONS_MOST = 2000, JOB_ROWS = 100000, POLL_S = 20 };
enum { JOB_BYTES = 95 << 20, WAIT_S = 86400, WAIT_MOST_S = 7 * 86400 };

enum sfdc_api { API_AUTO, API_COLLECTIONS, API_BULK };

struct sfdc_job {
	struct sfdc_wish wish;
	struct sink_options sink;
	enum sfdc_api api;
	const char *version, *assign;
	struct http_options http;
	struct args args;
};

struct sfdc_run {
	struct sfdc_upsert upsert;
	struct salesforce sf;
	enum sfdc_api api;
};

/* The place of a word in a list that ends in NULL; else a usage error with `rule`. */
static int pick(const char *option, const char *word, const char *const *words, const char *rule)
{
	for (int i = 0; words[i]; i++)
		if (strcmp(word, words[i]) == 0)
			return i;
	args_die("%s: must be %s", option, rule);
}

static enum sfdc_api read_api(const char *word)
{
	static const char *const words[] = {"auto", "collections", "bulk", NULL};

	return (enum sfdc_api)pick("--api", word, words, "auto, collections or bulk");
}

static enum empty read_empty(const char *word)
{
	static const char *const words[] = {"null", "keep", "skip", NULL};

	return (enum empty)pick("--empty", word, words, "null, keep or skip");
}

static enum duplicates read_duplicates(const char *word)
{
	static const char *const words[] = {"last", "first", "reject", NULL};

	return (enum duplicates)pick("--duplicates", word, words, "last, first or reject");
}

/* NULL for "none". */
static const char *read_rule(const char *text)
{
	size_t n = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

	if (strcmp(text, "none") == 0)
		return NULL;
	if (strncmp(text, "01Q", 3) != 0 || text[n] || (n != 15 && n != 18))
		args_die("--assign: must be the id of an assignment rule (01Q...) or none");
	return text;
}

static int read_percent(const char *text)
{
	size_t n = strlen(text);
	char digits[8];

	if (n < 2 || n > 4 || text[n - 1] != '%')
		args_die("--stop-at: must be a percentage such as 80%%");
	snprintf(digits, sizeof digits, "%.*s", (int)n - 1, text);
	return (int)args_number("--stop-at", digits, 1, 100);
}

static void check_job(const struct sfdc_job *job)
{
	if (!job->wish.object)
		args_die("--object is missing");
	if (!job->wish.field)
		args_die("--external-id is missing");
	if (!salesforce_is_name(job->wish.object))
		args_die("--object: no name of an object");
	if (!salesforce_is_name(job->wish.field))
		args_die("--external-id: no name of a field");
	if (strcasecmp(job->wish.field, "Id") == 0)
		args_die("--external-id: must be an external id field; Id is none");
}

enum {
	OBJECT = ARGS_OWN,
	EXTERNAL_ID,
	API,
	EMPTY,
	ASSIGN,
	DUPLICATES,
	REJECTS,
	RESUME,
	STOP_AT,
	ROWS_OF_JOB,
	BYTES_OF_JOB,
	POLL,
	API_VERSION,
	TRIES,
	TIMEOUT,
	WAIT,
	MAX_LINE
};

static const struct option options[] = {{"object", required_argument, NULL, OBJECT},
    {"external-id", required_argument, NULL, EXTERNAL_ID}, {"api", required_argument, NULL, API},
    {"empty", required_argument, NULL, EMPTY}, {"duplicates", required_argument, NULL, DUPLICATES},
    {"assign", required_argument, NULL, ASSIGN}, {"rejects", required_argument, NULL, REJECTS},
    {"resume", required_argument, NULL, RESUME}, {"stop-at", required_argument, NULL, STOP_AT},
    {"job-rows", required_argument, NULL, ROWS_OF_JOB},
    {"job-bytes", required_argument, NULL, BYTES_OF_JOB}, {"poll", required_argument, NULL, POLL},
    {"api-version", required_argument, NULL, API_VERSION}, {"wait", required_argument, NULL, WAIT},
    {"timeout", required_argument, NULL, TIMEOUT}, {"tries", required_argument, NULL, TRIES},
    {"max-line", required_argument, NULL, MAX_LINE}, ARGS_STREAM, {0}};

static void read_option(struct sfdc_job *job, int opt)
{
	struct sfdc_wish *w = &job->wish;

	switch (opt) {
	case OBJECT: w->object = optarg; break;
	case EXTERNAL_ID: w->field = optarg; break;
	case API: job->api = read_api(optarg); break;
	case EMPTY: w->empty = read_empty(optarg); break;
	case DUPLICATES: w->duplicates = read_duplicates(optarg); break;
	case ASSIGN: job->assign = read_rule(optarg); break;
	case REJECTS: job->sink.rejects = optarg; break;
	case RESUME: w->resume = optarg; break;
	case STOP_AT: w->stop_at = read_percent(optarg); break;
	case ROWS_OF_JOB: w->job_rows = args_number("--job-rows", optarg, 1, 10000000); break;
	case BYTES_OF_JOB: w->job_bytes = args_bytes("--job-bytes", optarg, 1, JOB_BYTES); break;
	case POLL:
		w->poll_us = (int64_t)args_number("--poll", optarg, 1, 3600) * CLOCK_SECOND;
		break;
	case API_VERSION: job->version = optarg; break;
	case WAIT:
		w->wait_us = (int64_t)args_number("--wait", optarg, 1, WAIT_MOST_S) * CLOCK_SECOND;
		break;
	case TRIES: http_set_tries(&job->http, optarg); break;
	case TIMEOUT: http_set_timeout(&job->http, optarg); break;
	case MAX_LINE: job->sink.max_line = args_bytes("--max-line", optarg, 1, LINE_MOST); break;
	default: args_common(&job->args, opt);
	}
}

static void read_options(struct sfdc_job *job, int argc, char **argv)
{
	int opt;

	while ((opt = args_next(argc, argv, ARGS_STREAM_LETTERS, options)) != -1)
		read_option(job, opt);
	check_job(job);
	job->sink.paths = argv + optind;
	job->sink.args = &job->args;
}

/* What the run before did, if there was one. */
static bool take_up(struct sfdc_upsert *u)
{
	struct resume_job job;
	char what[800];

	snprintf(what, sizeof what, "%.600s %.80s %.80s", salesforce_org(u->sf), u->wish.object,
	    u->wish.field);
	if (!resume_open(&u->resume, what, u->rows.digest))
		return false;
	while (resume_next(&u->resume, &u->rows, &job))
		if (!bulk_resume(u, &job))
			return false;
	return !u->resume.error.status && !u->rows.error.status;
}

static bool send_rows(struct sfdc_upsert *u, enum sfdc_api api)
{
	size_t n = upsert_count(u);

	if (n == 0)
		return upsert_report(u);
	if (!describe_check(&u->columns, u->sf, u->wish.object, u->wish.field))
		return false;
	if (!take_up(u))
		return false;
	if ((api == API_BULK || (api == API_AUTO && n > COLLECTIONS_MOST)) && !bulk_send(u))
		return false;
	return collections_send(u);
}

/* What failed first, in the sink's words. */
static bool blame(const struct sfdc_upsert *u)
{
	const struct salesforce *sf = u->sf;

	if (u->rows.error.status)
		return error_copy(&u->sink->error, &u->rows.error);
	if (u->resume.error.status)
		return error_copy(&u->sink->error, &u->resume.error);
	if (sf->error.status)
		return sink_fail(u->sink, sf->error.status, "%s", sf->error.text);
	return false;
}

static bool send_all(void *ctx, struct sink *sink)
{
	struct sfdc_run *run = ctx;
	struct sfdc_upsert *u = &run->upsert;

	if (!upsert_read(u, sink) || !send_rows(u, run->api))
		return blame(u);
	if (u->incomplete)
		return sink_fail(
		    sink, STATUS_REFUSED, "a Bulk job failed; its rows are unprocessed");
	return true;
}

/* Every row that was not answered is said to be so. */
static void abandon(void *ctx, struct sink *sink)
{
	struct sfdc_run *run = ctx;
	const struct salesforce *sf = &run->sf;
	const char *code = sink->in.error.status ? "INPUT_FAILED"
	                   : sf->error.status    ? sf->code
	                                         : "RUN_ENDED";
	bool own = sf->error.status && !sink->in.error.status && *sf->message;

	upsert_abandon(&run->upsert, code, own ? sf->message : sink->error.text);
}

static void tell(void *ctx, struct sink *sink, struct summary *summary)
{
	static char detail[200];
	const struct sfdc_run *run = ctx;
	const struct sfdc_upsert *u = &run->upsert;
	const struct salesforce *sf = &run->sf;
	char limit[80] = "", jobs[40] = "";

	(void)sink;
	if (sf->allowed > 0)
		snprintf(limit, sizeof limit, ", API usage %jd of %jd", (intmax_t)sf->used,
		    (intmax_t)sf->allowed);
	if (u->jobs > 0)
		snprintf(
		    jobs, sizeof jobs, ", %ju job%s", (uintmax_t)u->jobs, u->jobs == 1 ? "" : "s");
	snprintf(detail, sizeof detail, "%ju created, %ju updated%s, %ju call%s%s",
	    (uintmax_t)u->created, (uintmax_t)u->updated, jobs, (uintmax_t)sf->calls,
	    sf->calls == 1 ? "" : "s", limit);
	summary->rejected = u->failed;
	summary->retries = salesforce_retries(sf);
	summary->detail = detail;
}

int main(int argc, char **argv)
{
	static struct sink sink;
	static struct sfdc_run run;
	static const struct sink_work work = {send_all, abandon, tell};
	struct sfdc_job job = {.args = {.usage = usage},
	    .sink = {.max_line = LINES_MAX_DEFAULT},
	    .wish = {.job_rows = JOB_ROWS,
	        .job_bytes = JOB_BYTES,
	        .poll_us = POLL_S * CLOCK_SECOND,
	        .wait_us = WAIT_S * CLOCK_SECOND}};
	enum status status;

	prog_init("sfdc-upsert");
	sink_guard(&sink);
	args_init(&job.args);
	read_options(&job, argc, argv);
	run.api = job.api;
	if (!salesforce_open(&run.sf, job.version, &job.http))
		die(run.sf.error.status, "%s", run.sf.error.text);
	run.sf.assign = job.assign;
	upsert_init(&run.upsert, &job.wish, &run.sf);
	status = sink_run(&sink, &job.sink, &work, &run);
	upsert_free(&run.upsert, status < STATUS_USAGE);
	salesforce_close(&run.sf);
	return prog_end(status);
}
