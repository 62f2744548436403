#ifndef BQ_QUERY_CELLS_H
#define BQ_QUERY_CELLS_H

/*
 * From BigQuery's pages of results to rows. A page is walked as spans; a value
 * keeps its text.
 *
 *	INT64                  a number; beyond 2^53 a string, as BigQuery's loads want it
 *	FLOAT64                a number; "NaN", "Infinity", "-Infinity"
 *	NUMERIC, BIGNUMERIC    a number with all its digits
 *	BOOL                   true, false
 *	TIMESTAMP              "2026-11-22T23:59:58.123456Z", from microseconds
 *	JSON                   the value itself
 *	RECORD, REPEATED       an object, an array
 *	all others             the string as BigQuery writes it (BYTES: base64)
 *	NULL                   null
 *
 * Source: TableRow and TableSchema of the discovery document, read with
 * formatOptions.useInt64Timestamp=true.
 */

#include "stream/out.h"
#include "json/scan.h"
#include "wire/jdoc.h"

enum { CELLS_DEPTH_MAX = 32, CELLS_JSON_MAX = 128 << 20 };

struct cells {
	struct result_cell *list;
	size_t n;
	/* private */
	struct buf scratch;
	struct scan scan;
};

/* The columns of a schema ({"fields":[...]}). False when it is not one, or has no fields. */
bool cells_init(struct cells *c, const jdoc *schema);

/*
 * Writes one item of the page's rows to `o`. NULL, or what is not as documented in *column's
 * value; the
 * row is then taken back.
 */
const char *cells_write(struct cells *c, struct span row, struct out *o, const char **column);
void cells_free(struct cells *c);

#endif
