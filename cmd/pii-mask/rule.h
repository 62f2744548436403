#ifndef PII_RULE_H
#define PII_RULE_H

/*
 * What is done to one field, decided before the first row. rule_read.h makes it from the
 * contract; action.h says what an action is.
 */

#include "keys.h"
#include "schema/contract.h"

enum rule_does {
	RULE_PASS,   /* nothing: only --strict needs to know such a field */
	RULE_WALK,   /* a RECORD: its own fields have rules */
	RULE_DROP,   /* left out */
	RULE_REDACT, /* the whole value becomes rule.with */
	RULE_CHANGE, /* each value becomes what rule.change makes of it */
};

struct rule;
struct action_context;

/*
 * One value: `text` is a string's text or a number's; its replacement is added to
 * `out` as raw JSON. NULL, or why it cannot be done (the row is then rejected).
 */
typedef const char *rule_change(
    struct action_context *c, const struct rule *rule, struct span text, struct buf *out);

struct rule {
	enum rule_does does;
	const char *word;    /* the action's name, for reports */
	rule_change *change; /* of RULE_CHANGE */
	void (*bind)(struct rule *rule, const struct keys *keys); /* once keys are there; or NULL */
	bool needs_key, needs_siv;                                /* a key; one that can encrypt */
	struct span with;                                         /* of RULE_REDACT: raw JSON */
	void *own; /* what the action keeps; the contract owns it */
};

#endif
