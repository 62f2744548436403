#ifndef SANDBOX_SF_VALUE_H
#define SANDBOX_SF_VALUE_H

/* Values of fields: in from JSON, out to JSON. */

#include "salesforce/sf_object.h"

/*
 * Binds a JSON value at ?index as its field's type; text is trimmed and "" is
 * NULL, as in Salesforce. False and *e when the value does not fit the field.
 */
bool sf_value_bind(sqlite3_stmt *stmt, int index, const struct sf_field *field, struct span raw,
    struct sf_error *e);

/*
 * Can the JSON value be read as the field's type at all? Salesforce's parser answers one that
 * cannot by refusing the whole request.
 */
bool sf_value_parses(const struct sf_field *field, struct span raw);

/* null, or a string of white space: what a required field must not be. */
bool sf_value_is_empty(struct span raw);

/* Appends the column as JSON. */
void sf_value_write(struct buf *b, const struct sf_field *field, sqlite3_stmt *stmt, int index);

#endif
