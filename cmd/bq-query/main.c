#include "base/args.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/time.h"
#include "base/file.h"
#include "base/mem.h"
#include "cloud/bqjob.h"
#include "cloud/bqjobs.h"
#include "cloud/bqname.h"
#include "cloud/bqreceipt.h"
#include "pages.h"
#include "param.h"
#include "stream/end.h"
#include "wire/crypt.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: bq-query [-f FILE.sql] [--param NAME[:TYPE]=VALUE]...\n"
    "                [--max-bytes-billed N] [--dry-run] [SQL]\n"
    "\n"
    "Runs GoogleSQL in BigQuery and writes the result rows as NDJSON.\n"
    "\n"
    "  -f, --file FILE         the SQL; - is stdin\n"
    "  --param N[:TYPE]=V      a named parameter, @N in the SQL; STRING by default;\n"
    "                          ARRAY<TYPE> (V: a JSON array), RANGE<TYPE> ([A, B))\n"
    "  --once NAME             a job of that name, which runs once, however often it\n"
    "                          is asked for: for SQL that changes something\n"
    "  --batch                 run when there is room, at lower priority\n"
    "  --max-bytes-billed N    fail, free of charge, rather than bill more\n"
    "  --dry-run               the estimate only, as a receipt\n"
    "  --page-size N           rows asked for at a time (10000)\n"
    "  --location PLACE        where the job runs (BigQuery's choice)\n"
    "  --tries N               how often a request is sent (6)\n"
    "  --timeout SECONDS       for one request and its reply (600)\n"
    "  --wait SECONDS          for a job to end (86400)\n"
    "  -o, --output FILE       the output; appears only when the run ended well\n"
    "  --seal, --no-seal, -v, -q, -h (--help), -V (--version)\n";

enum {
	OPT_PARAM = ARGS_OWN,
	OPT_BILLED,
	OPT_DRY,
	OPT_PAGE,
	OPT_PLACE,
	OPT_TRIES,
	OPT_TIMEOUT,
	OPT_WAIT,
	OPT_BATCH,
	OPT_ONCE
};
enum { PAGE_SIZE = 10000, PAGE_SIZE_MAX = 1000000 };
enum { SQL_MAX = 1 << 20 /* BigQuery's own limit, bytes */ };

static const struct option options[] = {{"file", required_argument, NULL, 'f'},
    {"param", required_argument, NULL, OPT_PARAM},
    {"max-bytes-billed", required_argument, NULL, OPT_BILLED},
    {"once", required_argument, NULL, OPT_ONCE}, {"batch", no_argument, NULL, OPT_BATCH},
    {"dry-run", no_argument, NULL, OPT_DRY}, {"page-size", required_argument, NULL, OPT_PAGE},
    {"location", required_argument, NULL, OPT_PLACE}, {"tries", required_argument, NULL, OPT_TRIES},
    {"timeout", required_argument, NULL, OPT_TIMEOUT}, {"wait", required_argument, NULL, OPT_WAIT},
    ARGS_STREAM, {0}};

struct bqquery_settings {
	struct args args;
	const char *file, *location, *once;
	struct buf sql;
	jdoc *parameters; /* an array, or NULL */
	bool dry_run, batch;
	uint64_t billed; /* 0: no limit */
	uint64_t page_size;
	struct http_options http;
	int64_t wait_s;
};

/* ---- what is asked for -------------------------------------------------------------------- */

static void add_parameter(struct bqquery_settings *s, const char *text)
{
	const char *why;
	jdoc *parameter = param_read(text, &why);

	if (!parameter)
		args_die("--param: %s", why);
	if (!s->parameters)
		s->parameters = jdoc_array();
	jdoc_push(s->parameters, parameter);
}

static void take_sql(struct bqquery_settings *s, int argc, char **argv)
{
	file_error error;

	if (s->file && optind < argc)
		args_die("either -f or SQL, not both");
	if (s->file) {
		error = file_read(s->file, &s->sql);
		if (error)
			die(errno == EACCES ? STATUS_DENIED : STATUS_IO, "%s: %s", s->file, error);
	} else {
		buf_adds(&s->sql, args_operand(argc, argv, "SQL"));
	}
	if (optind < argc)
		args_die("one argument too many: quote the SQL");
	if (s->sql.full)
		die(STATUS_DATA, "the SQL is longer than BigQuery takes (1 MiB)");
	if (memchr(buf_str(&s->sql), '\0', s->sql.n))
		die(STATUS_DATA, "the SQL holds a NUL byte");
}

static void parse(struct bqquery_settings *s, int argc, char **argv)
{
	int opt;

	while ((opt = args_next(argc, argv, "f:" ARGS_STREAM_LETTERS, options)) != -1) {
		switch (opt) {
		case 'f': s->file = optarg; break;
		case OPT_PARAM: add_parameter(s, optarg); break;
		case OPT_BILLED:
			s->billed = args_bytes("--max-bytes-billed", optarg, 1, INT64_MAX);
			break;
		case OPT_ONCE: s->once = optarg; break;
		case OPT_BATCH: s->batch = true; break;
		case OPT_DRY: s->dry_run = true; break;
		case OPT_PAGE:
			s->page_size = args_number("--page-size", optarg, 1, PAGE_SIZE_MAX);
			break;
		case OPT_PLACE: s->location = optarg; break;
		case OPT_TRIES: http_set_tries(&s->http, optarg); break;
		case OPT_TIMEOUT: http_set_timeout(&s->http, optarg); break;
		case OPT_WAIT:
			s->wait_s = (int64_t)args_number("--wait", optarg, 1, BIGQUERY_WAIT_MOST_S);
			break;
		default: args_common(&s->args, opt);
		}
	}
	if (s->once && !*s->once)
		args_die("--once: takes a name");
	take_sql(s, argc, argv);
}

static jdoc *configuration(const struct bqquery_settings *s)
{
	jdoc *doc = bqjobs_query(buf_span(&s->sql), s->billed);

	if (s->batch)
		jdoc_set_text(doc, "query.priority", "BATCH");
	if (s->parameters) {
		jdoc_set_text(doc, "query.parameterMode", "NAMED");
		jdoc_set(doc, "query.queryParameters", jdoc_copy(s->parameters));
	}
	return doc;
}

/* ---- the job ------------------------------------------------------------------------------ */

static void estimate(
    struct bigquery *bq, const struct bqquery_settings *s, const jdoc *doc, struct out *out)
{
	jdoc *job = bqjobs_dry_run(bq, s->location, doc);
	struct bqreceipt r;

	if (!job)
		die(bq->error.status, "%s", bq->error.text);
	bqreceipt_init(&r);
	r.tool = prog_name();
	r.project = bq->project;
	r.location = jdoc_text(job, "jobReference.location", NULL);
	r.bytes_processed = jdoc_int(job, "statistics.totalBytesProcessed",
	    jdoc_int(job, "statistics.query.totalBytesProcessed", -1));
	r.dry_run = true;
	bqreceipt_write(out, &r);
	jdoc_free(job);
}

/* An id of its own makes a lost reply harmless; only under a name is the next run the same job. */
static void name_job(const struct bqquery_settings *s, struct buf *id, struct buf *fingerprint)
{
	char *parameters = s->parameters ? jdoc_dump(s->parameters) : mem_text("");
	uint8_t random[16];

	crypt_random(random, sizeof random);
	if (s->once)
		bqname_job(id, (const struct span[]){SPAN("query once"), span_of(s->once), {0}});
	else
		bqname_job(id, (const struct span[]){{(const char *)random, sizeof random}, {0}});
	bqname_fingerprint(
	    fingerprint, (const struct span[]){buf_span(&s->sql), span_of(parameters), {0}});
	free(parameters);
}

static void run_job(
    struct bigquery *bq, const struct bqquery_settings *s, const jdoc *doc, struct bqjob *job)
{
	struct buf id, fingerprint;

	buf_init(&id, BQJOB_ID_MAX);
	buf_init(&fingerprint, BQJOB_ID_MAX);
	name_job(s, &id, &fingerprint);
	if (!bqjob_run(bq,
	        &(struct bqjob_plan){.id = buf_str(&id),
	            .fingerprint = buf_str(&fingerprint),
	            .location = s->location,
	            .configuration = doc,
	            .advice = s->once ? NULL
	                              : "look at that job first: the same command again is "
	                                "another job"},
	        job))
		die(bq->error.status, "%s", bq->error.text);
	buf_free(&id);
	buf_free(&fingerprint);
}

/* Statements that change something give no rows. */
static bool has_rows(const jdoc *job)
{
	static const char *const changing[] = {
	    "INSERT", "UPDATE", "DELETE", "MERGE", "CREATE", "DROP", "ALTER", "TRUNCATE"};
	const char *type = jdoc_text(job, "statistics.query.statementType", "SELECT");

	for (size_t i = 0; i < sizeof changing / sizeof changing[0]; i++)
		if (strncmp(type, changing[i], strlen(changing[i])) == 0)
			return false;
	return true;
}

/* ---- the end ------------------------------------------------------------------------------ */

/* Rows that a statement changed; -1: it is none that changes rows. */
static int64_t rows_changed(const jdoc *query)
{
	if (!jdoc_at(query, "dmlStats"))
		return jdoc_int(query, "numDmlAffectedRows", -1);
	return jdoc_int(query, "dmlStats.insertedRowCount", 0) +
	       jdoc_int(query, "dmlStats.updatedRowCount", 0) +
	       jdoc_int(query, "dmlStats.deletedRowCount", 0);
}

/* All is written: nothing here may fail. */
static void close_out(
    struct bigquery *bq, const struct bqjob *job, const struct out *out, uint64_t pages)
{
	const jdoc *query = jdoc_at(job->doc, "statistics.query");
	int64_t changed = rows_changed(query);
	char rows[48] = "", read[48] = "", billed[64] = "", detail[240];

	if (changed >= 0)
		snprintf(rows, sizeof rows, ", %" PRId64 " row%s changed", changed,
		    changed == 1 ? "" : "s");
	if (pages)
		snprintf(read, sizeof read, ", %" PRIu64 " page%s", pages, pages == 1 ? "" : "s");
	if (job->doc)
		snprintf(billed, sizeof billed, ", %" PRId64 " bytes billed%s",
		    jdoc_int(query, "totalBytesBilled", 0),
		    job->attached ? " (by an earlier run)" : "");
	snprintf(detail, sizeof detail, "%.60s%s%s%s",
	    jdoc_text(query, "statementType", job->doc ? "SELECT" : "dry run"), rows, read, billed);
	summarise(&(struct summary){.rows_out = job->doc ? out->rows : 0,
	    .retries = http_retries(bq->http),
	    .bytes = http_received(bq->http),
	    .detail = detail});
}

int main(int argc, char **argv)
{
	struct bqquery_settings s = {
	    .args = {.usage = usage}, .page_size = PAGE_SIZE, .wait_s = BIGQUERY_WAIT_S};
	static struct out out;
	struct bigquery bq;
	struct bqjob job = {0};
	uint64_t pages = 0;
	struct error error = {.status = STATUS_OK};
	struct end end;
	jdoc *doc;

	prog_init("bq-query");
	out_init(&out, STDOUT_FILENO);
	end_guard(&out);
	args_init(&s.args);
	buf_init(&s.sql, SQL_MAX);
	parse(&s, argc, argv);
	if (!out_to(&out, s.args.output, &error))
		die(error.status, "%s", error.text);
	if (!bigquery_open(&bq, &s.http))
		die(bq.error.status, "%s", bq.error.text);
	bq.wait_us = s.wait_s * CLOCK_SECOND;
	doc = configuration(&s);
	if (s.dry_run)
		estimate(&bq, &s, doc, &out);
	else
		run_job(&bq, &s, doc, &job);
	if (!s.dry_run && has_rows(job.doc) &&
	    !pages_write(&bq, &job, s.page_size, &out, &pages, &error))
		die(error.status, "%s", error.text);
	end_init(&end);
	if (!end_close(&out, s.args.seal == SEAL_ON ? &end : NULL, &error))
		die(error.status, "%s", error.text);
	close_out(&bq, &job, &out, pages);
	bqjob_free(&job);
	jdoc_free(doc);
	jdoc_free(s.parameters);
	buf_free(&s.sql);
	bigquery_close(&bq);
	return prog_end(STATUS_OK);
}
