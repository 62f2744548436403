#ifndef SANDBOX_SQL_FN_JSON_H
#define SANDBOX_SQL_FN_JSON_H

/*
 * Private to sql/. Values inside stored arrays and STRUCTs (value.h has the form): how SQL
 * puts them there.
 */

#include "base/buf.h"

#include <sqlite3.h>

/*
 * Appends the value as JSON. kind: f FLOAT64, b BYTES (base64), r an array or
 * STRUCT (JSON already), s anything else.
 */
void fn_json_element(struct buf *b, char kind, sqlite3_value *v);

#endif
