#ifndef SFDC_COLLECTIONS_H
#define SFDC_COLLECTIONS_H

/*
 * Sends rows by sObject Collections: calls of up to 200 rows, four at a time. Rows that were
 * locked, and calls that could not be read, go again in smaller calls.
 */

#include "upsert.h"

/*
 * Sends all rows that have no answer, in order. False: u->sf->error, u->rows.error,
 * u->resume.error.
 */
bool collections_send(struct sfdc_upsert *u);

#endif
