#ifndef SANDBOX_SQL_QUERY_H
#define SANDBOX_SQL_QUERY_H

/* What sql_run (sql.h) is asked, and what it answers. */

#include "storage/catalog.h"

struct sql_query {
	const char *text;
	const char *project;    /* of table names that give none */
	const char *dataset;    /* likewise, or NULL */
	const jdoc *parameters; /* queryParameters as sent, or NULL */
	bool dry_run;           /* checked, typed and estimated, not run */
	const char
	    *destination; /* the SQLite table to make for the result rows (columns c0, c1 ...) */
};

struct sql_result {
	const char
	    *statement; /* SELECT, INSERT, UPDATE, DELETE, MERGE, CREATE_TABLE, CREATE_SCHEMA ... */
	struct catalog_column *columns; /* the result's schema; NULL for what has none */
	size_t n;
	int64_t rows; /* result rows */
	int64_t inserted, updated, deleted;
	int64_t bytes;     /* bytes processed: of the columns read, over their tables' rows */
	char reason[32];   /* "invalidQuery", "notFound" ... when it failed */
	char message[512]; /* as BigQuery words it: "Unrecognized name: x at [1:8]" */
};

#endif
