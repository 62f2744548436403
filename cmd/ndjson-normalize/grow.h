#ifndef NORMALIZE_GROW_H
#define NORMALIZE_GROW_H

/*
 * Contracts written out: a whole one from what was seen of the rows (--infer), or
 * the one that was given, every byte of it, with the unknown fields that came
 * (--contract-out). What is written can be read with contract_read.
 */

#include "plan.h"

/* The contract of all fields that a plan without a contract saw in `rows` rows. */
void grow_whole(const struct plan *plan, uint64_t rows, struct buf *b);

/* The contract `c` of the plan with what the plan saw; all of it NULLABLE or REPEATED. */
void grow_contract(const struct plan *plan, const struct contract *c, struct buf *b);

#endif
