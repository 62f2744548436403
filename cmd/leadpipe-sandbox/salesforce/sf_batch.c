#include "salesforce/sf_batch.h"

static bool same_key(const struct sf_field *key, const char *a, const char *b)
{
	return (key->flags & SF_CASE ? strcmp(a, b) : sqlite3_stricmp(a, b)) == 0;
}

static void refuse_doubles(struct sf_batch *b, const struct sf_field *key)
{
	for (size_t i = 0; i < b->n; i++)
		for (size_t j = 0; j < b->n && *b->records[i].key; j++)
			if (i != j && same_key(key, b->records[i].key, b->records[j].key)) {
				sf_error_set(&b->records[i].error, 400, "DUPLICATE_VALUE", NULL,
				    "Duplicate external id specified: %.100s", b->records[i].key);
				break;
			}
}

/* Every second one is met by a trigger only, which then fails with the lock's error in its own. */
static void refuse_locked(struct sf_batch *b)
{
	static const char why[] =
	    "unable to obtain exclusive access to this record or 200 records: "
	    "00Q5g0000000001EAA";

	for (size_t i = 0; b->locked && i < b->n; i += 3)
		if (!*b->records[i].error.code && i % 2)
			sf_error_set(&b->records[i].error, 400,
			    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", NULL,
			    "LeadTrigger: execution of AfterUpdate caused by: System.DmlException: "
			    "Update failed. First exception on row 0; first error: "
			    "UNABLE_TO_LOCK_ROW, %s: []",
			    why);
		else if (!*b->records[i].error.code)
			sf_error_set(
			    &b->records[i].error, 400, "UNABLE_TO_LOCK_ROW", NULL, "%s", why);
}

static void roll_back(struct store *s, struct sf_batch *b)
{
	store_rollback(s);
	for (size_t i = 0; i < b->n; i++)
		if (!*b->records[i].error.code)
			sf_error_set(&b->records[i].error, 400, "ALL_OR_NONE_OPERATION_ROLLED_BACK",
			    NULL,
			    "Record rolled back because not all records were valid and the request "
			    "was using AllOrNone header");
}

void sf_batch_save(struct store *s, struct sf_batch *b, const struct sf_field *key)
{
	size_t failed = 0;

	refuse_doubles(b, key);
	refuse_locked(b);
	store_begin(s);
	for (size_t i = 0; i < b->n; i++) {
		if (!*b->records[i].error.code)
			sf_record_save(s, &b->records[i], key);
		failed += *b->records[i].error.code != '\0';
	}
	if (failed > 0 && b->all_or_none)
		roll_back(s, b);
	else
		store_commit(s);
}
