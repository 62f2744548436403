#ifndef SANDBOX_SQL_FN_REGISTER_H
#define SANDBOX_SQL_FN_REGISTER_H

#include "base/error.h"

#include <sqlite3.h>

/* Tells the connection of all functions, aggregates and the collation bq_num: once. */
bool fn_register(sqlite3 *db, struct error *error);

#endif
