#ifndef PII_PLAN_H
#define PII_PLAN_H

/*
 * What is to be done with each field, decided once, before the first row: the
 * contract's fields as a small tree that holds only those that need work (or, when
 * the plan is strict, all of them). Everything else in a row passes byte for byte.
 *
 *	struct plan plan;
 *	if (!plan_make(&plan, &contract, &(struct plan_options){0}, why))
 *		die(STATUS_CONFIG, "%s", why);        "leads.json:7: field cpf: ..."
 *	plan_bind(&plan, &keys);
 */

#include "rule.h"

struct plan_options {
	bool reveal; /* the way back: encrypted fields are decrypted, nothing else is touched */
	bool strict; /* a field that the contract does not name rejects the row */
	bool hashed; /* values that are SHA-256 already pass through hash:google and hash:meta */
};

/* The fields of one object that need work, in plan_find's order. */
struct plan_level {
	struct plan_field *fields;
	size_t n;
	uint64_t lengths; /* bit n % 64: some name has n bytes; most names of a row end here */
};

struct plan_field {
	struct span name; /* the contract's; a span into it */
	struct span path; /* the dotted name, "utm.source" */
	char *owned;      /* what `path` points into */
	enum type type;
	bool repeated; /* an array of such values may stand here */
	struct rule rule;
	bool *seen;              /* some row had it; the plan's own */
	struct plan_level level; /* of RULE_WALK */
};

struct plan {
	struct plan_level top;
	bool strict, hashed;
	size_t rules;              /* fields that are changed */
	bool needs_key, needs_siv; /* some rule needs a key; one that can encrypt */
};

/*
 * Borrows the contract, which must outlive the plan. False and a message that
 * begins with the file and the line: an action or an option that is not known, or
 * one that cannot be done to a field of that type.
 */
bool plan_make(struct plan *plan, struct contract *contract, const struct plan_options *options,
    struct error *error);

/* What the fields' domains mean under the primary key, which can encrypt, is worked out once. */
void plan_bind(struct plan *plan, const struct keys *keys);

/* Calls `tell` with each field that is changed and was in no row (`seen` is false). */
void plan_unseen(const struct plan_level *level, void (*tell)(const struct plan_field *p));

/* The field of that (unescaped) name, or NULL. Names compare without case, as BigQuery's do. */
const struct plan_field *plan_find(const struct plan_level *level, struct span name);

void plan_free(struct plan *plan);

#endif
