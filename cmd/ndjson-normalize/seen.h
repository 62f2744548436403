#ifndef NORMALIZE_SEEN_H
#define NORMALIZE_SEEN_H

/*
 * What was seen of the values of one field, kept small: for every reading (a type,
 * with a format where one is needed) whether all values so far allow it. The
 * type is the first reading that is left, so a field only ever widens:
 * INT64, FLOAT64, NUMERIC, BIGNUMERIC, STRING; objects and plain values, or arrays
 * and plain values, in one field: JSON.
 */

#include "schema/contract.h"
#include "json/scan.h"
#include "when.h"

struct seen {
	uint64_t met;       /* objects (rows) that had the field */
	uint64_t nulls;     /* of these: null */
	uint64_t blanks;    /* empty strings, or of white space only; not in arrays */
	uint64_t objects;   /* values, or items of arrays, that were objects */
	bool single, array; /* what is no array; arrays */
	bool plain;         /* values that are neither object, array, null nor blank */
	bool text;       /* blanks, which have no reading but STRING when nothing else was seen */
	bool odd;        /* null or an array in an array; an object with too many keys */
	unsigned closed; /* readings that some value did not allow */
};

/* Shared by all fields: the patterns by which strings are read as times. */
struct readings {
	bool strings; /* strings may be read as numbers, Booleans and times; else they are STRING */
	struct times *times; /* by reading; private */
};

struct verdict {
	enum type type;
	bool repeated;
	bool filled;        /* never null, nor what counts as null for its type */
	const char *format; /* or NULL */
};

void readings_init(struct readings *r, bool strings);
void readings_free(struct readings *r);

/* Takes one plain value (no object, array or null), of the field itself or `inside` an array. */
void seen_plain(
    struct seen *s, const struct readings *r, struct span raw, enum json type, bool inside);

/* The type of the field. `keys`: how many keys its objects have had. */
struct verdict seen_verdict(const struct seen *s, size_t keys);

#endif
