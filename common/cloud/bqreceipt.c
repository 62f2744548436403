#include "cloud/bqreceipt.h"

#include "base/text.h"
#include "base/mem.h"
#include "json/jstr.h"
#include "json/row.h"

#include <inttypes.h>
#include <stdlib.h>

enum { TEXT_MAX = 4096 };

void bqreceipt_init(struct bqreceipt *r)
{
	*r = (struct bqreceipt){.rows = -1,
	    .bytes = -1,
	    .inserted = -1,
	    .updated = -1,
	    .deleted = -1,
	    .bad = -1,
	    .partitions = -1,
	    .bytes_processed = -1,
	    .bytes_billed = -1,
	    .seconds = -1};
}

static void add_text(struct buf *b, const char *key, const char *text)
{
	if (!text)
		return;
	buf_addf(b, "%s\"%s\":", b->p[b->n - 1] == '{' ? "" : ",", key);
	jstr_quote(b, span_of(text));
}

static void add_figure(struct buf *b, const char *key, int64_t value)
{
	if (value >= 0)
		buf_addf(b, ",\"%s\":%" PRId64, key, value);
}

void bqreceipt_write(struct out *o, const struct bqreceipt *r)
{
	struct buf *b = &o->buf;

	buf_addc(b, '{');
	add_text(b, "tool", r->tool);
	add_text(b, "project", r->project);
	add_text(b, "table", r->table);
	add_text(b, "job_id", r->job_id);
	add_text(b, "location", r->location);
	add_text(b, "run", r->run);
	add_text(b, "shard", r->shard);
	add_figure(b, "rows", r->rows);
	add_figure(b, "bad_records", r->bad);
	add_figure(b, "bytes", r->bytes);
	add_figure(b, "inserted", r->inserted);
	add_figure(b, "updated", r->updated);
	add_figure(b, "deleted", r->deleted);
	add_figure(b, "partitions", r->partitions);
	add_figure(b, "bytes_processed", r->bytes_processed);
	add_figure(b, "bytes_billed", r->bytes_billed);
	if (r->seconds >= 0)
		buf_addf(b, ",\"seconds\":%.3f", r->seconds);
	add_text(b, "watermark", r->watermark);
	if (r->dry_run)
		buf_adds(b, ",\"dry_run\":true");
	buf_addc(b, '}');
	out_row(o);
}

/* A copy of the text member; NULL when it is absent, no string, or holds a NUL. */
static const char *text_of(const struct row *row, const char *key)
{
	const struct field *f = row_find(row, span_of(key));
	struct buf scratch;
	struct span text;
	char *copy = NULL;

	if (!f || f->type != JSON_STRING || f->value.n > TEXT_MAX)
		return NULL;
	buf_init(&scratch, TEXT_MAX);
	text = jstr_text(f->value, &scratch);
	if (!memchr(text.p, '\0', text.n))
		copy = mem_dup(text.p, text.n);
	buf_free(&scratch);
	return copy;
}

static int64_t figure_of(const struct row *row, const char *key)
{
	const struct field *f = row_find(row, span_of(key));
	int64_t value;

	return f && f->type == JSON_NUMBER && text_integer(f->value, &value) ? value : -1;
}

const char *bqreceipt_read(struct bqreceipt *r, struct span line)
{
	const struct field *dry;
	struct row row = {0};
	const char *why = row_parse(&row, line);

	bqreceipt_init(r);
	if (!why) {
		r->tool = text_of(&row, "tool");
		r->project = text_of(&row, "project");
		r->table = text_of(&row, "table");
		r->job_id = text_of(&row, "job_id");
		r->location = text_of(&row, "location");
		r->run = text_of(&row, "run");
		r->shard = text_of(&row, "shard");
		r->watermark = text_of(&row, "watermark");
		r->rows = figure_of(&row, "rows");
		dry = row_find(&row, SPAN("dry_run"));
		r->dry_run = dry && dry->type == JSON_TRUE;
		if (!r->tool || !r->table || !r->job_id)
			why = "not a receipt: tool, table and job_id are needed";
	}
	row_free(&row);
	return why;
}

static void drop(const char *text)
{
	union {
		const char *borrowed;
		void *owned;
	} p = {.borrowed = text};

	free(p.owned);
}

void bqreceipt_clear(struct bqreceipt *r)
{
	drop(r->tool);
	drop(r->project);
	drop(r->table);
	drop(r->job_id);
	drop(r->location);
	drop(r->run);
	drop(r->shard);
	drop(r->watermark);
	bqreceipt_init(r);
}
