#ifndef SCHEMA_READING_H
#define SCHEMA_READING_H

/*
 * For schema/infer: as what one value can be read, as a set of readings. A field has the
 * first reading that all its values allow.
 */

#include "schema/infer_node.h"

/* In the order in which they are preferred. */
enum reading {
	READING_BOOL,
	READING_INT64,
	READING_FLOAT64,
	READING_NUMERIC,
	READING_BIGNUMERIC,
	READING_TIMES, /* reading_times, in its order */
	READING_STRING = READING_TIMES + INFER_TIMES,
};

#define READING_BIT(reading) (1U << (reading))
#define READING_ALL          (READING_BIT(READING_STRING + 1) - 1)
#define READING_NUMBERS                                                                            \
	(READING_BIT(READING_INT64) | READING_BIT(READING_FLOAT64) |                               \
	    READING_BIT(READING_NUMERIC) | READING_BIT(READING_BIGNUMERIC))

/* The forms of times that are known. */
extern const struct infer_time reading_times[INFER_TIMES];

/* What a JSON number allows. */
unsigned reading_number(struct span raw, enum infer_strings strings);

/*
 * What a text allows, of the readings in `open`: it is not empty and has no white space at its
 * ends. *doubtful: it is a number only if the field has JSON numbers too.
 */
unsigned reading_text(
    struct span text, const struct infer_options *options, unsigned open, bool *doubtful);

/* The one to take; `open` holds READING_STRING at least. */
enum reading reading_choose(unsigned open);

enum type reading_type(enum reading reading);

#endif
