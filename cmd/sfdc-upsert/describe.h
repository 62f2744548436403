#ifndef SFDC_DESCRIBE_H
#define SFDC_DESCRIBE_H

/* Compares the columns of the rows with Salesforce's description of the object. */

#include "columns.h"

#include "cloud/salesforce.h"

/*
 * Asks for the descriptions of `object` and of the objects that columns refer to, and sets
 * each column's kind. False: sf->error; status 65 where the object lacks columns, or they
 * cannot be written (all are named).
 */
bool describe_check(
    struct columns *c, struct salesforce *sf, const char *object, const char *external_id);

#endif
