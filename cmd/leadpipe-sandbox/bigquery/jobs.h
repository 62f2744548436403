#ifndef SANDBOX_BQ_JOBS_H
#define SANDBOX_BQ_JOBS_H

/* jobs.* but for the results of queries. */

#include "server/route.h"

route_handler jobs_post, jobs_get, jobs_list, jobs_cancel, jobs_delete;

#endif
