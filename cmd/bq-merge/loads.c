#include "loads.h"

#include "base/mem.h"
#include "cloud/bqjobs.h"
#include "base/time.h"
#include "cloud/bqname.h"
#include "cloud/bqreceipt.h"
#include "stream/input.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { RECEIPT_MAX = 64 << 10, IDS_MAX = 4 << 20, LIST_MAX = 200, ATTEMPTS_MAX = 64 };

void loads_init(struct loads *l)
{
	*l = (struct loads){.rows = 0};
	buf_init(&l->ids, IDS_MAX);
}

void loads_free(struct loads *l)
{
	free(l->table);
	free(l->watermark);
	free(l->run);
	free(l->seen);
	buf_free(&l->ids);
}

/* ---- all of them -------------------------------------------------------------------------- */

static bool is_new(struct loads *l, const char *id)
{
	char *word = mem_format("%s ", id);
	bool yes = !strstr(buf_str(&l->ids), word);

	buf_adds(&l->ids, yes ? word : "");
	free(word);
	return yes;
}

static void add_rows(struct loads *l, int64_t rows)
{
	l->n++;
	l->rows = rows < 0 || l->rows < 0 ? -1 : l->rows + rows;
}

/* False where there is one that was not seen, and the error names them. */
static bool check_shards(const struct loads *l, const char *what, struct error *error)
{
	struct buf list;
	bool all;

	buf_init(&list, LIST_MAX);
	for (uint64_t i = 0; i < l->shards; i++)
		if (!l->seen[i])
			buf_addf(&list, "%s%" PRIu64, list.n ? ", " : "", i);
	all = list.n == 0 && !list.full;
	if (!all)
		error_set(error, STATUS_UPSTREAM,
		    "shards %s of %" PRIu64 ": %s; nothing was merged", buf_str(&list), l->shards,
		    what);
	buf_free(&list);
	return all;
}

/* ---- receipts ----------------------------------------------------------------------------- */

static void keep_watermark(struct loads *l, const char *watermark)
{
	int64_t a, b;

	if (!watermark)
		return;
	if (l->watermark && time_read_rfc3339(span_of(l->watermark), &a) &&
	    time_read_rfc3339(span_of(watermark), &b) && b <= a)
		return;
	free(l->watermark);
	l->watermark = mem_text(watermark);
}

/* NULL, or how the receipt's shard does not go with the others'. */
static const char *take_shard(struct loads *l, const struct bqreceipt *r)
{
	const char *run = r->run ? r->run : "";
	uint64_t i, n;

	if (!r->shard)
		return l->shards ? "a receipt of the whole after one of a shard" : NULL;
	if (!bqname_shard(r->shard, &i, &n))
		return "the receipt's shard is not I/N";
	if (l->shards == 0 && l->n == 0) {
		l->run = mem_text(run);
		l->shards = n;
		l->seen = mem_alloc(n * sizeof *l->seen);
		memset(l->seen, 0, n * sizeof *l->seen);
	}
	if (l->shards != n || strcmp(l->run, run) != 0)
		return "the receipts are not of one run and one number of shards";
	l->seen[i] = true;
	return NULL;
}

static const char *take(struct loads *l, struct span line)
{
	struct bqreceipt r;
	const char *why = bqreceipt_read(&r, line);

	if (!why && l->table && strcmp(l->table, r.table) != 0)
		why = "the receipts are of several tables";
	if (!why)
		why = take_shard(l, &r);
	if (!why && is_new(l, r.job_id)) {
		if (!l->table)
			l->table = mem_text(r.table);
		l->dry_run = l->dry_run || r.dry_run;
		keep_watermark(l, r.watermark);
		add_rows(l, r.rows);
	}
	bqreceipt_clear(&r);
	return why;
}

bool loads_read(struct loads *l, bool seal, struct error *error)
{
	char *const none[] = {NULL};
	struct input in;
	struct span line;
	const char *why = NULL;

	input_init(&in, none, RECEIPT_MAX, seal);
	while (!why && input_next(&in, &line)) {
		why = take(l, line);
		if (why && input_was_cut(&in))
			break;
		if (why)
			error_set(
			    error, STATUS_DATA, "stdin:%" PRIu64 ": %s", in.lines.number, why);
	}
	if (in.error.status)
		error_copy(error, &in.error);
	if (l->n == 0)
		error_set(error, STATUS_UPSTREAM, "stdin: no receipt");
	input_free(&in);
	return !error->status && check_shards(l, "no receipt", error);
}

/* ---- jobs --------------------------------------------------------------------------------- */

static bool has_worked(const jdoc *job)
{
	return strcmp(jdoc_text(job, "status.state", ""), "DONE") == 0 &&
	       !jdoc_is_object(jdoc_at(job, "status.errorResult"));
}

/*
 * The first attempt that worked, of the first ATTEMPTS_MAX; *job is NULL where none did. False
 * with bq's error.
 */
static bool find_job(struct bigquery *bq, const char *id, const char *location, jdoc **job)
{
	struct buf name;

	*job = NULL;
	buf_init(&name, BQJOB_ID_MAX);
	for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
		buf_clear(&name);
		bqname_attempt(&name, id, attempt);
		*job = bqjobs_get(bq, buf_str(&name), location);
		if (!*job || has_worked(*job))
			break;
		jdoc_free(*job);
		*job = NULL;
	}
	buf_free(&name);
	return *job || !bq->error.status || bq->code == 404;
}

static bool ask_shard(struct loads *l, struct bigquery *bq, const char *table, const char *location,
    uint64_t i, struct error *error)
{
	char *shard = mem_format("%" PRIu64 "/%" PRIu64, i, l->shards);
	struct buf id;
	jdoc *job;
	bool ok;

	buf_init(&id, BQJOB_ID_MAX);
	bqname_once(&id, table, l->run, shard);
	ok = find_job(bq, buf_str(&id), location, &job);
	if (!ok)
		error_copy(error, &bq->error);
	l->seen[i] = job != NULL;
	if (job) {
		is_new(l, buf_str(&id));
		add_rows(l, jdoc_int(job, "statistics.load.outputRows", -1));
	}
	jdoc_free(job);
	buf_free(&id);
	free(shard);
	return ok;
}

bool loads_ask(struct loads *l, struct bigquery *bq, const char *table, const char *location,
    const char *run, uint64_t shards, struct error *error)
{
	l->run = mem_text(run);
	l->shards = shards;
	l->seen = mem_alloc(shards * sizeof *l->seen);
	for (uint64_t i = 0; i < shards; i++)
		if (!ask_shard(l, bq, table, location, i, error))
			return false;
	return check_shards(l, "no load that is done", error);
}
