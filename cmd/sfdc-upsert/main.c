/* sfdc-upsert: rows in, Salesforce records upserted by external id, one result per row out. */

#include "upsert.h"

#include "base/args.h"
#include "row/end.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static const char usage[] =
    "usage: sfdc-upsert --object NAME --external-id FIELD [--api auto|collections]\n"
    "                   [--rejects FILE] [--api-version N] [--tries N] [--max-line BYTES]\n"
    "                   [--seal] [-vq] [FILE...]\n"
    "\n"
    "  --object NAME         the object: Lead\n"
    "  --external-id FIELD   the external id field that says which record a row is\n"
    "  --api auto|collections  sObject Collections, 200 rows a call (bulk is not there yet)\n"
    "  --rejects FILE        write failed rows there, to be fed in again; without it a row\n"
    "                        that is not JSON ends the run\n"
    "  --api-version N       default SF_ORG_API_VERSION, or " SALESFORCE_VERSION "\n"
    "  --tries N             how often a request is sent in all; default 6\n"
    "  --max-line BYTES      longest row (k, M, G); default 100M\n"
    "  --seal                demand the good end record before anything is sent\n"
    "  -v, -q                say more, say errors only\n"
    "  --help, --version\n";

enum { LINE_MOST = 1 << 29 };

struct job {
	const char *object, *external_id, *rejects, *version;
	char *const *paths;
	size_t max_line;
	int tries;
	struct args args;
};

/* Why the run ends early, and what rows without an answer are told. */
struct failure {
	enum status status;
	const char *code;
	char why[SALESFORCE_WHY + 100];
};

static void check_api(const char *api)
{
	if (strcmp(api, "bulk") == 0)
		args_die("--api bulk: not supported in this version");
	if (strcmp(api, "auto") != 0 && strcmp(api, "collections") != 0)
		args_die("--api: must be auto or collections");
}

static void check_job(const struct job *job)
{
	if (!job->object)
		args_die("--object is missing");
	if (!job->external_id)
		args_die("--external-id is missing");
	if (!salesforce_is_name(job->object))
		args_die("--object: no name of an object");
	if (!salesforce_is_name(job->external_id))
		args_die("--external-id: no name of a field");
}

static void read_options(struct job *job, int argc, char **argv)
{
	enum { OBJECT = ARGS_OWN, EXTERNAL_ID, API, REJECTS, API_VERSION, TRIES, MAX_LINE };
	static const struct option options[] = {{"object", required_argument, NULL, OBJECT},
	    {"external-id", required_argument, NULL, EXTERNAL_ID},
	    {"api", required_argument, NULL, API}, {"rejects", required_argument, NULL, REJECTS},
	    {"api-version", required_argument, NULL, API_VERSION},
	    {"tries", required_argument, NULL, TRIES},
	    {"max-line", required_argument, NULL, MAX_LINE}, ARGS_COMMON, {0}};
	int opt;

	while ((opt = getopt_long(argc, argv, ARGS_LETTERS, options, NULL)) != -1)
		switch (opt) {
		case OBJECT: job->object = optarg; break;
		case EXTERNAL_ID: job->external_id = optarg; break;
		case API: check_api(optarg); break;
		case REJECTS: job->rejects = optarg; break;
		case API_VERSION: job->version = optarg; break;
		case TRIES: job->tries = (int)args_number("--tries", optarg, 1, 100); break;
		case MAX_LINE:
			job->max_line = args_bytes("--max-line", optarg, 1, LINE_MOST);
			break;
		default: args_common(&job->args, opt);
		}
	check_job(job);
	job->paths = argv + optind;
}

static void blame(struct failure *f, enum status status, const char *code, const char *why)
{
	f->status = status;
	f->code = code;
	snprintf(f->why, sizeof f->why, "%s", why);
}

static void find_cause(struct failure *f, const struct upsert *u, const struct source *src)
{
	if (u->out->error) {
		blame(f, STATUS_IO, "RUN_ENDED", "");
		snprintf(f->why, sizeof f->why, "stdout: %s", strerror(u->out->error));
	} else if (u->sf->status) {
		blame(f, u->sf->status, u->sf->code, u->sf->why);
	} else if (u->reject.status) {
		blame(f, u->reject.status, "RUN_ENDED", u->reject.why);
	} else {
		blame(f, src->status, "INPUT_FAILED", src->why);
	}
}

/* Every row that was not answered is said to be so: also those that were not read yet. */
static void answer_rest(struct upsert *u, struct source *src, const struct failure *f)
{
	struct source_row row;

	upsert_abandon(u, f->code, f->why);
	while (u->sf->status && !u->out->error && source_next(src, &row))
		upsert_pass(u, &row, f->code, f->why);
}

static enum status give_up(struct upsert *u, struct source *src)
{
	const struct end *end = &src->in.end;
	bool upstream = src->status == STATUS_UPSTREAM && *end->error;
	struct failure f;

	find_cause(&f, u, src);
	if (!u->out->error)
		answer_rest(u, src, &f);
	complain("%s", f.why);
	upsert_finish(u);
	end_fail(u->out, upstream ? end->tool : prog_name(), upstream ? end->error : f.why);
	return f.status;
}

static void print_summary(const struct upsert *u, const struct source *src)
{
	const struct salesforce *sf = u->sf;
	char detail[200], limit[80] = "";

	if (sf->allowed > 0)
		snprintf(limit, sizeof limit, ", API usage %jd of %jd", (intmax_t)sf->used,
		    (intmax_t)sf->allowed);
	snprintf(detail, sizeof detail, "%ju created, %ju updated, %ju calls%s",
	    (uintmax_t)u->created, (uintmax_t)u->updated, (uintmax_t)sf->calls, limit);
	summarise(&(struct summary){.rows_in = u->rows,
	    .rows_out = u->out->rows,
	    .rejected = u->failed,
	    .bytes = src->in.lines.bytes,
	    .retries = salesforce_retries(sf),
	    .detail = detail});
}

static enum status finish(struct upsert *u, struct source *src)
{
	uint64_t failed = u->failed;

	if (!upsert_finish(u))
		return give_up(u, src);
	print_summary(u, src);
	if (src->in.ended) {
		src->in.end.rows = u->out->rows;
		end_write(u->out, &src->in.end);
	}
	die_last_words(NULL, NULL);
	if (!out_close(u->out)) {
		complain("stdout: %s", strerror(u->out->error));
		return STATUS_IO;
	}
	return failed > 0 ? STATUS_REJECTS : STATUS_OK;
}

static enum status run(struct upsert *u, struct source *src)
{
	struct source_row row;

	while (source_next(src, &row)) {
		if (!upsert_row(u, src, &row))
			return give_up(u, src);
		progress("%ju rows, %ju calls", (uintmax_t)u->rows, (uintmax_t)u->sf->calls);
	}
	if (src->status || !upsert_flush(u))
		return give_up(u, src);
	return finish(u, src);
}

int main(int argc, char **argv)
{
	static struct upsert upsert;
	static struct source source;
	static struct salesforce sf;
	static struct out out;
	struct job job = {.args = {.usage = usage}, .max_line = LINES_MAX_DEFAULT};
	enum status status;

	prog_init("sfdc-upsert");
	out_init(&out, STDOUT_FILENO);
	end_guard(&out);
	args_init(&job.args);
	read_options(&job, argc, argv);
	if (!salesforce_open(&sf, job.version, job.tries))
		die(sf.status, "%s", sf.why);
	upsert_init(&upsert, &sf, job.object, job.external_id, job.rejects, &out);
	if (upsert.reject.status)
		die(upsert.reject.status, "%s", upsert.reject.why);
	source_init(&source, job.paths, job.max_line, job.args.seal);

	status = run(&upsert, &source);

	source_free(&source);
	salesforce_close(&sf);
	buf_free(&out.buf);
	return (int)status;
}
