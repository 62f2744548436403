#ifndef NORMALIZE_NULL_COUNTS_H
#define NORMALIZE_NULL_COUNTS_H

/*
 * How often a value did not fit and became null, by field (--on-bad-value null).
 * What happened in a row counts only when the row is kept.
 */

#include "base/buf.h"

#include <stdint.h>

struct null_counts {
	struct null_count {
		struct span path;
		uint64_t count;
	} * fields; /* in the order they were added */
	size_t n, cap;
	/* private: the fields of the row in hand */
	size_t *pending;
	size_t n_pending, cap_pending;
};

/* A field, whose path must outlive the counts; returns its number. */
size_t null_counts_add(struct null_counts *t, struct span path);

/* A value of that field became null. */
void null_counts_count(struct null_counts *t, size_t field);

/* The row in hand is written; or a new one begins, and what is pending does not count. */
void null_counts_keep(struct null_counts *t);
void null_counts_drop(struct null_counts *t);

/* Appends "3 values became null (score 2, utm.day 1)", or nothing when there were none. */
void null_counts_say(const struct null_counts *t, struct buf *b);

void null_counts_free(struct null_counts *t);

#endif
