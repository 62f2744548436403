#ifndef SANDBOX_SF_QUERY_H
#define SANDBOX_SF_QUERY_H

/* SOQL. */

#include "salesforce/sf.h"

/* Runs SOQL, and appends the reply; false and *e when it is outside the subset. */
bool sf_query(
    struct store *s, const char *version, const char *soql, struct buf *b, struct sf_error *e);

#endif
