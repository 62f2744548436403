#ifndef NORMALIZE_CLEAN_H
#define NORMALIZE_CLEAN_H

/*
 * A contract's `clean` list. Each step takes a text (valid UTF-8, no escapes left)
 * and gives a text back; ndjson-normalize(1) says what each does.
 *
 *	"trim" "squeeze" "lower" "upper" "digits" "alnum" "empty_null" "email" "phone:BR" "wrap"
 *	{"null_if": ["-", "n/a"]}   {"map": {"sim": true, "": null}}   {"split": ","}
 *	{"number": {"decimal": ",", "thousands": ".", "currency": ["R$", "BRL"]}}
 */

#include "base/buf.h"
#include "schema/contract.h"

#include <stdint.h>

struct clean;

/*
 * One step: a span of `text`, of `into` when it had to write, or of the contract.
 * `into` is empty and holds nothing of `text`. An absent span: the value counts
 * as null, or, when *why is set (a static text), does not fit.
 */
typedef struct span clean_fn(
    const struct clean *c, struct span text, struct buf *into, const char **why);

/* Which values a step is for. */
enum scope {
	SCOPE_TEXTS,   /* strings; and in a STRING field the text of numbers and Booleans */
	SCOPE_ALL,     /* numbers and Booleans of every field, too */
	SCOPE_STRINGS, /* strings only */
};

struct clean {
	clean_fn *run;
	enum scope scope;
	const struct phone_plan *country; /* phone */
	struct span decimal, thousands;   /* number; thousands may be absent */
	struct span *currencies; /* number: the signs and codes that it takes; NULL: all known */
	size_t n_currencies;
	struct level *from; /* map, null_if: the slot of a text is its place in `to` */
	struct span *to;    /* an absent span is null */
};

struct clean_list {
	struct clean *step;
	size_t n;
	size_t first;      /* of the steps for one item; those before it are for a text to split */
	bool all;          /* some step has SCOPE_ALL */
	bool wrap;         /* a plain value stands for an array of it */
	struct span split; /* what parts the items of a text, or absent */
};

/*
 * Compiles a field's list, which must outlive the result. NULL, or what is wrong
 * with it, as a static text. Free it in either case.
 */
const char *clean_list_init(struct clean_list *l, const struct contract_field *f);
void clean_list_free(struct clean_list *l);

/* The steps. */
clean_fn clean_trim, clean_squeeze, clean_lower, clean_upper; /* clean_words.c */
clean_fn clean_digits, clean_alnum, clean_empty_null, clean_map;
clean_fn clean_email, clean_phone; /* clean_contact.c */
clean_fn clean_number;             /* clean_number.c */

#endif
