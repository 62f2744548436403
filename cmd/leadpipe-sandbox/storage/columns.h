#ifndef SANDBOX_COLUMNS_H
#define SANDBOX_COLUMNS_H

/* The columns of a table or a result, nested ones included, and their BigQuery schema. */

#include "schema/contract.h"
#include "wire/jdoc.h"

/* SQLite takes 2,000 in one table or result; some are kept for our own. */
enum { CATALOG_COLUMNS_MAX = 1900 };

struct catalog_column {
	char *name;
	enum type type;
	enum mode mode;
	char *description;             /* or NULL */
	struct catalog_column *fields; /* of a RECORD; of a RANGE one, for its element type */
	size_t n;
};

/*
 * Columns from and to a BigQuery schema ({"fields":[...]}). False: `why` names the
 * field and the rule: BigQuery's own, or that the sandbox does not know
 * parameterised types (maxLength, precision, scale) or default values. CATALOG_COLUMNS_MAX
 * columns are the most.
 */
bool columns_read(
    const jdoc *schema, struct catalog_column **columns, size_t *n, char why[JDOC_WHY]);
jdoc *columns_schema(
    const struct catalog_column *columns, size_t n); /* legacy type names, as BigQuery answers */
struct catalog_column *columns_copy(const struct catalog_column *columns, size_t n);
void columns_free(struct catalog_column *columns, size_t n);

#define COLUMNS_NAME_RULE                                                                          \
	"Fields must contain the allowed characters, and be at most 300 characters long."

/* Names compare without case. */
const struct catalog_column *columns_find(
    const struct catalog_column *columns, size_t n, struct span name);

#endif
