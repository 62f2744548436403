#ifndef SANDBOX_SALESFORCE_RESULTS_H
#define SANDBOX_SALESFORCE_RESULTS_H

/* The three lists of a Bulk job's results: GET .../successfulResults and so on. */

#include "server/route.h"

extern const struct route results_routes[];

#endif
