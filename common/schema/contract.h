#ifndef SCHEMA_CONTRACT_H
#define SCHEMA_CONTRACT_H

/*
 * The contract: one small JSON file for all stages, a BigQuery table schema plus
 * what the other stages need (leadpipe(7) shows one). This room checks its shape;
 * what a `clean`, `format` or `pii` means is its reader's to check, with
 * `line` for the message. Parsed with scan, so that a row filter needs libc only.
 *
 *	struct contract c;
 *	struct error error = {0};
 *	if (!contract_read(&c, path, &error))
 *		die(error.status, "%s", error.text); "leads.json:7: unknown key "typ""
 */

#include "schema/contract_fields.h"

struct contract {
	const char *path;
	struct span name; /* absent when there is none */
	struct texts key;
	struct span order_by;                        /* absent when there is none */
	struct span partition_field, partition_type; /* type: HOUR, DAY (default), MONTH, YEAR */
	struct texts cluster;                        /* at most 4 */
	struct contract_field *fields;
	size_t n;
	struct span fields_raw; /* raw JSON of them, in contract_text */
	struct doc doc;         /* private: holds all of the above */
};

/*
 * Reads and checks the file ("-" is not stdin here). False and a message that
 * begins with the path and the line. Errors: unreadable, not JSON, an unknown
 * key or type or mode, a missing or doubled name (names compare without case, as
 * BigQuery does), key, order_by, partition or cluster that name no top-level
 * field, a partition field that is not DATE, DATETIME or TIMESTAMP, a RECORD
 * without fields, fields on another type.
 */
bool contract_read(struct contract *c, const char *path, struct error *error);

/* The top-level field of that name, or NULL. */
const struct contract_field *contract_find(const struct contract *c, struct span name);

/* The whole file as it was read, for a copy of it with fields added; lives as long as *c. */
struct span contract_text(const struct contract *c);

void contract_free(struct contract *c);

#endif
