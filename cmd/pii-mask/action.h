#ifndef PII_ACTION_H
#define PII_ACTION_H

/*
 * An action: a word of the contract's `pii`, its options, and what it does to a value. Each is
 * one file, action_NAME.c, that defines one constant, and one line in actions.c.
 *
 *	"pii": "hmac"
 *	"pii": {"action": "mask", "keep_last": 2, "skip": "-. "}
 *
 * pii-mask(1) lists the actions, their options and defaults, and the types they fit.
 */

#include "json/row.h"
#include "rule.h"

/* What actions share while a row is changed. */
struct action_context {
	const struct keys *keys;
	const struct row *row; /* the whole row, for the subject of a shift */
	bool quoted;           /* the value under way is a string, not a number */
	bool hashed;           /* --hashed: what is a SHA-256 already passes */
	struct buf text;       /* where a value's escapes are resolved */
	struct buf scratch, more;
};

#define ACTION_TYPE(type) (1u << (type))
#define ACTION_TEXT       ACTION_TYPE(TYPE_STRING)
#define ACTION_DATES                                                                               \
	(ACTION_TYPE(TYPE_DATE) | ACTION_TYPE(TYPE_DATETIME) | ACTION_TYPE(TYPE_TIMESTAMP))
#define ACTION_NUMBERS                                                                             \
	(ACTION_TYPE(TYPE_INT64) | ACTION_TYPE(TYPE_FLOAT64) | ACTION_TYPE(TYPE_NUMERIC) |         \
	    ACTION_TYPE(TYPE_BIGNUMERIC))
#define ACTION_ANY (~0u)

/* A field's rule under way (maker.h). */
struct maker {
	struct contract *contract;
	const struct contract_field *field;
	struct span path; /* its dotted name */
	struct rule *rule;
	unsigned types; /* that the action can be done to; `finish` may narrow them */
};

struct action_option {
	const char *key;
	bool (*read)(struct maker *m, struct span raw); /* false: maker_wrong has said why */
};

enum { ACTION_OPTIONS = 5 };

struct action {
	const char *word;
	enum rule_does does;
	unsigned types;
	bool needs_key, needs_siv;
	rule_change *change;
	rule_change *reveal;                          /* the way back, or NULL: there is none */
	size_t own;                                   /* bytes of rule.own, zeroed at first */
	struct action_option options[ACTION_OPTIONS]; /* up to one without a key */
	bool (*finish)(struct maker *m);              /* after the options; or NULL */
	bool (*reveals)(const struct rule *rule);     /* may this one be revealed? NULL: yes */
	void (*bind)(struct rule *rule, const struct keys *keys);
};

#endif
