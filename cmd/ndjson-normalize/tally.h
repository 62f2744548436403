#ifndef NORMALIZE_TALLY_H
#define NORMALIZE_TALLY_H

/*
 * How often a value did not fit and became null, by field (--on-bad-value null).
 * What happened in a row counts only when the row is kept.
 */

#include "base/buf.h"

#include <stdint.h>

struct tally {
	struct tally_field {
		struct span path;
		uint64_t count;
	} * fields; /* in the order they were added */
	size_t n, cap;
	/* private: the fields of the row in hand */
	size_t *pending;
	size_t n_pending, cap_pending;
};

/* A field, whose path must outlive the tally; returns its number. */
size_t tally_add(struct tally *t, struct span path);

/* A value of that field became null. */
void tally_count(struct tally *t, size_t field);

/* The row in hand is written; or a new one begins, and what is pending does not count. */
void tally_keep(struct tally *t);
void tally_drop(struct tally *t);

/* Appends "3 values became null (score 2, utm.day 1)", or nothing when there were none. */
void tally_say(const struct tally *t, struct buf *b);

void tally_free(struct tally *t);

#endif
