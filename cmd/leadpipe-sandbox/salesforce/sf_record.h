#ifndef SANDBOX_SF_RECORD_H
#define SANDBOX_SF_RECORD_H

/* Records: as they are sent, saved, and sent back. */

#include "salesforce/sf_object.h"

/* A record as it was sent: fields that point into the request. sf_record_init sets what matters. */
struct sf_record {
	const struct sf_object *object;
	const struct sf_field *field[SF_FIELDS_MAX];
	struct span raw[SF_FIELDS_MAX]; /* JSON */
	/*
	 * Where field is a reference: the external id of the other object that `raw` is a value
	 * of.
	 */
	const struct sf_field *by[SF_FIELDS_MAX];
	size_t n;
	char key[SF_KEY]; /* the text of its external id, trimmed; "" when it has none */
	struct sf_error error;
	char id[SF_ID];
	bool created;
};

void sf_record_init(struct sf_record *r, const struct sf_object *o);

/*
 * Takes an object apart; `key` is the external id field. False and *whole when
 * the request as a whole must be refused: an unknown field, another type, an id.
 */
bool sf_record_read(struct sf_record *r, const struct sf_object *o, const struct sf_field *key,
    struct span object, struct sf_error *whole);

/*
 * Adds one field to a record by name: one of the object's, or one of the record that it refers to
 * ("Account.Ext__c", with the raw value of that). False and *whole when there is none such.
 */
bool sf_record_add(struct sf_record *r, const struct sf_field *key, struct span name,
    struct span raw, struct sf_error *whole);

/*
 * Upserts it by r->key, or inserts it where key is NULL; on failure r->error is set and nothing
 * has changed.
 */
void sf_record_save(struct store *s, struct sf_record *r, const struct sf_field *key);

/*
 * An id of 18 characters: the prefix, the number in base 62, and a checksum of the letters'
 * case.
 */
void sf_record_id(char id[SF_ID], const char *prefix, int64_t number);

/*
 * Appends one stored record: {"attributes":{...},"Id":...}. Column 0 of `stmt` is
 * the Id, the next n are `fields`.
 */
void sf_record_write(struct buf *b, const struct sf_object *o, const char *version,
    const struct sf_field *const *fields, size_t n, sqlite3_stmt *stmt);

#endif
