#include "load.h"

#include "base/args.h"
#include "base/clock.h"
#include "cloud/bqreceipt.h"
#include "source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: bq-load [-c CONTRACT] [--write HOW] [--once NAME]\n"
    "               [--dry-run] TABLE [FILE... | gs://BUCKET/OBJECT...]\n"
    "\n"
    "Loads NDJSON rows into the BigQuery table " TABLE_SYNTAX ", in one\n"
    "load job that happens once, however often it is run. Writes a receipt.\n"
    "\n"
    "  -c, --contract FILE   schema, partition and cluster of the table\n"
    "  --write HOW           append (default), truncate (replace), truncate-data\n"
    "                        (replace the rows only), empty (only if empty)\n"
    "  --once NAME           NAME tells runs apart, not the rows' content; the rows\n"
    "                        are sent while they come in, and not kept\n"
    "  --allow-empty         truncate may empty the table without an end record\n"
    "  --dry-run             check all, load nothing\n"
    "  --compress            keep and send the rows as gzip\n"
    "  --spool-compress      keep the rows as gzip, send them plain\n"
    "  --max-bad-records N   rows that BigQuery may leave out (0)\n"
    "  --chunk-size N        bytes sent at a time, a multiple of 256k (default: all;\n"
    "                        of a stream 8M)\n"
    "  --max-line N          longest row in bytes (100M)\n"
    "  --tries N             how often a request is sent (6)\n"
    "  --timeout SECONDS     for one request and its reply (600)\n"
    "  --wait SECONDS        for a job to end (86400)\n"
    "  --seal                refuse a stream without its end record\n"
    "  -v, -q, --help, --version\n";

enum {
	OPT_WRITE = ARGS_OWN,
	OPT_ONCE,
	OPT_DRY,
	OPT_CHUNK,
	OPT_LINE,
	OPT_TRIES,
	OPT_TIMEOUT,
	OPT_WAIT,
	OPT_EMPTY,
	OPT_PACK,
	OPT_SMALL,
	OPT_BAD
};

static const struct option options[] = {{"contract", required_argument, NULL, 'c'},
    {"write", required_argument, NULL, OPT_WRITE}, {"once", required_argument, NULL, OPT_ONCE},
    {"dry-run", no_argument, NULL, OPT_DRY}, {"chunk-size", required_argument, NULL, OPT_CHUNK},
    {"max-line", required_argument, NULL, OPT_LINE}, {"tries", required_argument, NULL, OPT_TRIES},
    {"timeout", required_argument, NULL, OPT_TIMEOUT}, {"wait", required_argument, NULL, OPT_WAIT},
    {"allow-empty", no_argument, NULL, OPT_EMPTY}, {"compress", no_argument, NULL, OPT_PACK},
    {"spool-compress", no_argument, NULL, OPT_SMALL},
    {"max-bad-records", required_argument, NULL, OPT_BAD}, ARGS_COMMON, {0}};

struct settings {
	struct args args;
	const char *contract, *table;
	bool dry_run, allow_empty, compress, spool_compress;
	size_t chunk, max_line;
	struct http_options http;
	int64_t wait_s;
};

static enum write parse_write(const char *word)
{
	static const char *const words[] = {"append", "truncate", "empty", "truncate-data"};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(words[i], word) == 0)
			return (enum write)i;
	args_die("--write: takes append, truncate, truncate-data or empty");
}

static size_t parse_chunk(const char *text)
{
	size_t n = (size_t)args_bytes("--chunk-size", text, UPLOAD_UNIT, (size_t)1 << 30);

	if (n % UPLOAD_UNIT)
		args_die("--chunk-size: must be a multiple of 256k");
	return n;
}

/* Objects in Cloud Storage are read by BigQuery itself: what is in them is not known here. */
static void take_uris(struct load *l, char **operands)
{
	size_t uris = 0, n = 0;

	for (; operands[n]; n++)
		uris += strncmp(operands[n], "gs://", 5) == 0;
	if (uris == 0)
		return;
	if (uris < n)
		args_die("either gs:// sources or files, not both");
	if (!l->once)
		args_die("gs:// sources need --once: what they hold is not known here");
	l->uris = operands;
}

static void parse(struct settings *s, struct load *l, int argc, char **argv)
{
	int opt;

	while ((opt = getopt_long(argc, argv, "c:" ARGS_LETTERS, options, NULL)) != -1) {
		switch (opt) {
		case 'c': s->contract = optarg; break;
		case OPT_WRITE: l->write = parse_write(optarg); break;
		case OPT_ONCE: l->once = optarg; break;
		case OPT_DRY: s->dry_run = true; break;
		case OPT_PACK: s->compress = true; break;
		case OPT_SMALL: s->spool_compress = true; break;
		case OPT_BAD:
			l->max_bad_records = args_number("--max-bad-records", optarg, 0, INT32_MAX);
			break;
		case OPT_EMPTY: s->allow_empty = true; break;
		case OPT_CHUNK: s->chunk = parse_chunk(optarg); break;
		case OPT_LINE:
			s->max_line = (size_t)args_bytes("--max-line", optarg, 1, (size_t)1 << 32);
			break;
		case OPT_TRIES:
			s->http.retry.tries = (int)args_number("--tries", optarg, 1, 100);
			break;
		case OPT_TIMEOUT:
			s->http.total_s =
			    (int)args_number("--timeout", optarg, 1, HTTP_TIMEOUT_MOST_S);
			break;
		case OPT_WAIT:
			s->wait_s = (int64_t)args_number("--wait", optarg, 1, BIGQUERY_WAIT_MOST_S);
			break;
		default: args_common(&s->args, opt);
		}
	}
	if (l->once && !*l->once)
		args_die("--once: takes a name");
	s->table = args_operand(argc, argv, "TABLE");
	take_uris(l, argv + optind);
}

static void prepare(const struct settings *s, struct load *l)
{
	char why[CONTRACT_WHY];

	if (s->contract) {
		if (!contract_read(&l->contract, s->contract, why))
			die(STATUS_CONFIG, "%s", why);
		l->has_contract = true;
	}
	if (!bigquery_open(&l->bq, &s->http))
		die(l->bq.status, "%s", l->bq.why);
	l->bq.wait_us = s->wait_s * CLOCK_SECOND;
	if (!table_parse(&l->table, s->table, l->bq.project))
		args_die("TABLE: takes " TABLE_SYNTAX);
	load_look(l);
}

static void check_empty(const struct settings *s, const struct load *l, const struct input *in)
{
	if (in->rows == 0 && !l->uris &&
	    (l->write == WRITE_TRUNCATE || l->write == WRITE_TRUNCATE_DATA) && !in->ended &&
	    !s->allow_empty)
		die(STATUS_UPSTREAM,
		    "no rows and no end record: will not empty %s; --allow-empty if that is meant",
		    l->table.text);
}

static void tell(
    struct out *out, const struct load *l, const struct source *source, const struct job *job)
{
	const struct input *in = &source->rows.in;
	const jdoc *done = jdoc_at(job->doc, "statistics.load");
	struct receipt r;

	receipt_init(&r);
	r.tool = prog_name();
	r.project = l->bq.project;
	r.table = l->table.text;
	r.job_id = job->id;
	r.location = job->doc ? job->location : l->location;
	r.rows = jdoc_int(done, "outputRows", l->uris ? -1 : (int64_t)in->rows);
	r.bytes = jdoc_int(done, "inputFileBytes", l->uris ? -1 : (int64_t)source_size(source));
	if (l->max_bad_records)
		r.bad = jdoc_int(done, "badRecords", -1);
	r.seconds = job->doc ? job_seconds(job->doc) : -1;
	r.watermark = *in->end.watermark ? in->end.watermark : NULL;
	r.dry_run = !job->doc;
	if (job->doc)
		job_tell_errors(job, true);
	receipt_write(out, &r);
}

/* Sends the job and waits for it; a dry run only names it. */
static void commit(const struct settings *s, struct load *l, struct source *source, struct job *job)
{
	struct span content = {(const char *)source->digest, sizeof source->digest};
	jdoc *configuration = load_configuration(l);
	struct job_plan plan = {.location = l->location,
	    .configuration = configuration,
	    .submit = l->uris ? NULL : upload_submit,
	    .submit_ctx = &source->up,
	    .stands = load_stands,
	    .stands_ctx = l,
	    .look_first = true,
	    .rows = true,
	    .may_repeat = l->write == WRITE_TRUNCATE};
	struct buf id, fingerprint;

	buf_init(&id, JOB_ID_MAX);
	buf_init(&fingerprint, JOB_ID_MAX);
	load_name(l, content, source->rows.in.end.watermark, &id, &fingerprint);
	plan.id = buf_str(&id);
	plan.fingerprint = buf_str(&fingerprint);
	*job = (struct job){0};
	if (s->dry_run)
		snprintf(job->id, sizeof job->id, "%s", plan.id);
	else if (!job_run(&l->bq, &plan, job))
		die(l->bq.status, "%s: %s", l->table.text, l->bq.why);
	buf_free(&id);
	buf_free(&fingerprint);
	jdoc_free(configuration);
}

static void run(const struct settings *s, struct load *l, struct source *source, struct out *out)
{
	const struct input *in = &source->rows.in;
	char detail[JOB_ID_MAX + 64];
	struct job job;

	check_empty(s, l, in);
	commit(s, l, source, &job);
	source_drain(source);
	tell(out, l, source, &job);
	snprintf(detail, sizeof detail, "job %s%s", job.id,
	    s->dry_run     ? " (dry run)"
	    : job.attached ? " (of an earlier run)"
	                   : "");
	summarise(&(struct summary){.rows_in = in->rows,
	    .rows_out = s->dry_run ? 0 : in->rows,
	    .bytes = in->lines.bytes,
	    .retries = http_retries(l->bq.http) + source->up.again,
	    .detail = detail});
	job_free(&job);
}

int main(int argc, char **argv)
{
	struct settings s = {
	    .args = {.usage = usage}, .max_line = LINES_MAX_DEFAULT, .wait_s = BIGQUERY_WAIT_S};
	static struct source source;
	static struct out out;
	struct load l = {0};

	prog_init("bq-load");
	out_init(&out, STDOUT_FILENO);
	end_guard(&out);
	args_init(&s.args);
	parse(&s, &l, argc, argv);
	prepare(&s, &l);
	source_open(&source, &(struct source_plan){.paths = l.uris ? NULL : argv + optind,
	                         .max_line = s.max_line,
	                         .seal = s.args.seal,
	                         .columns = l.has_contract ? &l.columns : NULL,
	                         .stream = l.once != NULL,
	                         .how = s.compress         ? SPOOL_PACKED
	                                : s.spool_compress ? SPOOL_SMALL
	                                                   : SPOOL_PLAIN,
	                         .chunk = s.chunk});
	run(&s, &l, &source, &out);
	end_seal(&out, s.args.seal, source.rows.in.end.watermark);
	if (!out_close(&out))
		die(STATUS_IO, "stdout: %s", strerror(out.error));
	source_close(&source);
	load_free(&l);
	return STATUS_OK;
}
