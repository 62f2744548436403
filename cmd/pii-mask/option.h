#ifndef PII_OPTION_H
#define PII_OPTION_H

/*
 * The options of a `pii` object: {"action": "mask", "keep_last": 2}. Each is known to
 * some actions only; what another has is an error, as is a value of the wrong kind.
 * rule.c says what they mean together.
 */

#include "rule.h"

/* A field's rule under way, for messages and options. */
struct maker {
	struct doc *doc;
	const struct contract_field *field;
	struct span path;
	struct rule *rule;
	bool kept;        /* a keep_ option was given */
	struct span to;   /* raw */
	struct span kind; /* the option `as` */
};

/* Always false, with the message "leads.json:7: field cpf: pii: ..."; or with a word of the file's. */
bool maker_wrong(const struct maker *m, const char *what);
bool maker_wrong_word(const struct maker *m, const char *what, struct span word);

/* A raw whole number from `least` to `most`. */
bool maker_whole(struct span raw, int64_t least, int64_t most, int64_t *number);

/* Reads all options of the field's `pii` into the maker and its rule, whose `word` and `act` are set. */
bool maker_options(struct maker *m);

#endif
