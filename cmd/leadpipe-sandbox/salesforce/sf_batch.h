#ifndef SANDBOX_SF_BATCH_H
#define SANDBOX_SF_BATCH_H

/* Records that are saved in one transaction. */

#include "salesforce/sf_record.h"

/* What one transaction takes: up to SF_BATCH records of one object. */
struct sf_batch {
	struct sf_record *records;
	size_t n;
	bool all_or_none;
	bool locked; /* somebody else holds every third record */
};

/*
 * Saves them all; each has its error, or not. Records that share a key are refused, each of
 * them, as Salesforce refuses them.
 */
void sf_batch_save(struct store *s, struct sf_batch *b, const struct sf_field *key);

#endif
