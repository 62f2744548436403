#ifndef SANDBOX_MARKETING_ASYNC_H
#define SANDBOX_MARKETING_ASYNC_H

/* Rows that Marketing Cloud takes now and saves later, and what became of them. */

#include "server/route.h"

extern const struct route async_routes[];

#endif
