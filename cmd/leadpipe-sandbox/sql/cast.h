#ifndef SANDBOX_SQL_CAST_H
#define SANDBOX_SQL_CAST_H

/*
 * Values from one type to another, in C: what CAST does to a STRING, and how a
 * value is written as one. Used by the binder for literals and parameters, and by
 * the SQLite functions for the rest.
 */

#include "base/buf.h"
#include "base/clock.h"
#include "storage/civil.h"
#include "storage/decimal.h"

/* CAST(STRING AS INT64): white space around, a sign, decimal or 0x digits. */
bool cast_int(struct span text, int64_t *value);

/* CAST(STRING AS FLOAT64): also inf, infinity, nan with a sign, without case. */
bool cast_double(struct span text, double *value);

/* CAST(STRING AS BOOL): true and false, without case. */
bool cast_bool(struct span text, bool *value);

/* The stored text of a NUMERIC or BIGNUMERIC; white space around is passed over. */
bool cast_decimal(struct span text, enum type type, char out[DECIMAL_TEXT]);

/* The stored text of a DATE, TIME or DATETIME; a TIMESTAMP as its microseconds. */
bool cast_civil(struct span text, enum type type, char out[CIVIL_TEXT]);
bool cast_timestamp(struct span text, int64_t *us);

/* Appends the stored text of a JSON value; false when the text is not JSON. */
bool cast_json(struct buf *b, struct span text);

/* FLOAT64 as a STRING, the fewest digits that read back: "1.0", "1e+20", "NaN", "inf". */
enum { CAST_DOUBLE = 40 };
void cast_double_text(char out[CAST_DOUBLE], double value);

/* As JSON, and so inside a stored array: "1.0", "9e999" for infinity, "\"NaN\"". */
void cast_double_json(char out[CAST_DOUBLE], double value);

/* Rounded half away from zero; false when it is not an INT64. */
bool cast_double_int(double value, int64_t *out);

#endif
