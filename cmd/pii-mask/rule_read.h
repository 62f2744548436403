#ifndef PII_RULE_READ_H
#define PII_RULE_READ_H

/* Reads what a contract's `pii` says about one field: an action, as a word or with options. */

#include "rule.h"

/*
 * The rule of a field with a `pii`. `path` is its dotted name. With `reveal`, rules are read
 * backwards: what can be revealed is, and nothing else is changed. False and the message
 * "leads.json:7: field cpf: pii: ..." (in contract->doc.error) when it makes no sense.
 */
bool rule_read(struct contract *contract, const struct contract_field *f, struct span path,
    bool reveal, struct rule *rule);

#endif
