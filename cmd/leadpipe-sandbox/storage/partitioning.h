#ifndef SANDBOX_PARTITIONING_H
#define SANDBOX_PARTITIONING_H

/*
 * How a table is partitioned, and which partition a row lies in. Ids are BigQuery's:
 * "2026110314" (HOUR), "20261103", "202611", "2026", the first number of a range,
 * "__NULL__", and "__UNPARTITIONED__" for what lies in no range.
 */

#include "base/buf.h"
#include "storage/store.h"
#include "wire/jdoc.h"

struct partitioning {
	const char *field; /* the column's name, in the resource; NULL: not partitioned */
	const char *unit;  /* HOUR, DAY, MONTH, YEAR; NULL: ranges of an INT64 */
	int64_t start, end, interval; /* of ranges */
};

/* Of a Table resource; borrows from it. */
struct partitioning partitioning_of(const jdoc *resource);

/* Can a partition have that id? */
bool partitioning_has(const struct partitioning *p, const char *id);

/*
 * Appends SQLite's SQL for the id of a row's partition, a TEXT (of bq_partition and bq_bucket,
 * sql/fn.h).
 */
void partitioning_id(struct buf *b, const struct partitioning *p);

/* Deletes from a SQLite table the rows of the partitions whose time (expirationMs) has passed. */
void partitioning_expire(struct store *s, const char *storage, const jdoc *resource);

#endif
