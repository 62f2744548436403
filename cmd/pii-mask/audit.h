#ifndef PII_AUDIT_H
#define PII_AUDIT_H

/*
 * --audit: no row is passed on; what looks like personal data is counted per field
 * path and reported, one object a path, in the order of first sight:
 *
 *	{"field":"notes","email":12,"phone":3}
 *	{"field":"contact.email","declared":"encrypt","email":1000}
 *
 * A count is of values, not of finds in one value. Paths are dotted names, elements
 * of an array have the array's path. A name that itself looks like personal data
 * shows as "*" and counts as a value there. A column that the contract declares clear, but
 * whose name or values look personal, is a warning.
 */

#include "stream/filter.h"
#include "rule.h"

/*
 * Reads all rows and writes the report. `contract` may be zeroed: then
 * nothing is declared. Returns STATUS_REJECTS when something was found in a field for
 * which the contract declares no `pii`, or the status of a run that failed. A contract
 * that cannot be used is an error, and no row is read.
 */
enum status audit(struct filter *filter, const struct filter_options *options,
    struct contract *contract, struct error *error);

#endif
