#ifndef ROW_RESULT_H
#define ROW_RESULT_H

/*
 * What a sink says of one row, one line for each, in input order:
 *
 *	{"line":17,"external_id":"L-17","id":"00Q...","status":"created"}
 *	{"line":18,"external_id":"L-18","id":null,"status":"failed","error":{"code":"...",
 *	 "message":"...","fields":["Email"]},"row":{...}}
 *
 * `status` is created, updated, deleted, failed (the other side refused the row)
 * or unprocessed (it was not answered for). `row` is the raw input and comes with an
 * error only, so that a reject can be fed in again.
 *
 *	result_begin(out, line, external_id, id, "created");
 *	result_end(out);
 *
 *	result_begin(out, line, external_id, NULL, "failed");
 *	result_error(out, code, message);
 *	result_field(out, "Email");               as often as wished
 *	result_end_error(out, row);
 */

#include "row/out.h"

/* `external_id` is raw JSON, or absent; `id` may be NULL. */
void result_begin(
    struct out *o, uint64_t line, struct span external_id, const char *id, const char *status);

/* The error and, behind it, the fields that it is about. */
void result_error(struct out *o, const char *code, const char *message);
void result_field(struct out *o, const char *name);

/* Closes and commits the line: of a row that is done, of one that is not. An absent `row` is left out. */
void result_end(struct out *o);
void result_end_error(struct out *o, struct span row);

#endif
