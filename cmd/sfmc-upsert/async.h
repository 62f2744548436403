#ifndef SFMC_ASYNC_H
#define SFMC_ASYNC_H

/*
 * PUT .../rows, its status, its results. A request is polled until it is complete; its
 * results come in the order of its rows. Rows that ask to be sent again are. A request that is
 * refused for
 * one of its rows goes again in halves, and that row fails alone.
 * Source: developer.salesforce.com, "Data Extensions API".
 */

#include "upsert.h"

/* A sfmc_send. */
bool async_send(struct sfmc_upsert *u, size_t n);

#endif
