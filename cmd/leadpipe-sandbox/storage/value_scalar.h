#ifndef SANDBOX_VALUE_SCALAR_H
#define SANDBOX_VALUE_SCALAR_H

/* Between value.c and value_scalar.c: one scalar of NDJSON by BigQuery's rules. */

#include "storage/value.h"

/* A single value as SQLite takes it. */
struct value_plain {
	enum { CELL_INT, CELL_REAL, CELL_TEXT, CELL_BLOB } kind;
	int64_t i;
	double d;
	struct span text;
};

/* The value, whose text may lie in in->scratch or in->made; NULL, or the rule it breaks. */
const char *value_scalar(struct value_in *in, const struct catalog_column *column, struct span raw,
    struct value_plain *cell);

#endif
