#ifndef CLOUD_SALESFORCE_BATCH_H
#define CLOUD_SALESFORCE_BATCH_H

/*
 * One sObject Collections upsert (PATCH /composite/sobjects/OBJECT/FIELD): up to
 * SALESFORCE_BATCH records, allOrNone false, answered one by one and in order.
 * A record is the row's own text with `attributes` put before its first member,
 * so values travel byte for byte.
 *
 * Without a word on assignment rules (Sforce-Auto-Assign), Salesforce runs the active ones for
 * leads, cases and accounts, also for those that are only updated; Bulk jobs run none. So each
 * call says which: sf->assign, or none.
 *
 * Sending a batch again is harmless (the key makes it idempotent), so a lost
 * reply is retried; a record that the lost request created is then "updated".
 */
#include "base/buf.h"
#include "cloud/salesforce.h"

enum { SALESFORCE_BATCH = 200, SALESFORCE_BATCH_BYTES = 6000000 };

struct salesforce_batch {
	struct buf body;
	const char *object; /* borrowed */
	size_t n;           /* records in it */
	jdoc *results;      /* once it is answered: as many as records; owned */
	jdoc
	    *refusal; /* or why the call could not be read: one of its records is to blame; owned */
};

void salesforce_batch_init(struct salesforce_batch *b, const char *object);
/* `row`: an object that was scanned, with at least one member and none named "attributes". */
void salesforce_batch_add(struct salesforce_batch *b, struct span row);
/* Would this row take the batch over either ceiling? An empty batch takes any row. */
bool salesforce_batch_full(const struct salesforce_batch *b, struct span row);
void salesforce_batch_clear(struct salesforce_batch *b); /* empty; memory kept */
void salesforce_batch_free(struct salesforce_batch *b);

/*
 * Sends up to SALESFORCE_AT_ONCE batches side by side. False: at least one was not answered and
 * has neither results nor a refusal (sf->error and code: of the first). What was sent is to be
 * cleared.
 */
bool salesforce_batch_send(struct salesforce *sf, struct salesforce_batch *batches, size_t n,
    const char *external_id_field);

/* One record's answer. Texts are borrowed from the batch's results or refusal. */
struct salesforce_result {
	bool success, created;
	const char *id;   /* or NULL */
	const char *code; /* of the first error; NULL on success */
	struct span message;
	const jdoc *fields; /* names the error is about; or NULL */
};

struct salesforce_result salesforce_batch_result(const struct salesforce_batch *b, size_t index);

#endif
