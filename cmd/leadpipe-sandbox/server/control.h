#ifndef SANDBOX_CONTROL_H
#define SANDBOX_CONTROL_H

/* For tests: GET /healthz, GET /_sandbox/requests, POST /_sandbox/fault (leadpipe-sandbox(1)). */

#include "server/route.h"

extern const struct route control_routes[];

#endif
