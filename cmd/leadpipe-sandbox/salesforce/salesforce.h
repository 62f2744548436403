#ifndef SANDBOX_SALESFORCE_H
#define SANDBOX_SALESFORCE_H

/*
 * Salesforce's REST API, as far as its own clients need it to upsert. An
 * object's records lie in a SQLite table of its own, sf_Lead, with the fields'
 * own names as columns, so that the sqlite3 shell can be used to look.
 *
 * Requests are read as spans and replies written as text, so numbers keep their
 * digits. Names of objects and fields compare without case, as Salesforce's do.
 *
 * A record may point to another by that one's external id: {"Account":{"Ext__c":"A-1"}} in
 * JSON, Account.Ext__c in the header of a CSV.
 */

#include "server/route.h"

extern const struct route salesforce_routes[];

#endif
