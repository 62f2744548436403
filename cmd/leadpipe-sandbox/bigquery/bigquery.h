#ifndef SANDBOX_BIGQUERY_H
#define SANDBOX_BIGQUERY_H

/* The routes of the BigQuery service. */

#include "server/route.h"

extern const struct route bigquery_routes[];

#endif
