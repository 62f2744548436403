#ifndef NORMALIZE_CONTRACT_WRITE_H
#define NORMALIZE_CONTRACT_WRITE_H

/*
 * Contracts written out: a whole one from what was inferred of the rows (--infer), or
 * the one that was given, every byte of it, with the unknown fields that came
 * (--contract-out). What is written can be read with contract_read.
 */

#include "plan.h"

/*
 * The contract of all fields of `in`, inferred from `rows` rows as they came; the plan has no
 * contract, and gives the fields names. `required`: fields that every row had are REQUIRED. False,
 * and plan->to.bad: too many fields.
 */
bool contract_write_whole(
    struct cast_plan *plan, const struct infer *in, uint64_t rows, bool required, struct buf *b);

/*
 * The contract `c` of the plan with what the plan's rows brought; all of it NULLABLE or REPEATED.
 */
void contract_write_grown(const struct cast_plan *plan, const struct contract *c, struct buf *b);

#endif
