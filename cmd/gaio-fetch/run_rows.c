/* Rows, from a page to the stream. */

#include "run.h"

#include "base/time.h"
#include "base/file.h"
#include "stamp.h"

#include <errno.h>
#include <stdlib.h>

/* ---- bad rows ---- */

static bool refuse_rows(struct fetching *run, struct span rest)
{
	struct fetched_bad row;
	char page[32];

	snprintf(page, sizeof page, "page %ju", (uintmax_t)run->pages);
	while (fetched_bad(&rest, &row)) {
		struct bad bad = {.reason = row.why};

		run->rejected++;
		if (!reject_row(run->o->reject, page, row.number, &bad, row.raw, false))
			return error_copy(&run->error, &run->o->reject->error);
	}
	return true;
}

/* Without --rejects the first one ends the run. */
static bool accepts(struct fetching *run, struct sequence *s, const struct turn *t)
{
	struct span rest = buf_span(&t->page.bad);
	struct fetched_bad row;

	if (run->o->reject || !fetched_bad(&rest, &row))
		return true;
	s->paging.pages--;
	return run_fail(run, s, STATUS_DATA, "row %ju: %s", (uintmax_t)row.number, row.why);
}

/* ---- times ---- */

/* The API's clock, or ours where it does not tell. */
static int64_t clock_of(const struct http_reply *reply)
{
	int64_t now = clock_now(), at;
	struct span date = http_header(reply, "Date");

	return date.p && time_read_http(date, now, &at) ? at + CLOCK_SECOND - 1 : now;
}

/* A window that the API does not keep to would give the same rows to each. */
static bool is_inside(const struct fetching *run, const struct sequence *s, struct span row)
{
	const struct api_watermark *w = &run->r->watermark;
	int64_t at, unit = stamp_unit((enum api_format)run->r->since.format);

	if (!w->given || !stamp_read(where_find(&w->field, row), (enum api_format)w->format, &at))
		return true;
	return at >= s->values.since - unit && at <= s->values.until + unit;
}

static bool see(struct fetching *run, struct sequence *s, const struct turn *t)
{
	struct span block = t->page.block, row;
	int64_t now = clock_of(&t->reply);

	if (!run->r->watermark.given)
		return true;
	while (fetched_row(&block, &row)) {
		newest_see(&run->newest, row, now);
		if (run->o->bounded && !is_inside(run, s, row)) {
			s->paging.pages--;
			return run_fail(run, s, STATUS_DATA,
			    "a row lies outside the window: the API does not keep to since and "
			    "until");
		}
	}
	return true;
}

/* ---- writing ---- */

/* {"name":value,...the row's own members */
static bool add_prefixed(struct fetching *run, struct sequence *s, const struct where *as,
    struct span row, struct buf *to)
{
	if (where_find(as, row).p)
		return run_fail(
		    run, s, STATUS_DATA, "the rows have a field of the name that \"as\" gives");
	buf_addc(to, '{');
	buf_addspan(to, buf_span(&s->prefix));
	row = span_skip(row, 1);
	if (*scan_space(row.p, row.p + row.n) != '}')
		buf_addc(to, ',');
	buf_addspan(to, row);
	return true;
}

static bool to_stream(
    struct fetching *run, struct sequence *s, struct span block, const struct where *as)
{
	struct out *out = run->o->out;
	struct span row;

	while (fetched_row(&block, &row)) {
		if (as->n == 0) {
			out_line(out, row);
			continue;
		}
		if (!add_prefixed(run, s, as, row, &out->buf))
			return false;
		out_row(out);
	}
	return out_flush(out) ||
	       error_set(&run->error, STATUS_IO, "stdout: %s", strerror(out->error));
}

static bool to_spool(
    struct fetching *run, struct sequence *s, struct span block, const struct where *as)
{
	struct span row;
	struct buf line;
	bool good = true;

	if (!s->spool && !(s->spool = file_temp_stream()))
		return error_set(
		    &run->error, STATUS_CREATE, "a temporary file: %s", strerror(errno));
	buf_init(&line, SIZE_MAX);
	if (as->n == 0) {
		fwrite(block.p, 1, block.n, s->spool);
	} else {
		while (good && fetched_row(&block, &row)) {
			buf_clear(&line);
			good = add_prefixed(run, s, as, row, &line);
			buf_addc(&line, '\n');
			fwrite(line.p, 1, line.n, s->spool);
		}
	}
	buf_free(&line);
	if (ferror(s->spool))
		return error_set(&run->error, STATUS_IO, "a temporary file: %s", strerror(errno));
	return good;
}

bool run_rows(struct fetching *run, struct sequence *s, const struct turn *t)
{
	bool first = s == run->first && !s->spool && s->bad.n == 0 && run->r->window.cap == 0;
	struct where as = {0};

	if (s->prefix.n > 0)
		as = (struct where){.step = {run->r->each.as}, .n = 1};
	if (!accepts(run, s, t) || !see(run, s, t))
		return false;
	if (first) {
		run->rows += t->page.rows;
		return refuse_rows(run, buf_span(&t->page.bad)) &&
		       to_stream(run, s, t->page.block, &as);
	}
	s->spooled += t->page.rows;
	buf_addspan(&s->bad, buf_span(&t->page.bad));
	return t->page.block.n == 0 || to_spool(run, s, t->page.block, &as);
}

void run_forget(struct sequence *s)
{
	if (s->spool)
		fclose(s->spool);
	s->spool = NULL;
	s->spooled = 0;
	buf_clear(&s->bad);
}

bool run_drain(struct fetching *run, struct sequence *s)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	if (!refuse_rows(run, buf_span(&s->bad)))
		return false;
	if (s->spool)
		rewind(s->spool);
	while (s->spool && (n = getline(&line, &cap, s->spool)) > 0)
		out_line(run->o->out, (struct span){line, (size_t)n - 1});
	free(line);
	if (s->spool && ferror(s->spool))
		return error_set(&run->error, STATUS_IO, "a temporary file: %s", strerror(errno));
	run->rows += s->spooled;
	run_forget(s);
	return out_flush(run->o->out) ||
	       error_set(&run->error, STATUS_IO, "stdout: %s", strerror(run->o->out->error));
}
