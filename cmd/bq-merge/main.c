#include "base/clock.h"
#include "base/die.h"
#include "base/time.h"
#include "base/mem.h"
#include "cloud/bqjob.h"
#include "cloud/bqjobs.h"
#include "cloud/bqname.h"
#include "cloud/bqreceipt.h"
#include "check.h"
#include "loads.h"
#include "prune.h"
#include "shape.h"
#include "schema/column_name.h"
#include "stream/end.h"
#include "settings.h"
#include "target.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEYS_MAX = 64 << 10 };

/* All that a run holds. */
struct bqmerge_run {
	struct bqmerge_settings s;
	struct bigquery bq;
	struct contract contract;
	struct loads loads;
	struct bqtable from, into;
	struct merge merge;
	struct prune prune;
	jdoc *staging, *target;
	char *keys, *order_by; /* what merge points into */
	struct out out;
};

/* ---- what is asked for -------------------------------------------------------------------- */

static void add_key(struct merge *m, const char *key)
{
	if (column_name_check(span_of(key)))
		args_die("--key: not a name for a column");
	if (m->n_keys == MERGE_KEYS_MAX)
		args_die("--key: more than %d columns", MERGE_KEYS_MAX);
	m->keys[m->n_keys++] = key;
}

/* --key, else the contract's key with commas between. */
static char *key_list(const struct bqmerge_run *r)
{
	struct buf list;
	char *text;

	if (r->s.key)
		return mem_text(r->s.key);
	buf_init(&list, KEYS_MAX);
	for (size_t i = 0; i < r->contract.key.n; i++) {
		if (i)
			buf_addc(&list, ',');
		buf_addspan(&list, r->contract.key.item[i]);
	}
	text = mem_text(buf_str(&list));
	buf_free(&list);
	return text;
}

static void choose_columns(struct bqmerge_run *r)
{
	struct span order = r->contract.order_by;
	char *key = r->keys = key_list(r);

	if (!*key)
		args_die("no key: give --key, or a contract that has one");
	while (key) {
		char *comma = strchr(key, ',');

		if (comma)
			*comma++ = '\0';
		add_key(&r->merge, key);
		key = comma;
	}
	if (r->s.order_by)
		r->order_by = mem_text(r->s.order_by);
	else if (order.p)
		r->order_by = mem_dup(order.p, order.n);
	if (r->order_by && column_name_check(span_of(r->order_by)))
		args_die("--order-by: not a name for a column");
	r->merge.order_by = r->order_by;
}

static void read_receipts(struct bqmerge_run *r)
{
	struct error error = {.status = STATUS_OK};

	if (!loads_read(&r->loads, r->s.args.seal == SEAL_ON, &error))
		die(error.status, "%s", error.text);
	if (r->loads.dry_run && !r->s.dry_run)
		die(STATUS_UPSTREAM, "stdin: the receipt is of a dry run");
}

static void prepare(struct bqmerge_run *r)
{
	struct error error = {0};

	if (r->s.contract_path && !contract_read(&r->contract, r->s.contract_path, &error))
		die(error.status, "%s", error.text);
	choose_columns(r);
	loads_init(&r->loads);
	if (!r->s.from)
		read_receipts(r);
	if (!bigquery_open(&r->bq, &r->s.http))
		die(r->bq.error.status, "%s", r->bq.error.text);
	r->bq.wait_us = r->s.wait_s * CLOCK_SECOND;
	if (!bqtable_parse(&r->into, r->s.into, r->bq.project) || bqtable_has_partition(&r->into))
		args_die("--into: takes " BQTABLE_SYNTAX);
	if (r->s.from && !bqtable_parse(&r->from, r->s.from, r->bq.project))
		args_die("--from: takes " BQTABLE_SYNTAX);
	if (!r->s.from && !bqtable_parse(&r->from, r->loads.table, r->bq.project))
		die(STATUS_DATA, "stdin: the receipt's table is no table name");
	if (bqtable_has_partition(&r->from))
		args_die("%s: one partition cannot be merged, only a whole table", r->from.text);
	if (strcmp(r->from.text, r->into.text) == 0)
		args_die("--into: is the staging table itself");
}

/* ---- the work ----------------------------------------------------------------------------- */

/* How many rows the staging table must have. */
static void count_rows(struct bqmerge_run *r)
{
	struct error error = {.status = STATUS_OK};

	if (r->s.once &&
	    !loads_ask(&r->loads, &r->bq, r->from.text, jdoc_text(r->staging, "location", NULL),
	        r->s.once, r->s.shards, &error))
		die(error.status, "%s: %s", r->from.text, error.text);
	r->merge.rows = r->loads.n && !r->loads.dry_run ? r->loads.rows : -1;
}

static void open_tables(struct bqmerge_run *r)
{
	const struct contract *contract = r->s.contract_path ? &r->contract : NULL;

	if (!bqtable_get(&r->bq, &r->from, &r->staging))
		die(r->bq.error.status, "%s: %s", r->from.text, r->bq.error.text);
	if (!r->staging)
		die(STATUS_REFUSED, "%s: no such table", r->from.text);
	count_rows(r);
	if (!target_open(&r->bq, &r->into, r->staging,
	        &(struct target_plan){
	            .contract = contract, .history = r->s.mode == MERGE_SCD2, .look = r->s.dry_run},
	        &r->target))
		die(r->bq.error.status, "%s: %s", r->into.text, r->bq.error.text);
	r->merge.mode = r->s.mode;
	r->merge.delete_where = r->s.delete_where;
	r->merge.lossy = r->s.lossy;
	r->merge.from = &r->from;
	r->merge.into = &r->into;
	r->merge.from_fields = jdoc_at(r->staging, "schema.fields");
	r->merge.into_fields =
	    r->target ? jdoc_at(r->target, "schema.fields") : r->merge.from_fields;
}

static void check(const struct bqmerge_run *r)
{
	const char *column = "";
	const char *why = check_merge(&r->merge, &column);

	if (why)
		die(STATUS_CONFIG, "column %s: %s", column, why);
}

/* Only the staged rows' partitions are read, where that changes nothing but the price. */
static void prune(struct bqmerge_run *r)
{
	const char *why = NULL;
	enum prune_answer can =
	    prune_look(&r->prune, &r->merge, r->target, r->s.keys_never_move, &why);
	bool needed = r->s.prune == PRUNE_MUST ||
	              jdoc_bool(r->target, "requirePartitionFilter",
	                  jdoc_bool(r->target, "timePartitioning.requirePartitionFilter", false));

	if (r->s.prune == PRUNE_NEVER || can == PRUNE_NO_NEED)
		return;
	if (can == PRUNE_CANNOT && needed)
		die(STATUS_CONFIG, "%s: cannot be pruned: %s", r->into.text, why);
	if (can == PRUNE_CANNOT) {
		warn("%s: all partitions are read: %s", r->into.text, why);
		return;
	}
	if (!prune_ask(&r->prune, &r->bq, &r->merge, r->staging, r->s.billed))
		die(r->bq.error.status, "%s: %s", r->from.text, r->bq.error.text);
	r->merge.only = buf_str(&r->prune.condition);
	r->merge.only_staged = buf_str(&r->prune.staged);
	inform(1, "%s: %zu partitions are read", r->into.text, r->prune.partitions);
}

/* A dry run where there is no target yet is of its reading half. */
static void write_sql(struct bqmerge_run *r, struct buf *sql)
{
	const char *column = "";
	bool ok;

	ok = r->target ? merge_sql(sql, &r->merge, &column) : merge_source(sql, &r->merge, &column);
	if (!ok)
		die(STATUS_REFUSED, "column %s: %s and %s have types that do not meet", column,
		    r->from.text, r->into.text);
	if (sql->full)
		die(STATUS_REFUSED, "%s: too many columns for one statement", r->into.text);
	inform(2, "%s", buf_str(sql));
}

/*
 * The same load, merged by the same statement into the target as it stands now, is the same job:
 * a rerun attaches to one that is on its way, and after one that is done it is another, which finds
 * nothing to change.
 */
static void name_job(
    const struct bqmerge_run *r, struct span sql, struct buf *id, struct buf *fingerprint)
{
	struct buf from, into;

	buf_init(&from, BQJOB_ID_MAX);
	buf_init(&into, BQJOB_ID_MAX);
	bqtable_state(&from, r->staging);
	bqtable_state(&into, r->target);
	bqname_fingerprint(
	    fingerprint, (const struct span[]){SPAN("merge"), span_of(r->into.text), sql, {0}});
	bqname_job(id, (const struct span[]){buf_span(fingerprint), buf_span(&r->loads.ids),
	                   buf_span(&from), buf_span(&into), {0}});
	buf_free(&from);
	buf_free(&into);
}

/* The number after `head` in what the check said; -1: it said something else. */
static int64_t said(const char *message, const char *head)
{
	const char *at = strstr(message, head);

	return at ? strtoll(at + strlen(head), NULL, 10) : -1;
}

/* Ends the program where the statement's own check (merge.h) ended the job. */
static void blame_check(const struct bqmerge_run *r, const char *message)
{
	const char *loss = strstr(message, MERGE_LOSS), *rest;
	int64_t rows = said(message, MERGE_ROWS);
	size_t column;

	if (rows >= 0)
		die(STATUS_UPSTREAM,
		    "%s: has %" PRId64 " rows, and its loads %" PRId64
		    "; nothing was merged: another run has changed it, load the rows again",
		    r->from.text, rows, r->merge.rows);
	if (strstr(message, MERGE_MOVED))
		die(STATUS_UPSTREAM, "%s: was changed while it was merged; nothing was merged",
		    r->from.text);
	if (!loss)
		return;
	column = (size_t)said(message, MERGE_LOSS);
	rest = strchr(loss + strlen(MERGE_LOSS), ' ');
	die(STATUS_REFUSED,
	    "column %s: the target's type does not take the values of %lld rows as they are; "
	    "nothing was merged%s",
	    shape_name(jdoc_item(r->merge.from_fields, column, NULL)),
	    rest ? strtoll(rest, NULL, 10) : 0,
	    r->merge.lossy ? "" : "; --lossy-casts rounds and cuts them");
}

static void blame(struct bqmerge_run *r, const struct bqjob *job)
{
	blame_check(r, jdoc_text(job->doc, "status.errorResult.message", ""));
	/* The statement is ours, so a fault in it is not the user's input. */
	die(r->bq.error.status == STATUS_DATA ? STATUS_REFUSED : r->bq.error.status, "%s: %s",
	    r->into.text, r->bq.error.text);
}

static void tell(struct bqmerge_run *r, const struct bqjob *job)
{
	const jdoc *query = jdoc_at(job->doc, "statistics.query");
	struct bqreceipt out;
	char detail[BQJOB_ID_MAX + 128];

	bqreceipt_init(&out);
	out.tool = prog_name();
	out.project = r->bq.project;
	out.table = r->into.text;
	out.job_id = *job->id ? job->id : NULL;
	out.location = jdoc_text(job->doc, "jobReference.location", NULL);
	out.inserted = jdoc_int(query, "dmlStats.insertedRowCount", -1);
	out.updated = jdoc_int(query, "dmlStats.updatedRowCount", -1);
	out.deleted = jdoc_int(query, "dmlStats.deletedRowCount", -1);
	out.bytes_processed = jdoc_int(
	    query, "totalBytesProcessed", jdoc_int(job->doc, "statistics.totalBytesProcessed", -1));
	out.dry_run = r->s.dry_run;
	if (!r->s.dry_run) {
		out.bytes_billed = jdoc_int(query, "totalBytesBilled", -1);
		if (out.bytes_billed >= 0)
			out.bytes_billed += r->prune.billed;
		out.seconds = bqjob_seconds(job->doc);
	}
	if (r->merge.only)
		out.partitions = (int64_t)r->prune.partitions;
	out.watermark = r->loads.watermark;
	bqreceipt_write(&r->out, &out);
	if (r->s.dry_run)
		snprintf(detail, sizeof detail, "dry run");
	else
		snprintf(detail, sizeof detail,
		    "%" PRId64 " inserted, %" PRId64 " updated, %" PRId64 " deleted, job %s%s",
		    out.inserted, out.updated, out.deleted, job->id,
		    job->attached ? " (of an earlier run)" : "");
	summarise(&(struct summary){.retries = http_retries(r->bq.http), .detail = detail});
}

static void merge(struct bqmerge_run *r)
{
	struct buf sql, id, fingerprint;
	struct bqjob job = {0};
	jdoc *doc;

	buf_init(&sql, MERGE_SQL_MAX);
	buf_init(&id, BQJOB_ID_MAX);
	buf_init(&fingerprint, BQJOB_ID_MAX);
	write_sql(r, &sql);
	doc = bqjobs_query(buf_span(&sql), r->s.billed);
	name_job(r, buf_span(&sql), &id, &fingerprint);
	if (r->s.dry_run) {
		job.doc = bqjobs_dry_run(&r->bq, jdoc_text(r->staging, "location", NULL), doc);
		if (!job.doc)
			blame(r, &job);
	} else if (!bqjob_run(&r->bq,
	               &(struct bqjob_plan){.id = buf_str(&id),
	                   .fingerprint = buf_str(&fingerprint),
	                   .location = jdoc_text(r->staging, "location", NULL),
	                   .configuration = doc,
	                   .advice = "the same command again waits for it, or finds "
	                             "nothing to change"},
	               &job)) {
		blame(r, &job);
	}
	tell(r, &job);
	bqjob_free(&job);
	jdoc_free(doc);
	buf_free(&sql);
	buf_free(&id);
	buf_free(&fingerprint);
}

static void clear(struct bqmerge_run *r)
{
	free(r->keys);
	free(r->order_by);
	prune_free(&r->prune);
	loads_free(&r->loads);
	bqtable_free(&r->from);
	bqtable_free(&r->into);
	jdoc_free(r->staging);
	jdoc_free(r->target);
	if (r->s.contract_path)
		contract_free(&r->contract);
	bigquery_close(&r->bq);
}

int main(int argc, char **argv)
{
	static struct bqmerge_run r;
	struct error error = {.status = STATUS_OK};
	struct end end;

	prog_init("bq-merge");
	out_init(&r.out, STDOUT_FILENO);
	end_guard(&r.out);
	settings_init(&r.s);
	settings_parse(&r.s, argc, argv);
	prepare(&r);
	if (!out_to(&r.out, r.s.args.output, &error))
		die(error.status, "%s", error.text);
	open_tables(&r);
	check(&r);
	prune(&r);
	merge(&r);
	end_init(&end);
	snprintf(
	    end.watermark, sizeof end.watermark, "%s", r.loads.watermark ? r.loads.watermark : "");
	if (!end_close(&r.out, r.s.args.seal == SEAL_ON ? &end : NULL, &error))
		die(error.status, "%s", error.text);
	clear(&r);
	return prog_end(STATUS_OK);
}
