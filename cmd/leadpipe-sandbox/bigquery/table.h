#ifndef SANDBOX_BQ_TABLE_H
#define SANDBOX_BQ_TABLE_H

/* tables.* */

#include "server/route.h"

route_handler table_insert, table_get, table_list, table_patch, table_update, table_delete;

#endif
