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

#include "base/buf.h"
#include "json/scan.h"
#include "sandbox.h"

extern const struct route salesforce_routes[];

/* What a call needs first: a session and a version; counts it. False: *rp is the refusal. */
bool sf_admit(struct sandbox *sb, const struct request *rq, struct reply *rp);

enum {
	SF_FIELDS_MAX = 1000,
	SF_ID = 19,
	SF_MESSAGE = 400,
	SF_BATCH = 200,
	SF_NAME = 81,
	SF_KEY = 256,
	SF_DAILY_LIMIT = 15000,
	SF_SQL_MAX = 1 << 20
};

enum sf_type {
	SF_ID_TYPE,
	SF_STRING,
	SF_TEXTAREA,
	SF_EMAIL,
	SF_PHONE,
	SF_URL,
	SF_COMBOBOX,
	SF_PICKLIST,
	SF_MULTIPICKLIST,
	SF_BOOLEAN,
	SF_INT,
	SF_DOUBLE,
	SF_CURRENCY,
	SF_PERCENT,
	SF_DATE,
	SF_DATETIME,
	SF_REFERENCE,
	SF_ANY, /* what only the system writes: address, location and the like */
};

enum {
	SF_REQUIRED = 1,   /* a record cannot be without it */
	SF_EXTERNAL = 2,   /* an external id */
	SF_UNIQUE = 4,     /* no two records have the same value */
	SF_CASE = 8,       /* where values are compared, upper and lower case differ */
	SF_READ_ONLY = 16, /* kept by the system */
	SF_RESTRICTED = 32 /* a picklist that takes its own values only */
};

struct sf_field {
	const char *name, *label;
	enum sf_type type;
	int length; /* characters; 0 for what is not text */
	int flags;
	/* Of a picklist: "Hot\nWarm\nCold"; of a reference: the object it leads to. */
	const char *values;
	const char *preset; /* of a new record; or NULL */
	const char
	    *relationship; /* of a reference: its name for the other record; NULL: by custom */
};

struct sf_object {
	const char *name, *label, *prefix; /* of its ids: "00Q" */
	const struct sf_field *fields;
	size_t n;
};

/* One error of a record or of a whole request. Empty code: none. */
struct sf_error {
	int status; /* HTTP, of a whole request */
	char code[64];
	char message[SF_MESSAGE];
	char fields[SF_MESSAGE]; /* names, separated by commas; or "" */
};

void sf_error_set(struct sf_error *e, int status, const char *code, const char *field,
    const char *format, ...) __attribute__((format(printf, 5, 6)));

/* {"statusCode":...,"message":...,"fields":[...]}; a request's own has errorCode instead. */
void sf_error_write(struct buf *b, const struct sf_error *e, const char *code_key);

/* The reply of a request that is refused as a whole. */
void sf_refuse(struct reply *rp, const struct sf_error *e);
void sf_refuse_plain(struct reply *rp, int status, const char *code, const char *message);

/* ---- objects (object.c) ---- */

/*
 * Lead, Contact and Account are built in. sf_object_add takes over another one (of the same
 * name: in its place), before the server starts.
 */
void sf_object_add(const struct sf_object *o);

/* NULL when there is none of that name. */
const struct sf_object *sf_object_find(struct span name);
const struct sf_field *sf_field_find(const struct sf_object *o, struct span name);

/*
 * The reference that is called so where it stands for the other record: Account for AccountId,
 * X__r for X__c.
 */
const struct sf_field *sf_relationship_find(const struct sf_object *o, struct span name);
void sf_relationship_name(
    char name[SF_NAME], const struct sf_field *f); /* "" for what is not a reference */

/* Makes the object's table when it is not there. */
void sf_object_table(struct store *s, const struct sf_object *o);

/* False and *error when a table that is there was made for another description of its object. */
bool sf_objects_check(struct store *s, struct error *error);

/* ---- descriptions: what GET /sobjects/NAME/describe gives ---- */

void sf_object_describe(struct buf *b, const struct sf_object *o); /* describe.c */
const char *sf_type_name(enum sf_type type);                       /* "string" */

/*
 * Adds the objects of a file: one description or a list of them, as Salesforce gives them
 * (read.c). Only names are demanded; what is left out is as Salesforce has it for a new custom
 * field. False and *error when it cannot be understood.
 */
bool sf_objects_read(const char *path, struct error *error);

/* ---- values (value.c) ---- */

/*
 * Binds a JSON value at ?index as its field's type; text is trimmed and "" is
 * NULL, as in Salesforce. False and *e when the value does not fit the field.
 */
bool sf_value_bind(sqlite3_stmt *stmt, int index, const struct sf_field *field, struct span raw,
    struct sf_error *e);

/*
 * Can the JSON value be read as the field's type at all? Salesforce's parser answers one that
 * cannot by refusing the whole request.
 */
bool sf_value_parses(const struct sf_field *field, struct span raw);

/* null, or a string of white space: what a required field must not be. */
bool sf_value_is_empty(struct span raw);

/* Appends the column as JSON. */
void sf_value_write(struct buf *b, const struct sf_field *field, sqlite3_stmt *stmt, int index);

/* ---- records (record.c) ---- */

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
void sf_make_id(char id[SF_ID], const char *prefix, int64_t number);

/* ---- batches (batch.c) ---- */

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

/*
 * Appends one stored record: {"attributes":{...},"Id":...}. Column 0 of `stmt` is
 * the Id, the next n are `fields`.
 */
void sf_record_write(struct buf *b, const struct sf_object *o, const char *version,
    const struct sf_field *const *fields, size_t n, sqlite3_stmt *stmt);

/* ---- queries (query.c) ---- */

/* Runs SOQL, and appends the reply; false and *e when it is outside the subset. */
bool sf_query(
    struct store *s, const char *version, const char *soql, struct buf *b, struct sf_error *e);

/* ---- Bulk API 2.0 (ingest.c); its requests are job.c's ---- */

struct sf_job {
	int64_t number;
	const struct sf_object *object;
	const struct sf_field *key; /* NULL: insert */
	bool crlf, locked, halted;
	char delimiter;
	int64_t processed, failed;
	char error[SF_MESSAGE]; /* of a job that failed; or "" */
};

/*
 * Works a job's upload off: records in chunks of SF_BATCH, results into sf_result. False and
 * job->error when the job fails: for its header nothing is done, a halted one is done by half.
 */
bool sf_ingest(struct store *s, struct sf_job *job);

/* The same upload's header as the results repeat it: "A","B"; appended to `b`. */
void sf_ingest_header(struct store *s, const struct sf_job *job, struct buf *b);

/* The header and the records after the first job->processed ones. */
void sf_ingest_rest(struct store *s, const struct sf_job *job, struct buf *b);

#endif
