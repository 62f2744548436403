#ifndef PII_PLAN_H
#define PII_PLAN_H

/*
 * What is to be done with each field, decided once, before the first row: the
 * contract's `pii` as a small tree that holds only the fields that need work.
 * Everything else in a row passes byte for byte.
 *
 *	struct plan plan;
 *	if (!plan_make(&plan, &contract, why))
 *		die(STATUS_CONFIG, "%s", why);        "leads.json:7: field cpf: ..."
 */

#include "row/contract.h"

enum action {
	ACTION_WALK, /* a RECORD: its own fields have actions */
	ACTION_DROP, /* left out */
	ACTION_MASK, /* all but the last MASK_KEEP characters become '*' */
	ACTION_HMAC, /* HMAC-SHA-256 as 64 hex digits */
};

enum { MASK_KEEP = 4 };

/* The fields of one object that need work, in plan_find's order. */
struct plan_level {
	struct plan_field *fields;
	size_t n;
};

struct plan_field {
	struct span name;   /* the contract's; a span into it */
	struct span domain; /* the dotted name, "utm.source": HMAC's domain, and for messages */
	char *path;         /* owned: what `domain` points into */
	enum action action;
	bool repeated;           /* an array of such values may stand here */
	struct plan_level level; /* of ACTION_WALK */
};

struct plan {
	struct plan_level top;
	bool needs_key; /* some field is hashed */
};

/*
 * Borrows the contract, which must outlive the plan. False and a message that
 * begins with the file and the line: an action or an option that this version
 * does not know, or one that cannot be done to a field of that type.
 */
bool plan_make(struct plan *plan, const struct contract *contract, char why[CONTRACT_WHY]);

/* The field of that (unescaped) name, or NULL. Names compare without case, as BigQuery's do. */
const struct plan_field *plan_find(const struct plan_level *level, struct span name);

void plan_free(struct plan *plan);

#endif
