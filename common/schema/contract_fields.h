#ifndef SCHEMA_CONTRACT_FIELDS_H
#define SCHEMA_CONTRACT_FIELDS_H

/* Private to schema/contract: the fields of a contract, those of its RECORDs too. */

#include "schema/contract.h"

/* One reading. */
struct contract_reader {
	struct contract *c;
	struct doc *doc;
	size_t count; /* fields so far, nested ones too */
};

/* Reads a raw array of fields; false, and the message is in the document. */
bool contract_fields_read(struct contract_reader *r, struct span raw, int depth,
    struct contract_field **fields, size_t *n);

/* Always false: a key that a contract does not have. */
bool contract_fields_unknown(struct doc *d, struct span name);

#endif
