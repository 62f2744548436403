#ifndef SANDBOX_SQL_H
#define SANDBOX_SQL_H

/*
 * GoogleSQL, the documented subset of it, over the catalog: parsed to a tree,
 * typed, and written out as SQLite's SQL. What is outside the subset is an error
 * that names the construct and its place, never a wrong or an empty answer.
 */

#include "sql/query.h"

/*
 * Runs one statement, or several separated by semicolons (the result is the last
 * one's). All of a statement happens or nothing. False: reason and message.
 */
bool sql_run(struct store *s, const struct sql_query *q, struct sql_result *r);
void sql_result_clear(struct sql_result *r);

#endif
