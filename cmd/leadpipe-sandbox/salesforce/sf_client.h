#ifndef SANDBOX_SF_CLIENT_H
#define SANDBOX_SF_CLIENT_H

/* What Salesforce's own command line and libraries ask beside their real work. */

#include "base/buf.h"
#include "server/route.h"

extern const struct route sf_client_routes[];

/* What they ask about the organization; false: it is another query. */
bool sf_client_query(const char *soql, struct buf *b);

#endif
