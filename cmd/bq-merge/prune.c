#include "prune.h"

#include "base/die.h"
#include "base/time.h"
#include "base/mem.h"
#include "cloud/bqjobs.h"
#include "cloud/bqname.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* So many pieces at most: more are read as one, from the first to the last. */
enum { PIECES_MAX = 1000, CONDITION_MAX = 512 << 10, HOURS = 24 };
enum { RESULT_MS = 23 * 60 * 60 * 1000 };

static const int64_t HOUR_MAX = TIME_MAX / CLOCK_SECOND / 3600;

/* Half open; hours since 1970 for times. */
struct piece {
	int64_t from, to;
};

/* ---- may it be done? ---------------------------------------------------------------------- */

static const char *unfit(
    const struct prune *p, const struct merge *m, bool by_rows, bool never_move)
{
	if (!by_rows)
		return "it is partitioned by the time of ingestion, which no row tells";
	if (!bqtable_field(m->from_fields, p->column))
		return "its partition column is no column of the staging table";
	if (!never_move && !merge_is_key(m, p->column))
		return "its partition column is not part of the key, so that a row which moved to "
		       "another partition would be inserted again; --keys-never-move says that "
		       "none does";
	return NULL;
}

enum prune_answer prune_look(
    struct prune *p, const struct merge *m, const jdoc *target, bool never_move, const char **why)
{
	const jdoc *time = jdoc_at(target, "timePartitioning");
	const jdoc *range = jdoc_at(target, "rangePartitioning");
	const jdoc *by = time ? time : range;

	*p = (struct prune){.column = jdoc_text(by, "field", NULL)};
	buf_init(&p->condition, CONDITION_MAX);
	buf_init(&p->staged, CONDITION_MAX);
	if (!by)
		return PRUNE_NO_NEED;
	*why = unfit(p, m, p->column != NULL, never_move);
	if (*why)
		return PRUNE_CANNOT;
	if (!type_find(
	        &p->type, span_of(jdoc_text(bqtable_field(m->into_fields, p->column), "type", ""))))
		p->type = TYPE_TIMESTAMP;
	if (time)
		p->unit = jdoc_text(time, "type", "DAY");
	p->start = jdoc_int(range, "range.start", 0);
	p->end = jdoc_int(range, "range.end", 0);
	p->step = jdoc_int(range, "range.interval", 1);
	return PRUNE_CAN;
}

/* ---- the question ------------------------------------------------------------------------- */

/* The staged column, cast as the merge casts it. */
static void add_staged(struct buf *sql, const struct prune *p)
{
	buf_addf(sql, "SAFE_CAST(" MERGE_STAGED ".`%s` AS %s)", p->column, type_name(p->type));
}

/*
 * The partition of a staged row as text: the hour it begins at, or the lower bound; x is
 * outside.
 */
static void add_partition(struct buf *sql, const struct prune *p)
{
	struct buf value;

	buf_init(&value, CONDITION_MAX);
	add_staged(&value, p);
	if (!p->unit)
		buf_addf(sql,
		    "CASE WHEN %s < %" PRId64 " OR %s >= %" PRId64 " THEN 'x' ELSE CAST(%" PRId64
		    " + DIV(%s - %" PRId64 ", %" PRId64 ") * %" PRId64 " AS STRING) END",
		    buf_str(&value), p->start, buf_str(&value), p->end, p->start, buf_str(&value),
		    p->start, p->step, p->step);
	else if (p->type == TYPE_DATE)
		buf_addf(sql, "CONCAT(CAST(DATE_TRUNC(%s, %s) AS STRING), 'T00')", buf_str(&value),
		    p->unit);
	else
		buf_addf(sql, "FORMAT_%s('%%Y-%%m-%%dT%%H', %s_TRUNC(%s, %s))", type_name(p->type),
		    type_name(p->type), buf_str(&value), p->unit);
	buf_free(&value);
}

static void add_question(struct buf *sql, const struct prune *p, const struct merge *m)
{
	buf_adds(sql, "SELECT STRING_AGG(p, ',' ORDER BY p) AS p, COUNTIF(p IS NULL) AS n "
	              "FROM (SELECT DISTINCT ");
	add_partition(sql, p);
	buf_adds(sql, " AS p FROM ");
	bqtable_sql(sql, m->from);
	buf_adds(sql, " " MERGE_STAGED ")");
}

static jdoc *answer_of(struct bigquery *bq, const struct bqjob *job)
{
	struct buf url;
	jdoc *doc;

	buf_init(&url, BIGQUERY_URL);
	bigquery_url(bq, &url, "projects", bq->project, "queries", job->id, NULL);
	bigquery_query(&url, "location", job->location);
	doc = bigquery_call(bq, "GET", buf_str(&url), NULL);
	buf_free(&url);
	return doc;
}

/* BigQuery keeps results for a day. */
static bool is_kept(struct bigquery *bq, const jdoc *job, void *ctx)
{
	(void)bq;
	(void)ctx;
	return clock_now() / 1000 - jdoc_int(job, "statistics.endTime", 0) < RESULT_MS;
}

/* Of the same staged rows the answer is the same, so a rerun takes that of the first run. */
static bool run_question(
    struct bigquery *bq, struct span sql, const jdoc *staging, uint64_t most, struct bqjob *job)
{
	jdoc *doc = bqjobs_query(sql, most);
	struct buf id, fingerprint, state;
	bool ok;

	buf_init(&id, BQJOB_ID_MAX);
	buf_init(&fingerprint, BQJOB_ID_MAX);
	buf_init(&state, BQJOB_ID_MAX);
	bqtable_state(&state, staging);
	bqname_fingerprint(&fingerprint, (const struct span[]){SPAN("partitions"), sql, {0}});
	bqname_job(&id, (const struct span[]){buf_span(&fingerprint), buf_span(&state), {0}});
	ok = bqjob_run(bq,
	    &(struct bqjob_plan){.id = buf_str(&id),
	        .fingerprint = buf_str(&fingerprint),
	        .location = jdoc_text(staging, "location", NULL),
	        .configuration = doc,
	        .stands = is_kept},
	    job);
	buf_free(&state);
	buf_free(&id);
	buf_free(&fingerprint);
	jdoc_free(doc);
	return ok;
}

/* ---- the condition ------------------------------------------------------------------------ */

/* The hour at which the partition after the one that begins at `hour` begins. */
static int64_t next_hour(const char *unit, int64_t hour)
{
	int year, month, day;

	if (strcmp(unit, "HOUR") == 0)
		return hour + 1;
	if (strcmp(unit, "DAY") == 0)
		return hour + HOURS;
	time_civil(hour / HOURS - (hour % HOURS < 0), &year, &month, &day);
	if (strcmp(unit, "YEAR") == 0 || month == 12)
		return time_days(year + 1, 1, 1) * HOURS;
	return time_days(year, month + 1, 1) * HOURS;
}

/* A partition of integers begins at a step of the range; the last one may be shorter. */
static bool read_range(const struct prune *p, const char *item, struct piece *piece)
{
	uint64_t start = (uint64_t)p->start, end = (uint64_t)p->end, step = (uint64_t)p->step;
	int used = 0;

	if (sscanf(item, "%" SCNd64 "%n", &piece->from, &used) != 1 || p->step < 1 ||
	    piece->from < p->start || piece->from >= p->end ||
	    ((uint64_t)piece->from - start) % step != 0)
		return false;
	piece->to = end - (uint64_t)piece->from > step ? piece->from + p->step : p->end;
	return item[used] == ',' || !item[used];
}

/* One item of the list. False when it is none. */
static bool read_piece(const struct prune *p, const char *item, struct piece *piece)
{
	int year, month, day, hour, used = 0;

	if (!p->unit)
		return read_range(p, item, piece);
	if (sscanf(item, "%d-%d-%dT%d%n", &year, &month, &day, &hour, &used) != 4 ||
	    !time_valid_date(year, month, day) || hour < 0 || hour >= HOURS)
		return false;
	piece->from = time_days(year, month, day) * HOURS + hour;
	piece->to = next_hour(p->unit, piece->from);
	return item[used] == ',' || !item[used];
}

static int by_from(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

/* Neighbours become one. How many are left. */
static size_t join(struct piece *list, size_t n)
{
	size_t last = 0;

	if (n == 0)
		return 0;
	qsort(list, n, sizeof *list, by_from);
	for (size_t i = 1; i < n; i++) {
		if (list[i].from > list[last].to)
			list[++last] = list[i];
		else if (list[i].to > list[last].to)
			list[last].to = list[i].to;
	}
	if (last + 1 <= PIECES_MAX)
		return last + 1;
	list[0].to = list[last].to;
	return 1;
}

static void add_literal(struct buf *b, const struct prune *p, int64_t at)
{
	char text[TIME_TEXT];

	if (!p->unit) {
		buf_addf(b, "%" PRId64, at);
		return;
	}
	time_rfc3339(text, at * 3600 * CLOCK_SECOND);
	if (p->type == TYPE_DATE)
		buf_addf(b, "DATE '%.10s'", text);
	else
		buf_addf(b, "%s '%.10s %.8s%s'", type_name(p->type), text, text + 11,
		    p->type == TYPE_TIMESTAMP ? "+00" : "");
}

static void add_piece(
    struct buf *b, const struct prune *p, const char *column, const struct piece *piece)
{
	buf_addf(b, "%s(%s >= ", b->n > 1 ? " OR " : "", column);
	add_literal(b, p, piece->from);
	if (!p->unit || piece->to <= HOUR_MAX) {
		buf_addf(b, " AND %s < ", column);
		add_literal(b, p, piece->to);
	}
	buf_addc(b, ')');
}

static size_t count_items(const char *list)
{
	size_t n = *list != '\0';

	for (; *list; list++)
		n += *list == ',';
	return n;
}

/* What the list names. */
struct named {
	struct piece *pieces;
	size_t n;
	bool outside, nulls;
};

static void add_condition(
    struct buf *b, const struct prune *p, const char *column, const struct named *named)
{
	buf_addc(b, '(');
	for (size_t i = 0; i < named->n; i++)
		add_piece(b, p, column, &named->pieces[i]);
	if (named->outside)
		buf_addf(b, "%s(%s < %" PRId64 " OR %s >= %" PRId64 ")", b->n > 1 ? " OR " : "",
		    column, p->start, column, p->end);
	if (named->nulls)
		buf_addf(b, "%s%s IS NULL", b->n > 1 ? " OR " : "", column);
	buf_adds(b, b->n > 1 ? ")" : "FALSE)");
}

bool prune_condition(struct prune *p, const char *list, bool nulls)
{
	size_t n = count_items(list);
	struct named named = {.pieces = mem_alloc((n + 1) * sizeof *named.pieces), .nulls = nulls};
	struct buf column;
	bool ok = true;

	p->partitions = n + nulls;
	for (const char *item = list; ok && *item; item += strcspn(item, ","), item += *item == ',')
		if (!p->unit && *item == 'x')
			named.outside = true;
		else
			ok = read_piece(p, item, &named.pieces[named.n++]);
	named.n = join(named.pieces, named.n);
	buf_init(&column, CONDITION_MAX);
	buf_addf(&column, MERGE_TARGET ".`%s`", p->column);
	add_condition(&p->condition, p, buf_str(&column), &named);
	buf_clear(&column);
	add_staged(&column, p);
	add_condition(&p->staged, p, buf_str(&column), &named);
	buf_free(&column);
	free(named.pieces);
	return ok && !p->condition.full && !p->staged.full;
}

bool prune_ask(
    struct prune *p, struct bigquery *bq, const struct merge *m, const jdoc *staging, uint64_t most)
{
	struct bqjob job = {0};
	jdoc *answer = NULL;
	struct buf sql;
	bool ok;

	buf_init(&sql, MERGE_SQL_MAX);
	add_question(&sql, p, m);
	inform(2, "%s", buf_str(&sql));
	ok = run_question(bq, buf_span(&sql), staging, most, &job);
	p->billed = jdoc_int(job.doc, "statistics.query.totalBytesBilled", 0);
	if (ok)
		ok = (answer = answer_of(bq, &job)) != NULL;
	if (ok && !prune_condition(p, jdoc_text(answer, "rows.0.f.0.v", ""),
	              jdoc_int(answer, "rows.0.f.1.v", 0) > 0))
		ok = bigquery_fail(
		    bq, STATUS_REFUSED, "the staged rows' partitions are not as asked for");
	jdoc_free(answer);
	bqjob_free(&job);
	buf_free(&sql);
	return ok;
}

void prune_free(struct prune *p)
{
	buf_free(&p->condition);
	buf_free(&p->staged);
}
