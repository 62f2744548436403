/*
 * sfmc-upsert: rows in, rows of a Marketing Cloud data extension upserted, one result per row
 * out.
 */

#include "async.h"
#include "sync.h"
#include "upsert.h"

#include "base/args.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/time.h"
#include "stream/end.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static const char usage[] =
    "usage: sfmc-upsert --extension KEY --key COL[,COL] [--sync] [--rejects FILE]\n"
    "                   [--seal] [FILE...]\n"
    "\n"
    "Upserts NDJSON rows, whose keys are names of columns, into a data extension of\n"
    "Marketing Cloud. Answers each row with a result. No FILE: stdin.\n"
    "\n"
    "  --extension KEY       the external key of the data extension\n"
    "  --key COL[,COL]       its primary key: the columns that tell rows apart\n"
    "  --sync                save rows at once, 50 a call, instead of asynchronously\n"
    "  --grace SECONDS       that a request may have no status (300)\n"
    "  --wait SECONDS        that a request may take (3600)\n"
    "  --no-token-cache      do not keep the token in a file\n"
    "  --rejects FILE        failed rows go there, to be fed in again; without it a\n"
    "                        row that is not JSON ends the run\n"
    "  --tries N             how often a request is sent (6)\n"
    "  --timeout SECONDS     for one request and its reply (600)\n"
    "  --max-line BYTES      longest row (5M)\n"
    "  -o, --output FILE     the output; appears only when the run ended well\n"
    "  --seal, --no-seal, -v, -q, -h (--help), -V (--version)\n";

enum { LINE_MOST = 1 << 29, LINE_USUAL = 5 << 20, SECONDS_MOST = 86400 };

struct sfmc_job {
	struct sfmc_options upsert;
	const char *key;
	struct sink_options sink;
	bool no_cache;
	struct http_options http;
	struct args args;
};

struct sfmc_run {
	struct sfmc_upsert upsert;
	struct marketing mc;
};

static void read_keys(struct sfmc_options *o, const char *text)
{
	for (;; text++) {
		size_t n = strcspn(text, ",");

		if (n == 0 || o->n_keys == UPSERT_KEYS)
			args_die("--key: must be names of columns, up to 16, with commas between");
		o->keys[o->n_keys++] = (struct span){text, n};
		text += n;
		if (!*text)
			return;
	}
}

static int64_t read_seconds(const char *option, const char *text)
{
	return (int64_t)args_number(option, text, 0, SECONDS_MOST) * CLOCK_SECOND;
}

static void read_options(struct sfmc_job *job, int argc, char **argv)
{
	enum {
		EXTENSION = ARGS_OWN,
		KEY,
		SYNC,
		GRACE,
		WAIT,
		NO_CACHE,
		REJECTS,
		TRIES,
		TIMEOUT,
		MAX_LINE
	};
	static const struct option options[] = {{"extension", required_argument, NULL, EXTENSION},
	    {"key", required_argument, NULL, KEY}, {"sync", no_argument, NULL, SYNC},
	    {"grace", required_argument, NULL, GRACE}, {"wait", required_argument, NULL, WAIT},
	    {"no-token-cache", no_argument, NULL, NO_CACHE},
	    {"rejects", required_argument, NULL, REJECTS},
	    {"tries", required_argument, NULL, TRIES},
	    {"timeout", required_argument, NULL, TIMEOUT},
	    {"max-line", required_argument, NULL, MAX_LINE}, ARGS_STREAM, {0}};
	struct sfmc_options *o = &job->upsert;
	int opt;

	while ((opt = args_next(argc, argv, ARGS_STREAM_LETTERS, options)) != -1)
		switch (opt) {
		case EXTENSION: o->extension = optarg; break;
		case KEY: job->key = optarg; break;
		case SYNC: o->sync = true; break;
		case GRACE: o->grace_us = read_seconds("--grace", optarg); break;
		case WAIT: o->wait_us = read_seconds("--wait", optarg); break;
		case NO_CACHE: job->no_cache = true; break;
		case REJECTS: job->sink.rejects = optarg; break;
		case TRIES: http_set_tries(&job->http, optarg); break;
		case TIMEOUT: http_set_timeout(&job->http, optarg); break;
		case MAX_LINE:
			job->sink.max_line = args_bytes("--max-line", optarg, 1, LINE_MOST);
			break;
		default: args_common(&job->args, opt);
		}
	if (!o->extension || !*o->extension)
		args_die("--extension is missing");
	if (!job->key)
		args_die("--key is missing");
	o->send = o->sync ? sync_send : async_send;
	read_keys(o, job->key);
	job->sink.paths = argv + optind;
	job->sink.args = &job->args;
}

static bool send_all(void *ctx, struct sink *sink)
{
	struct sfmc_run *run = ctx;
	struct sfmc_upsert *u = &run->upsert;
	struct sink_row row;
	bool ok = true;

	u->sink = sink;
	while (ok && sink_next(sink, &row)) {
		ok = upsert_row(u, &row);
		progress("rows: %ju, calls: %ju", (uintmax_t)u->rows, (uintmax_t)u->mc->calls);
	}
	if (ok && !sink->error.status && upsert_flush(u))
		return true;
	return run->mc.error.status &&
	       sink_fail(sink, run->mc.error.status, "%s", run->mc.error.text);
}

/* Every row that was not answered is said to be so: also those that were not read yet. */
static void abandon(void *ctx, struct sink *sink)
{
	struct sfmc_run *run = ctx;
	struct sfmc_upsert *u = &run->upsert;
	struct error why = sink->error;
	struct sink_row row;
	const char *code = run->mc.error.status    ? run->mc.code
	                   : sink->in.error.status ? "INPUT_FAILED"
	                                           : "RUN_ENDED";
	const char *message = run->mc.error.status && *run->mc.message ? run->mc.message : why.text;

	u->sink = sink;
	upsert_abandon(u, code, message);
	sink->error = (struct error){.status = STATUS_OK};
	while (!sink->out.error && sink_next(sink, &row))
		upsert_pass(u, &row, code, message);
	sink->error = why;
}

static void tell(void *ctx, struct sink *sink, struct summary *summary)
{
	static char detail[200];
	const struct sfmc_run *run = ctx;
	const struct sfmc_upsert *u = &run->upsert;
	const struct marketing *mc = &run->mc;

	(void)sink;
	snprintf(detail, sizeof detail, "%ju upserted, %ju sent again, %ju call%s, %ju login%s",
	    (uintmax_t)u->done, (uintmax_t)u->again, (uintmax_t)mc->calls,
	    mc->calls == 1 ? "" : "s", (uintmax_t)mc->token.fetched,
	    mc->token.fetched == 1 ? "" : "s");
	summary->rejected = u->failed;
	summary->retries = http_retries(mc->http);
	summary->detail = detail;
}

int main(int argc, char **argv)
{
	static struct sink sink;
	static struct sfmc_run run;
	static const struct sink_work work = {send_all, abandon, tell};
	struct sfmc_job job = {.args = {.usage = usage},
	    .sink = {.max_line = LINE_USUAL, .hold = true},
	    .upsert = {.grace_us = 300 * CLOCK_SECOND, .wait_us = 3600 * CLOCK_SECOND}};
	enum status status;

	prog_init("sfmc-upsert");
	sink_guard(&sink);
	args_init(&job.args);
	read_options(&job, argc, argv);
	if (!marketing_open(&run.mc, !job.no_cache, &job.http))
		die(run.mc.error.status, "%s", run.mc.error.text);
	upsert_init(&run.upsert, &run.mc, &job.upsert);
	status = sink_run(&sink, &job.sink, &work, &run);
	upsert_free(&run.upsert);
	marketing_close(&run.mc);
	return prog_end(status);
}
