#include "action.h"

extern const struct action action_drop;

const struct action action_drop = {.word = "drop", .does = RULE_DROP, .types = ACTION_ANY};
