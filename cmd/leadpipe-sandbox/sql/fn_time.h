#ifndef SANDBOX_SQL_FN_TIME_H
#define SANDBOX_SQL_FN_TIME_H

/* Private to sql/. What the files of date and time functions share. */

#include "sql/fn.h"
#include "sql/when.h"

/* A stored DATE, TIME, DATETIME or TIMESTAMP, told apart by its form; and one as a result. */
struct civil fn_time_of(sqlite3_value *v);
void fn_time_result(sqlite3_context *ctx, const struct civil *c, enum when_kind kind);

/* The kind that a function's `how` begins with: date, time, datetime or timestamp. */
enum when_kind fn_time_kind(sqlite3_context *ctx);

/* The zone that argument `index` names, UTC where there is none. An error as of fn_call. */
char *fn_time_zone(int n, sqlite3_value **v, int index, struct when_zone *zone);

#endif
