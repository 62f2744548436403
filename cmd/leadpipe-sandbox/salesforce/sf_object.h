#ifndef SANDBOX_SF_OBJECT_H
#define SANDBOX_SF_OBJECT_H

/* Objects and their fields: the built-in ones, those of a file, and what describe tells of them. */

#include "salesforce/sf.h"

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

/*
 * Lead, Contact and Account are built in. sf_object_add takes over another one (of the same
 * name: in its place), before the server starts.
 */
void sf_object_add(const struct sf_object *o);

/* NULL when there is none of that name. */
const struct sf_object *sf_object_find(struct span name);
const struct sf_field *sf_object_field(const struct sf_object *o, struct span name);

/*
 * The reference that is called so where it stands for the other record: Account for AccountId,
 * X__r for X__c.
 */
const struct sf_field *sf_object_relationship(const struct sf_object *o, struct span name);
void sf_object_relationship_name(
    char name[SF_NAME], const struct sf_field *f); /* "" for what is not a reference */

/* Makes the object's table when it is not there. */
void sf_object_table(struct store *s, const struct sf_object *o);

/* False and *error when a table that is there was made for another description of its object. */
bool sf_object_check(struct store *s, struct error *error);

/* What GET /sobjects/NAME/describe gives; and the name of a type in it: "string". */
void sf_object_describe(struct buf *b, const struct sf_object *o);
const char *sf_object_type(enum sf_type type);

/*
 * Adds the objects of a file: one description or a list of them, as Salesforce gives them.
 * Only names are demanded; what is left out is as Salesforce has it for a new custom
 * field. False and *error when it cannot be understood.
 */
bool sf_object_read(const char *path, struct error *error);

#endif
