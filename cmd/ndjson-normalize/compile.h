#ifndef NORMALIZE_COMPILE_H
#define NORMALIZE_COMPILE_H

/* From a contract to a plan: see plan.h. Here a new type gets its cast. */

#include "base/error.h"
#include "plan.h"

/*
 * Compiles `c`, which must outlive the plan. NULL, and *error names the contract's line, where it
 * asks for what is not supported or makes no sense. `max_line`: the longest row in bytes.
 */
struct cast_plan *compile_plan(
    const struct contract *c, enum unknown unknown, size_t max_line, struct error *error);

#endif
