#ifndef SCHEMA_TYPE_H
#define SCHEMA_TYPE_H

/*
 * BigQuery's types: one table of their names and of what a column of each may be. A new type is an
 * entry here, a cast (cmd/ndjson-normalize/compile.c), and, where its JSON is a new one, an `enum
 * type_json`.
 *
 *	enum type type;
 *
 *	if (type_find(&type, text) && type_can(type, TYPE_KEY))
 *		buf_addf(sql, "CAST(x AS %s)", type_name(type));
 *
 * Sources: BigQuery, "Data types", "Introduction to clustered tables", "Introduction to
 * partitioned tables"; TableFieldSchema of the discovery document.
 */

#include "base/span.h"

enum type {
	TYPE_STRING,
	TYPE_BYTES,
	TYPE_INT64,
	TYPE_FLOAT64,
	TYPE_NUMERIC,
	TYPE_BIGNUMERIC,
	TYPE_BOOL,
	TYPE_DATE,
	TYPE_TIME,
	TYPE_DATETIME,
	TYPE_TIMESTAMP,
	TYPE_JSON,
	TYPE_GEOGRAPHY,
	TYPE_RECORD,
	TYPE_INTERVAL,
	TYPE_RANGE,
};

enum { TYPE_COUNT = TYPE_RANGE + 1 };

/* What a column of a type may be or have; one bit each. */
enum type_use {
	TYPE_DECLARED = 1 << 0,  /* a contract may name it */
	TYPE_KEY = 1 << 1,       /* the key of a MERGE: equality means the same value */
	TYPE_ORDER = 1 << 2,     /* order_by */
	TYPE_PARTITION = 1 << 3, /* of a table partitioned by time */
	TYPE_CLUSTER = 1 << 4,
	TYPE_EQUAL = 1 << 5,     /* values are compared with =; the others as their JSON text */
	TYPE_DIGITS = 1 << 6,    /* precision and scale */
	TYPE_LENGTH = 1 << 7,    /* a greatest length */
	TYPE_NUMBER = 1 << 8,    /* arithmetic */
	TYPE_CALENDAR = 1 << 9,  /* `format`; a part of a date or a day */
	TYPE_ELEMENT = 1 << 10,  /* the element of a RANGE */
	TYPE_PARAMETER = 1 << 11 /* a scalar query parameter */
};

/* How a value stands in rows. */
enum type_json {
	TYPE_AS_STRING,
	TYPE_AS_WHOLE,   /* a number; a string beyond 2^53 */
	TYPE_AS_NUMBER,  /* a number with all its digits; NaN and the infinities are strings */
	TYPE_AS_BOOL,    /* true, false */
	TYPE_AS_INSTANT, /* an RFC 3339 string in UTC */
	TYPE_AS_VALUE,   /* any JSON value */
	TYPE_AS_OBJECT,  /* an object */
};

/* The standard name: "INT64"; of a record, "RECORD". */
const char *type_name(enum type type);

/*
 * The name that BigQuery's API answers with: "INTEGER", "FLOAT", "BOOLEAN"; else the standard one.
 */
const char *type_api_name(enum type type);

/* May it be or have all of `uses`? */
bool type_can(enum type type, unsigned uses);

enum type_json type_json(enum type type);

/* The type that has this name, in any case and any of BigQuery's spellings. False: none has. */
bool type_find(enum type *type, struct span name);

/*
 * The same for a name in GoogleSQL, which knows no RECORD and no FLOAT; STRUCT and RANGE take
 * arguments there.
 */
bool type_find_sql(enum type *type, struct span name);

#endif
