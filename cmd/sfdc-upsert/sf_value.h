#ifndef SFDC_SF_VALUE_H
#define SFDC_SF_VALUE_H

/*
 * One value of a row on its way to Salesforce, in the form that its parser takes for the
 * field's type.
 */

#include "base/buf.h"
#include "json/row.h"

#include <stdint.h>

/* What a field holds, as far as its values need care. */
enum sf_kind {
	SF_PLAIN, /* not known: values go as they are */
	SF_TEXT,
	SF_NUMBER,
	SF_BOOLEAN,
	SF_DATE,
	SF_DATETIME,
};

struct sf_value {
	size_t column; /* its place in the columns */
	enum { SF_SEND, SF_CLEAR, SF_LEAVE } kind;
	enum json type;
	struct span raw; /* JSON of type: string, number, true or false; may point into `text` */
	bool quoted;     /* as JSON it goes between quotes, which `raw` lacks */
	char text[40];
};

/*
 * Converts a value where it can be one of the field: dates to 2026-11-22, times to
 * 2026-11-22T10:00:00.000Z; 5511 and true to texts, "5.5" to a number; "true", "1" and 1 to
 * booleans. Other values stay as they are: Salesforce judges them.
 */
void sf_value_convert(struct sf_value *value, enum sf_kind kind);

/* Appends the value as a cell of a CSV. */
void sf_value_csv(const struct sf_value *value, struct buf *b, struct buf *scratch);

#endif
