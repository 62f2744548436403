#ifndef PII_ACTIONS_H
#define PII_ACTIONS_H

/* The table of actions. */

#include "action.h"

/* The action of that name, or NULL. */
const struct action *actions_find(struct span word);

#endif
