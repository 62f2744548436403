#ifndef SCHEMA_CONTRACT_FIELDS_H
#define SCHEMA_CONTRACT_FIELDS_H

/* The fields of a contract, those of its RECORDs too; contract.h says more. */

#include "json/doc.h"
#include "schema/mode.h"
#include "schema/type.h"

enum { CONTRACT_MAX_BYTES = 4 << 20, CONTRACT_MAX_FIELDS = 10000, CONTRACT_MAX_NESTING = 15 };

struct contract_field {
	int line;         /* where it stands in the file, from 1 */
	struct span name; /* what BigQuery takes as a column name */
	enum type type;
	enum mode mode;
	struct span description; /* absent when there is none */
	struct texts from;       /* the path into the input row; [name] by default */
	struct texts clean;      /* the words of `clean` that are strings, in order */
	struct span clean_raw;   /* raw JSON of `clean` (its items may be objects), or absent */
	struct span default_raw; /* raw JSON of `default`, or absent */
	struct span format_raw;  /* raw JSON of `format`: a string or an array of them, or absent */
	struct span tz;          /* absent when there is none */
	struct span pii; /* the action: "hmac" of "hmac" or of {"action":"hmac",...}; or absent */
	struct span pii_raw;           /* raw JSON of `pii`, or absent */
	struct contract_field *fields; /* of a RECORD */
	size_t n;
	struct span fields_raw; /* raw JSON of them, in contract_text; or absent */
};

/* Private to schema/contract: one reading. */
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
