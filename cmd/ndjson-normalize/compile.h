#ifndef NORMALIZE_COMPILE_H
#define NORMALIZE_COMPILE_H

/* From a contract to a plan: see plan.h. Here a new type gets its cast. */

#include "plan.h"

/*
 * Compiles `c`, which must outlive the plan. What it does not support or what
 * makes no sense ends the program with STATUS_CONFIG and the contract's line.
 * `max_line`: the longest row in bytes.
 */
struct cast_plan *compile_plan(const struct contract *c, enum unknown unknown, size_t max_line);

#endif
