#include "storage/partitioning.h"
#include "base/time.h"

#include <stdlib.h>

struct partitioning partitioning_of(const jdoc *resource)
{
	const char *unit = jdoc_text(resource, "timePartitioning.type", NULL);

	return (struct partitioning){
	    .field = jdoc_text(
	        resource, unit ? "timePartitioning.field" : "rangePartitioning.field", NULL),
	    .unit = unit,
	    .start = jdoc_int(resource, "rangePartitioning.range.start", 0),
	    .end = jdoc_int(resource, "rangePartitioning.range.end", 0),
	    .interval = jdoc_int(resource, "rangePartitioning.range.interval", 1),
	};
}

static bool has_time(char unit, const char *id)
{
	size_t n = unit == 'Y' ? 4 : unit == 'M' ? 6 : unit == 'D' ? 8 : 10;
	int part[4] = {0, 1, 1, 0}; /* year, month, day, hour */

	if (strlen(id) != n || strspn(id, "0123456789") != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		size_t at = i < 4 ? 0 : i / 2 - 1;

		part[at] = (i < 4 ? i > 0 : i % 2) ? part[at] * 10 + id[i] - '0' : id[i] - '0';
	}
	return time_valid_date(part[0], part[1], part[2]) && part[3] < 24;
}

static bool has_range(const struct partitioning *p, const char *id)
{
	char *end;
	long long start = strtoll(id, &end, 10);

	return end != id && !*end && start >= p->start && start < p->end &&
	       (start - p->start) % p->interval == 0;
}

bool partitioning_has(const struct partitioning *p, const char *id)
{
	if (strcmp(id, "__NULL__") == 0 || strcmp(id, "__UNPARTITIONED__") == 0)
		return true;
	return p->unit ? has_time(*p->unit, id) : has_range(p, id);
}

void partitioning_id(struct buf *b, const struct partitioning *p)
{
	struct buf name;

	buf_init(&name, 1 << 12);
	store_quote(&name, p->field);
	if (p->unit)
		buf_addf(
		    b, "IFNULL(bq_partition(%s, '%s', 0), '__NULL__')", buf_str(&name), p->unit);
	else
		buf_addf(b,
		    "CASE WHEN %s >= %lld AND %s < %lld THEN CAST(bq_bucket(%s, %lld, %lld, %lld, "
		    "0) "
		    "AS TEXT) WHEN %s IS NULL THEN '__NULL__' ELSE '__UNPARTITIONED__' END",
		    buf_str(&name), (long long)p->start, buf_str(&name), (long long)p->end,
		    buf_str(&name), (long long)p->start, (long long)p->end, (long long)p->interval,
		    buf_str(&name));
	buf_free(&name);
}

/*
 * A partition is kept for expirationMs from its beginning on: what begins no later than that
 * long ago goes.
 */
void partitioning_expire(struct store *s, const char *storage, const jdoc *resource)
{
	struct partitioning p = partitioning_of(resource);
	int64_t ms = jdoc_int(resource, "timePartitioning.expirationMs", 0);
	struct buf sql;

	if (!p.field || !p.unit || ms <= 0)
		return;
	buf_init(&sql, 1 << 14);
	buf_adds(&sql, "DELETE FROM ");
	store_quote(&sql, storage);
	buf_adds(&sql, " WHERE bq_partition(");
	store_quote(&sql, p.field);
	buf_addf(&sql, ", '%s', 0) <= bq_partition(%lld, '%s', 0)", p.unit,
	    (long long)(clock_now() - ms * 1000), p.unit);
	store_exec(s, buf_str(&sql));
	buf_free(&sql);
}
