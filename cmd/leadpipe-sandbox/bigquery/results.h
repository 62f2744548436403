#ifndef SANDBOX_BQ_RESULTS_H
#define SANDBOX_BQ_RESULTS_H

/* jobs.query and jobs.getQueryResults: a query's rows, page by page. */

#include "server/route.h"

route_handler results_query, results_get;

#endif
