#ifndef SCHEMA_INFER_H
#define SCHEMA_INFER_H

/*
 * Type inference: what columns rows bring that nobody declared. There is one, so that the column
 * which bq-load adds to a table is the column that the grown contract declares.
 *
 *	struct infer in;
 *	infer_init(&in, &(struct infer_options){.strings = INFER_TEXTS});
 *	if (!infer_row(&in, row))                              for each row
 *		refuse("field %.*s: %s", SPAN_ARG(in.bad), in.why);
 *	for (size_t i = 0; i < in.root.n; i++)
 *		use(in.root.fields[i], infer_verdict(in.root.fields[i]));
 *	infer_free(&in);
 *
 * A field only ever widens, and no digit, sign or letter of a value is lost in the type it gets:
 *
 *	true, false                          BOOL
 *	whole numbers that fit               INT64
 *	numbers that a double prints back    FLOAT64: all digits that were written come back
 *	longer ones                          NUMERIC, BIGNUMERIC where the digits fit
 *	strings, and what none of these hold STRING
 *	objects                              RECORD, each key a field of its own
 *	arrays of values of one kind         the type of the items, REPEATED
 *	all others                           JSON
 *
 * All others: objects and plain values, or arrays and plain values, in one field; null or an array
 * in an array; objects without keys, with more than INFER_KEYS_MAX different ones, or nested too
 * deep.
 *
 * null and [] decide nothing. A field of which only null was seen is STRING; where [] was seen too
 * it is JSON, which takes whatever comes next.
 *
 * Strings that look like something else are STRING unless `strings` says otherwise. With
 * INFER_EXACT they may be Booleans (true, false, yes, no), times, and numbers, if the number
 * prints back as the same text: "007", "+1" and "1.50" never. Even so, digits alone do not make a
 * number: fractions (a version is 13.1) and more than 7 digits (postal codes, telephones, CPF,
 * ids) count only in a field that has JSON numbers as well.
 *
 * Memory grows with the number of different fields, never with the rows.
 */

#include "json/row.h"
#include "schema/infer_node.h"

void infer_init(struct infer *in, const struct infer_options *options);
void infer_free(struct infer *in);

/*
 * A field of `above` that is known, before rows are read; its own fields, if it is a RECORD, may
 * follow. The result lives as long as `in`. A field that is there already is returned as it is.
 */
struct infer_node *infer_declare(struct infer *in, struct infer_node *above, struct span name);

/*
 * Takes a row; or the raw object that a row is. False: in->bad, in->why; the inference is of no
 * more use.
 */
bool infer_row(struct infer *in, const struct row *row);
bool infer_object(struct infer *in, struct span object);

/*
 * The same for who has the fields of rows already, and shows one value of a field at a time.
 * infer_top: the field of the rows of that name, made where it is new; NULL: in->why. It stays
 * where it is.
 */
struct infer_node *infer_top(struct infer *in, struct span name);
bool infer_value(struct infer *in, struct infer_node *top, struct span raw);

/* The field's type by what was seen so far. */
struct infer_verdict infer_verdict(const struct infer_node *node);

/*
 * No new columns from now on: what is JSON by now stays JSON, whatever its objects have. in->names
 * then grows only when a row brings a field that is new.
 */
void infer_settle(struct infer *in);

#endif
