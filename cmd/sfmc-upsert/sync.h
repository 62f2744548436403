#ifndef SFMC_SYNC_H
#define SFMC_SYNC_H

/*
 * POST .../rowset: the rows before the first bad one are saved, those after it are not, and
 * the reply does not say which it was; so a call that is refused is sent again in halves.
 */

#include "upsert.h"

/* A sfmc_send. */
bool sync_send(struct sfmc_upsert *u, size_t n);

#endif
