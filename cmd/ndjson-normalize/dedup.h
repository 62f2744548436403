#ifndef NORMALIZE_DEDUP_H
#define NORMALIZE_DEDUP_H

/*
 * One row for each key of the contract: the one with the greatest `order_by`, of
 * several such (or without order_by) the last. Rows are kept in memory until the
 * stream has ended, for only then is it known which ones stay.
 *
 * Keys are equal when their values are: escapes in a string, zeros after the
 * point or an exponent make no difference. Orders compare as BigQuery's: numbers
 * by value, strings by their bytes, times by time; null comes before everything.
 */

#include "base/error.h"
#include "schema/contract.h"
#include "schema/infer.h"
#include "stream/out.h"
#include "stream/reject.h"

struct dedup;

enum dedup_took {
	DEDUP_TAKEN,
	DEDUP_BAD,  /* the row has no key: *bad says so */
	DEDUP_FULL, /* the rows to keep do not fit into memory: *bad says so */
};

/*
 * For rows of the contract `c`, which must outlive the result; at most `max` bytes
 * of memory. NULL, and *error says why, where the contract has no key or the types of key or
 * order_by cannot be compared.
 */
struct dedup *dedup_open(const struct contract *c, size_t max, struct error *error);

/* Takes a row as it would be written. */
enum dedup_took dedup_take(struct dedup *d, struct span row, struct bad *bad);

/*
 * Writes the rows that stay, in the order in which their keys first came; `growth` sees them, or
 * is NULL.
 */
void dedup_write(const struct dedup *d, struct out *out, struct infer *growth);

/* How many rows were left out so far. */
uint64_t dedup_dropped(const struct dedup *d);

void dedup_close(struct dedup *d);

#endif
