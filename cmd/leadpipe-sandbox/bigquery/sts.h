#ifndef SANDBOX_BQ_STS_H
#define SANDBOX_BQ_STS_H

/* Tokens for tokens, as external_account and impersonated credentials ask for them. */

#include "server/route.h"

route_handler sts_exchange, sts_impersonate;

#endif
