#ifndef SANDBOX_BQ_DISCOVERY_H
#define SANDBOX_BQ_DISCOVERY_H

/* The discovery document: which methods there are. */

#include "server/route.h"

route_handler discovery_get;

#endif
