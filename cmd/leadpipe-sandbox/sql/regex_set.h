#ifndef SANDBOX_SQL_REGEX_SET_H
#define SANDBOX_SQL_REGEX_SET_H

/* Sets of code points. The owner frees set->range. */

#include "sql/regex_room.h"

void set_add(struct regex_set *set, uint32_t first, uint32_t last);

/* "alpha" of [:alpha:], "d" of \d ..., or all but it; false when there is no such class. */
bool set_add_named(struct regex_set *set, struct span name, bool negated);

/* (?i): adds the other case; false for letters beyond ASCII, whose case is not known here. */
bool set_fold(struct regex_set *set);

bool set_has(const struct regex_set *set, uint32_t point);

#endif
