/* sfmc-upsert: rows in, rows of a Marketing Cloud data extension upserted, one result per row out. */

#include "upsert.h"

#include "base/args.h"
#include "base/clock.h"
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
    "  --seal                refuse a stream without its end record; write one\n"
    "  -v, -q, --help, --version\n";

enum { LINE_MOST = 1 << 29, LINE_USUAL = 5 << 20, SECONDS_MOST = 86400 };

struct job {
	struct upsert_options upsert;
	const char *key;
	bool no_cache;
	char *const *paths;
	size_t max_line;
	struct http_options http;
	struct args args;
};

/* Why the run ends early, and what rows without an answer are told. */
struct failure {
	enum status status;
	const char *code;
	char why[MARKETING_WHY + 100];
};

static void read_keys(struct upsert_options *o, const char *text)
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

static void read_options(struct job *job, int argc, char **argv)
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
	    {"max-line", required_argument, NULL, MAX_LINE}, ARGS_COMMON, {0}};
	struct upsert_options *o = &job->upsert;
	int opt;

	while ((opt = getopt_long(argc, argv, ARGS_LETTERS, options, NULL)) != -1)
		switch (opt) {
		case EXTENSION: o->extension = optarg; break;
		case KEY: job->key = optarg; break;
		case SYNC: o->sync = true; break;
		case GRACE: o->grace_us = read_seconds("--grace", optarg); break;
		case WAIT: o->wait_us = read_seconds("--wait", optarg); break;
		case NO_CACHE: job->no_cache = true; break;
		case REJECTS: o->rejects = optarg; break;
		case TRIES:
			job->http.retry.tries = (int)args_number("--tries", optarg, 1, 100);
			break;
		case TIMEOUT:
			job->http.total_s =
			    (int)args_number("--timeout", optarg, 1, HTTP_TIMEOUT_MOST_S);
			break;
		case MAX_LINE:
			job->max_line = args_bytes("--max-line", optarg, 1, LINE_MOST);
			break;
		default: args_common(&job->args, opt);
		}
	if (!o->extension || !*o->extension)
		args_die("--extension is missing");
	if (!job->key)
		args_die("--key is missing");
	read_keys(o, job->key);
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
	} else if (u->mc->status) {
		blame(f, u->mc->status, u->mc->code, u->mc->why);
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
	while (u->mc->status && !u->out->error && source_next(src, &row))
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
	char detail[200];

	snprintf(detail, sizeof detail, "%ju upserted, %ju sent again, %ju call%s, %ju login%s",
	    (uintmax_t)u->done, (uintmax_t)u->again, (uintmax_t)u->mc->calls,
	    u->mc->calls == 1 ? "" : "s", (uintmax_t)u->mc->logins, u->mc->logins == 1 ? "" : "s");
	summarise(&(struct summary){.rows_in = u->rows,
	    .rows_out = u->out->rows,
	    .rejected = u->failed,
	    .bytes = src->in.lines.bytes,
	    .retries = http_retries(u->mc->http),
	    .detail = detail});
}

static enum status finish(struct upsert *u, struct source *src)
{
	uint64_t failed = u->failed;

	if (!upsert_finish(u)) {
		complain("%s", u->reject.why);
		end_fail(u->out, prog_name(), u->reject.why);
		return u->reject.status;
	}
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
		progress("rows: %ju, calls: %ju", (uintmax_t)u->rows, (uintmax_t)u->mc->calls);
	}
	if (src->status || !upsert_flush(u))
		return give_up(u, src);
	return finish(u, src);
}

int main(int argc, char **argv)
{
	static struct upsert upsert;
	static struct source source;
	static struct marketing mc;
	static struct out out;
	struct job job = {.args = {.usage = usage},
	    .max_line = LINE_USUAL,
	    .upsert = {.grace_us = 300 * CLOCK_SECOND, .wait_us = 3600 * CLOCK_SECOND}};
	enum status status;

	prog_init("sfmc-upsert");
	out_init(&out, STDOUT_FILENO);
	end_guard(&out);
	args_init(&job.args);
	read_options(&job, argc, argv);
	if (!marketing_open(&mc, !job.no_cache, &job.http))
		die(mc.status, "%s", mc.why);
	upsert_init(&upsert, &mc, &job.upsert, &out);
	if (upsert.reject.status)
		die(upsert.reject.status, "%s", upsert.reject.why);
	source_init(&source, job.paths, job.max_line, job.args.seal);

	status = run(&upsert, &source);

	source_free(&source);
	marketing_close(&mc);
	buf_free(&out.buf);
	return (int)status;
}
