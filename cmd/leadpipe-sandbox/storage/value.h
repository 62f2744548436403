#ifndef SANDBOX_VALUE_H
#define SANDBOX_VALUE_H

/*
 * How a BigQuery value lies in SQLite, and the ways in and out: in from NDJSON (load,
 * insertAll, parameters), out as a cell of a result.
 *
 *	STRING, GEOGRAPHY   TEXT
 *	BYTES               BLOB
 *	INT64, BOOL         INTEGER (BOOL 0 or 1)
 *	FLOAT64             REAL; NaN as the TEXT 'NaN' (SQLite has none), infinities as REAL
 *	NUMERIC, BIGNUMERIC TEXT, canonical: no exponent, no spare zeros, "-0" is "0"
 *	TIMESTAMP           INTEGER, microseconds since 1970 UTC
 *	DATE                TEXT YYYY-MM-DD
 *	TIME                TEXT HH:MM:SS[.ffffff], trailing zeros of the fraction cut
 *	DATETIME            TEXT YYYY-MM-DDTHH:MM:SS[.ffffff], likewise
 *	JSON                TEXT, compact
 *	INTERVAL, RANGE     TEXT, as of interval.h
 *	RECORD              TEXT, a JSON array of its fields' values by position, each as above
 *	                    (BLOB as base64 text)
 *	REPEATED            TEXT, a JSON array of such values; never NULL: [] when there is none
 */

#include "base/buf.h"
#include "storage/catalog.h"

enum { VALUE_FIELD = 1024 }; /* bytes that hold the path of a field, cut when longer */

/*
 * What value_read keeps between values, and what it says of a bad one. Zero it, set
 * ignore_unknown.
 */
struct value_in {
	bool ignore_unknown;     /* a RECORD's unknown names are passed over */
	char field[VALUE_FIELD]; /* of the last failure: "utm.source" */
	/* private */
	struct buf scratch, made, json; /* unescaped texts; the value at hand; a RECORD or array */
};

/*
 * Binds the NDJSON value `raw` (absent or null: NULL; [] where REPEATED) at ?index
 * by BigQuery's rules for load jobs. NULL, or the rule it breaks
 * in BigQuery's words, without the value; in->field names the field.
 */
const char *value_read(struct value_in *in, sqlite3_stmt *stmt, int index,
    const struct catalog_column *column, struct span raw);
void value_in_free(struct value_in *in);

/* The whole sentence about a broken rule: "No such field: x." */
void value_say(struct buf *b, const char *rule, const char *field);

/* The rule about a name that the schema does not have, for value_say. */
extern const char value_unknown[];

/* Appends valid JSON without the white space between its tokens: how a JSON value is stored. */
struct span value_compact(struct span raw, struct buf *made);

/* ---- private to value.c and value_scalar.c: one scalar of NDJSON by BigQuery's rules ---- */

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
