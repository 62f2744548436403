#ifndef SANDBOX_BQ_DATASET_H
#define SANDBOX_BQ_DATASET_H

/* datasets.* */

#include "server/route.h"

route_handler dataset_insert, dataset_get, dataset_list, dataset_delete, dataset_patch,
    dataset_update;

#endif
