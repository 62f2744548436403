#ifndef WIRE_CSV_H
#define WIRE_CSV_H

/*
 * Comma-separated values (RFC 4180), read and written as spans: what Salesforce's
 * Bulk API speaks. A record is read where it lies; only a cell with doubled quotes
 * is copied.
 *
 *	csv_init(&csv, text, ',');
 *	while (csv_next(&csv))
 *		use(csv.cells, csv.n);
 *	if (csv.why)
 *		die(STATUS_DATA, "record %ju: %s", (uintmax_t)csv.records + 1, csv.why);
 *	csv_free(&csv);
 */

#include "base/buf.h"

#include <stdint.h>

struct csv {
	struct span *cells; /* of the last record, without their quotes; valid until the next */
	size_t n;
	uint64_t records; /* read so far, the header among them */
	bool crlf;        /* the last record ended in CR LF; false at the end of the text too */
	bool lf;          /* it ended in LF alone */
	const char *why;  /* the rule that the text breaks, static; or NULL */
	/* private */
	struct span rest;
	char delimiter;
	size_t cap;
	size_t *copied; /* 1 + where in `scratch` cell i begins, or 0: it lies in the text */
	struct buf scratch;
};

/* Borrows `text`. */
void csv_init(struct csv *csv, struct span text, char delimiter);

/*
 * The next record, which may span lines. Empty lines are passed over. False at the end, or
 * at a cell that cannot be read: "a quote without an end", "text behind a quoted cell".
 */
bool csv_next(struct csv *csv);

/* The place of the cell with that text in the last record (a header), without case; or SIZE_MAX. */
size_t csv_find(const struct csv *csv, const char *name);

void csv_free(struct csv *csv);

/*
 * Appends one cell, in quotes where it needs them or `quote` is set. A CR in it, with or
 * not followed by an LF, becomes an LF: a CR alone makes Salesforce refuse the whole file.
 */
void csv_add(struct buf *b, struct span text, bool quote);

#endif
