#ifndef PII_RULE_H
#define PII_RULE_H

/*
 * What a contract's `pii` says about one field: an action, as a word or as an object
 * with options. Read and checked once, before the first row.
 *
 *	"pii": "hmac"
 *	"pii": {"action": "mask", "keep_last": 2, "skip": "-. "}
 *
 * pii-mask(1) lists the actions, their options and defaults, and the types they fit.
 */

#include "keys.h"
#include "schema/contract.h"

enum action {
	ACTION_PASS,   /* nothing: only --strict needs to know such a field */
	ACTION_WALK,   /* a RECORD: its own fields have rules */
	ACTION_DROP,   /* left out */
	ACTION_REDACT, /* the whole value becomes rule.with */
	ACTION_CHANGE, /* each value becomes what rule.act makes of it */
};

struct act;
struct rule;

/*
 * One value: `text` is a string's text or a number's; its replacement is added to
 * `out` as raw JSON. NULL, or why it cannot be done (the row is then rejected).
 */
typedef const char *act_fn(
    struct act *a, const struct rule *rule, struct span text, struct buf *out);

/* What kind of text a digest for an advertising platform is made of. */
enum kind {
	KIND_EMAIL,
	KIND_PHONE,
	KIND_FIRST_NAME,
	KIND_LAST_NAME,
	KIND_STREET,
	KIND_CITY,
	KIND_STATE,
	KIND_ZIP,
	KIND_COUNTRY,
	KIND_BIRTH_DATE,
	KIND_GENDER,
	KIND_EXTERNAL_ID,
	KINDS
};

enum profile { PROFILE_GOOGLE, PROFILE_META };

struct rule {
	enum action action;
	const char *word;   /* the action's name, for reports */
	act_fn *act;        /* of ACTION_CHANGE */
	struct span domain; /* hmac, encrypt: the option, or the field's dotted name */
	struct span with;   /* redact: raw JSON; mask: the character that hides others */
	size_t first, last; /* mask: how many characters stay; generalise: how many of a prefix */
	struct span skip;   /* mask: characters that stay and do not count */
	bool key_id;        /* hmac: the key's id before the digest */
	bool sealed;        /* encrypt: not to be revealed */
	uint8_t data
	    [SIV_TAG]; /* encrypt, and its way back: what the domain means under the primary key */
	enum profile profile; /* hash */
	enum kind kind;
	int version;
	struct span country_code; /* hash, a phone: digits, maybe none; absent: not given */
	const int64_t *bounds;    /* generalise, a number: the buckets' lower bounds, */
	size_t n_bounds;          /* or none and */
	int64_t width;            /* the width of each; an address: the network's bits */
	int days;                 /* shift: at most that many */
	struct span subject;      /* shift: the top-level field that names the person */
};

/* How rules are read; `why` in contract->doc takes the message. */
struct rule_reader {
	struct contract *contract;
	bool reveal; /* rules are read backwards: only what can be revealed has an act */
};

/*
 * The rule of a field with a `pii`. `path` is its dotted name, for the domain. False
 * and the message "leads.json:7: field cpf: pii: ..." when it makes no sense.
 */
bool rule_read(const struct rule_reader *r, const struct contract_field *f, struct span path,
    struct rule *rule);

/* Does the rule need a key, and one that can encrypt? */
bool rule_needs_key(const struct rule *rule);
bool rule_needs_siv(const struct rule *rule);

#endif
