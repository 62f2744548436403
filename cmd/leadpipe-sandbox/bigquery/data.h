#ifndef SANDBOX_BQ_DATA_H
#define SANDBOX_BQ_DATA_H

/* tabledata.* */

#include "server/route.h"

route_handler data_list, data_insert_all;

#endif
