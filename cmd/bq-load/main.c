#include "load.h"

#include "base/args.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/time.h"
#include "cloud/bqname.h"
#include "cloud/bqreceipt.h"
#include "source.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: bq-load [-c CONTRACT] [--write HOW] [--once NAME]\n"
    "               [--dry-run] TABLE [FILE... | gs://BUCKET/OBJECT...]\n"
    "\n"
    "Loads NDJSON rows into the BigQuery table " BQTABLE_SYNTAX ", in one\n"
    "load job that happens once, however often it is run. Writes a receipt.\n"
    "\n"
    "  -c, --contract FILE   schema, partition and cluster of the table\n"
    "  --write HOW           append (default), truncate (replace), truncate-data\n"
    "                        (replace the rows only), empty (only if empty)\n"
    "  --once NAME           NAME tells runs apart, not the rows' content; the rows\n"
    "                        are sent while they come in, and not kept\n"
    "  --shard I/N           these rows are part I (from 0) of the N of a run\n"
    "  --rows N              fail unless there are N rows\n"
    "  --allow-empty         truncate may empty the table without an end record\n"
    "  --dry-run             check all, load nothing\n"
    "  --compress            keep and send the rows as gzip\n"
    "  --spool-compress      keep the rows as gzip, send them plain\n"
    "  --max-bad-records N   rows that BigQuery may leave out (0)\n"
    "  --chunk-size N        bytes sent at a time, a multiple of 256k (a stream: 8M)\n"
    "  --max-line N          longest row in bytes (100M)\n"
    "  --tries N             how often a request is sent (6); --timeout SECONDS (600)\n"
    "  --wait SECONDS        for a job to end (86400)\n"
    "  -o, --output FILE     the output; appears only when the run ended well\n"
    "  --seal, --no-seal, -v, -q, -h (--help), -V (--version)\n";

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
	OPT_BAD,
	OPT_SHARD,
	OPT_ROWS
};

static const struct option options[] = {{"contract", required_argument, NULL, 'c'},
    {"write", required_argument, NULL, OPT_WRITE}, {"once", required_argument, NULL, OPT_ONCE},
    {"dry-run", no_argument, NULL, OPT_DRY}, {"chunk-size", required_argument, NULL, OPT_CHUNK},
    {"max-line", required_argument, NULL, OPT_LINE}, {"tries", required_argument, NULL, OPT_TRIES},
    {"timeout", required_argument, NULL, OPT_TIMEOUT}, {"wait", required_argument, NULL, OPT_WAIT},
    {"allow-empty", no_argument, NULL, OPT_EMPTY}, {"compress", no_argument, NULL, OPT_PACK},
    {"spool-compress", no_argument, NULL, OPT_SMALL},
    {"max-bad-records", required_argument, NULL, OPT_BAD},
    {"shard", required_argument, NULL, OPT_SHARD}, {"rows", required_argument, NULL, OPT_ROWS},
    ARGS_STREAM, {0}};

struct bqload_settings {
	struct args args;
	const char *contract, *table;
	bool dry_run, allow_empty, compress, spool_compress;
	struct sink_options sink;
	size_t chunk;
	uint64_t rows; /* that there must be, or ROWS_ANY */
	struct http_options http;
	int64_t wait_s;
};

struct bqload_run {
	struct bqload_settings s;
	struct load load;
	struct source source;
	struct bqjob job;
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

/* A part of a run adds to its table; and one that is not named would be taken for the others. */
static void check_shard(struct load *l)
{
	const char *tasks = getenv("CLOUD_RUN_TASK_COUNT");
	uint64_t i, n = 1;

	if (!l->shard)
		l->shard = getenv("LEADPIPE_SHARD");
	if (l->shard && !bqname_shard(l->shard, &i, &n))
		args_die("--shard: takes I/N, from 0/N to N-1/N, and at most %d parts",
		    BQNAME_SHARDS_MAX);
	if (n > 1 && l->write != WRITE_APPEND)
		args_die("--shard: the parts of a run are appended: --write append");
	if (l->once && !l->shard && tasks && *tasks && strcmp(tasks, "1") != 0)
		args_die("--once: one of several tasks (CLOUD_RUN_TASK_COUNT) says which with "
		         "--shard I/N");
}

static void parse(struct bqload_settings *s, struct load *l, int argc, char **argv)
{
	int opt;

	while ((opt = args_next(argc, argv, "c:" ARGS_STREAM_LETTERS, options)) != -1) {
		switch (opt) {
		case 'c': s->contract = optarg; break;
		case OPT_WRITE: l->write = parse_write(optarg); break;
		case OPT_ONCE: l->once = optarg; break;
		case OPT_SHARD: l->shard = optarg; break;
		case OPT_ROWS: s->rows = args_number("--rows", optarg, 0, INT64_MAX); break;
		case OPT_DRY: s->dry_run = true; break;
		case OPT_PACK: s->compress = true; break;
		case OPT_SMALL: s->spool_compress = true; break;
		case OPT_BAD:
			l->max_bad_records = args_number("--max-bad-records", optarg, 0, INT32_MAX);
			break;
		case OPT_EMPTY: s->allow_empty = true; break;
		case OPT_CHUNK: s->chunk = parse_chunk(optarg); break;
		case OPT_LINE:
			s->sink.max_line =
			    (size_t)args_bytes("--max-line", optarg, 1, (size_t)1 << 32);
			break;
		case OPT_TRIES: http_set_tries(&s->http, optarg); break;
		case OPT_TIMEOUT: http_set_timeout(&s->http, optarg); break;
		case OPT_WAIT:
			s->wait_s = (int64_t)args_number("--wait", optarg, 1, BIGQUERY_WAIT_MOST_S);
			break;
		default: args_common(&s->args, opt);
		}
	}
	if (l->once && !*l->once)
		args_die("--once: takes a name");
	check_shard(l);
	s->table = args_operand(argc, argv, "TABLE");
	take_uris(l, argv + optind);
	s->sink.args = &s->args;
	s->sink.receipts = true;
	s->sink.paths = l->uris ? NULL : argv + optind;
}

static void prepare(const struct bqload_settings *s, struct load *l)
{
	struct error error = {0};

	if (s->contract) {
		if (!contract_read(&l->contract, s->contract, &error))
			die(error.status, "%s", error.text);
		l->has_contract = true;
	}
	if (!bigquery_open(&l->bq, &s->http))
		die(l->bq.error.status, "%s", l->bq.error.text);
	l->bq.wait_us = s->wait_s * CLOCK_SECOND;
	if (!bqtable_parse(&l->table, s->table, l->bq.project))
		args_die("TABLE: takes " BQTABLE_SYNTAX);
	if (!load_look(l))
		die(l->bq.error.status, "%s: %s", l->table.text, l->bq.error.text);
}

static bool check_empty(const struct bqload_run *run, struct sink *sink)
{
	const struct load *l = &run->load;
	bool replaces = l->write == WRITE_TRUNCATE || l->write == WRITE_TRUNCATE_DATA;

	if (sink->in.rows > 0 || l->uris || !replaces || sink->in.ended || run->s.allow_empty)
		return true;
	return sink_fail(sink, STATUS_UPSTREAM,
	    "no rows and no end record: will not empty %s; --allow-empty if that is meant",
	    l->table.text);
}

static void write_receipt(struct bqload_run *run, struct sink *sink)
{
	const struct load *l = &run->load;
	const struct bqjob *job = &run->job;
	const struct input *in = &sink->in;
	const jdoc *done = jdoc_at(job->doc, "statistics.load");
	struct bqreceipt r;

	bqreceipt_init(&r);
	r.tool = prog_name();
	r.project = l->bq.project;
	r.table = l->table.text;
	r.job_id = job->id;
	r.location = job->doc ? job->location : l->location;
	r.run = l->once;
	r.shard = l->shard;
	r.rows = jdoc_int(done, "outputRows", l->uris ? -1 : (int64_t)in->rows);
	r.bytes =
	    jdoc_int(done, "inputFileBytes", l->uris ? -1 : (int64_t)source_size(&run->source));
	if (l->max_bad_records)
		r.bad = jdoc_int(done, "badRecords", -1);
	r.seconds = job->doc ? bqjob_seconds(job->doc) : -1;
	r.watermark = *in->end.watermark ? in->end.watermark : NULL;
	r.dry_run = !job->doc;
	if (job->doc)
		bqjob_tell_errors(job);
	bqreceipt_write(&sink->out, &r);
}

static bool submit(struct bqload_run *run, struct sink *sink, const struct bqjob_plan *plan)
{
	struct load *l = &run->load;

	if (run->s.dry_run) {
		snprintf(run->job.id, sizeof run->job.id, "%s", plan->id);
		return true;
	}
	if (bqjob_run(&l->bq, plan, &run->job))
		return true;
	if (source_changed(&run->source))
		return false;
	return sink_fail(sink, l->bq.error.status, "%s: %s", l->table.text, l->bq.error.text);
}

/* Sends the job and waits for it; a dry run only names it. */
static bool commit(struct bqload_run *run, struct sink *sink)
{
	struct load *l = &run->load;
	struct source *source = &run->source;
	struct span content = {(const char *)source->digest, sizeof source->digest};
	jdoc *configuration = load_configuration(l);
	struct bqjob_plan plan = {.location = l->location,
	    .configuration = configuration,
	    .submit = l->uris ? NULL : upload_submit,
	    .submit_ctx = &source->up,
	    .stands = load_stands,
	    .stands_ctx = l,
	    .look_first = true};
	struct buf id, fingerprint;
	bool ok;

	buf_init(&id, BQJOB_ID_MAX);
	buf_init(&fingerprint, BQJOB_ID_MAX);
	load_name(l, content, sink->in.end.watermark, &id, &fingerprint);
	plan.id = buf_str(&id);
	plan.fingerprint = buf_str(&fingerprint);
	ok = submit(run, sink, &plan);
	buf_free(&id);
	buf_free(&fingerprint);
	jdoc_free(configuration);
	return ok;
}

/* What BigQuery read itself is counted when it is loaded. */
static bool check_rows(const struct bqload_run *run, struct sink *sink)
{
	int64_t rows = jdoc_int(run->job.doc, "statistics.load.outputRows", -1);
	uint64_t wanted = run->s.rows;

	if (!run->load.uris || wanted == ROWS_ANY || run->s.dry_run || (uint64_t)rows == wanted)
		return true;
	return sink_fail(sink, STATUS_DATA,
	    "%s: %" PRId64 " rows were loaded, and --rows says %" PRIu64 "; they are in the table",
	    run->load.table.text, rows, wanted);
}

static bool load(void *ctx, struct sink *sink)
{
	struct bqload_run *run = ctx;
	const struct bqload_settings *s = &run->s;
	struct source_plan plan = {.paths = s->sink.paths,
	    .columns = run->load.has_contract ? &run->load.columns : NULL,
	    .rows = s->rows,
	    .stream = run->load.once != NULL,
	    .how = s->compress         ? SPOOL_PACKED
	           : s->spool_compress ? SPOOL_SMALL
	                               : SPOOL_PLAIN,
	    .chunk = s->chunk};

	if (!source_open(&run->source, &plan, sink) || !check_empty(run, sink) ||
	    !commit(run, sink) || !source_drain(&run->source) || !check_rows(run, sink))
		return false;
	write_receipt(run, sink);
	return true;
}

static void tell(void *ctx, struct sink *sink, struct summary *summary)
{
	static char detail[BQJOB_ID_MAX + 64];
	const struct bqload_run *run = ctx;
	const struct bqjob *job = &run->job;

	snprintf(detail, sizeof detail, "job %s%s", job->id,
	    run->s.dry_run  ? " (dry run)"
	    : job->attached ? " (of an earlier run)"
	                    : "");
	summary->rows_out = run->s.dry_run ? 0 : sink->in.rows;
	summary->retries = http_retries(run->load.bq.http) + run->source.up.again;
	summary->detail = detail;
}

int main(int argc, char **argv)
{
	static struct sink sink;
	static const struct sink_work work = {.send = load, .tell = tell};
	static struct bqload_run run = {.s = {.args = {.usage = usage},
	                                    .sink = {.max_line = LINES_MAX_DEFAULT},
	                                    .wait_s = BIGQUERY_WAIT_S,
	                                    .rows = ROWS_ANY}};
	enum status status;

	prog_init("bq-load");
	sink_guard(&sink);
	args_init(&run.s.args);
	parse(&run.s, &run.load, argc, argv);
	prepare(&run.s, &run.load);
	status = sink_run(&sink, &run.s.sink, &work, &run);
	bqjob_free(&run.job);
	source_close(&run.source);
	load_free(&run.load);
	return prog_end(status);
}
