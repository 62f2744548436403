#ifndef STREAM_RESULT_H
#define STREAM_RESULT_H

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
 *	result_error(out, code, message, fields);
 *	result_row(out, row);
 *	result_end(out);
 */

#include "stream/out.h"

/* `external_id` is raw JSON, or absent; `id` may be NULL. */
void result_begin(
    struct out *o, uint64_t line, struct span external_id, const char *id, const char *status);

/* `fields`, which the error is about, is a JSON list of names; absent: none. */
void result_error(struct out *o, struct span code, struct span message, struct span fields);

/* The row as it came. */
void result_row(struct out *o, struct span row);

/* Closes and commits the line. */
void result_end(struct out *o);

#endif
