#include "salesforce/salesforce.h"

#include "row/jstr.h"

#include <stdarg.h>
#include <stdio.h>
#include <strings.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* What every object has. Name is made of its parts by the table itself. */
#define SYSTEM_FIELDS                                                                              \
	{"Id", "Record ID", SF_ID_TYPE, 18, SF_READ_ONLY, NULL, NULL},                             \
	    {"Name", "Full Name", SF_STRING, 121, SF_READ_ONLY, NULL, NULL},                       \
	    {"CreatedDate", "Created Date", SF_DATETIME, 0, SF_READ_ONLY, NULL, NULL},             \
	{                                                                                          \
		"LastModifiedDate", "Last Modified Date", SF_DATETIME, 0, SF_READ_ONLY, NULL, NULL \
	}

#define PERSON_FIELDS                                                                              \
	{"FirstName", "First Name", SF_STRING, 40, 0, NULL, NULL},                                 \
	    {"LastName", "Last Name", SF_STRING, 80, SF_REQUIRED, NULL, NULL},                     \
	    {"Salutation", "Salutation", SF_PICKLIST, 40, 0, "Mr.|Ms.|Mrs.|Dr.|Prof.|Mx.", NULL},  \
	    {"Title", "Title", SF_STRING, 128, 0, NULL, NULL},                                     \
	    {"Email", "Email", SF_EMAIL, 80, 0, NULL, NULL},                                       \
	    {"Phone", "Phone", SF_PHONE, 40, 0, NULL, NULL},                                       \
	    {"MobilePhone", "Mobile Phone", SF_PHONE, 40, 0, NULL, NULL},                          \
	    {"LeadSource", "Lead Source", SF_PICKLIST, 255, 0,                                     \
	        "Web|Phone Inquiry|Partner Referral|Purchased List|Other", NULL},                  \
	    {"HasOptedOutOfEmail", "Email Opt Out", SF_BOOLEAN, 0, 0, NULL, "0"},                  \
	    {"Description", "Description", SF_TEXTAREA, 32000, 0, NULL, NULL},                     \
	    {"Score__c", "Score", SF_DOUBLE, 0, 0, NULL, NULL},                                    \
	    {"Gaio_Channel__c", "Gaio Channel", SF_STRING, 80, 0, NULL, NULL},                     \
	{                                                                                          \
		"Gaio_Updated_At__c", "Gaio Updated At", SF_DATETIME, 0, 0, NULL, NULL             \
	}

static const struct sf_field account_fields[] = {
    {"Id", "Account ID", SF_ID_TYPE, 18, SF_READ_ONLY, NULL, NULL},
    {"Name", "Account Name", SF_STRING, 255, SF_REQUIRED, NULL, NULL},
    {"CreatedDate", "Created Date", SF_DATETIME, 0, SF_READ_ONLY, NULL, NULL},
    {"LastModifiedDate", "Last Modified Date", SF_DATETIME, 0, SF_READ_ONLY, NULL, NULL},
    {"Phone", "Account Phone", SF_PHONE, 40, 0, NULL, NULL},
    {"Website", "Website", SF_URL, 255, 0, NULL, NULL},
    {"Gaio_Account_Id__c", "Gaio Account Id", SF_STRING, 40, SF_EXTERNAL, NULL, NULL},
};

static const struct sf_field lead_fields[] = {
    SYSTEM_FIELDS,
    PERSON_FIELDS,
    {"Company", "Company", SF_STRING, 255, SF_REQUIRED, NULL, NULL},
    {"Status", "Lead Status", SF_PICKLIST, 255, 0,
        "Open - Not Contacted|Working - Contacted|Closed - Converted|Closed - Not Converted",
        "'Open - Not Contacted'"},
    {"Rating", "Rating", SF_PICKLIST, 255, SF_RESTRICTED, "Hot|Warm|Cold", NULL},
    {"Industry", "Industry", SF_PICKLIST, 255, 0,
        "Banking|Education|Healthcare|Manufacturing|Retail|Technology|Other", NULL},
    {"Website", "Website", SF_URL, 255, 0, NULL, NULL},
    {"NumberOfEmployees", "Employees", SF_INT, 0, 0, NULL, NULL},
    {"Street", "Street", SF_TEXTAREA, 255, 0, NULL, NULL},
    {"City", "City", SF_STRING, 40, 0, NULL, NULL},
    {"State", "State/Province", SF_STRING, 80, 0, NULL, NULL},
    {"PostalCode", "Zip/Postal Code", SF_STRING, 20, 0, NULL, NULL},
    {"Country", "Country", SF_STRING, 80, 0, NULL, NULL},
    {"Gaio_Notes__c", "Gaio Notes", SF_TEXTAREA, 131072, 0, NULL, NULL},
    {"Gaio_Account__c", "Gaio Account", SF_REFERENCE, 18, 0, "Account", NULL},
    {"Gaio_Lead_Id__c", "Gaio Lead Id", SF_STRING, 40, SF_EXTERNAL, NULL, NULL},
};

static const struct sf_field contact_fields[] = {
    SYSTEM_FIELDS,
    PERSON_FIELDS,
    {"AccountId", "Account ID", SF_REFERENCE, 18, 0, "Account", NULL},
    {"Department", "Department", SF_STRING, 80, 0, NULL, NULL},
    {"Birthdate", "Birthdate", SF_DATE, 0, 0, NULL, NULL},
    {"MailingStreet", "Mailing Street", SF_TEXTAREA, 255, 0, NULL, NULL},
    {"MailingCity", "Mailing City", SF_STRING, 40, 0, NULL, NULL},
    {"MailingState", "Mailing State/Province", SF_STRING, 80, 0, NULL, NULL},
    {"MailingPostalCode", "Mailing Zip/Postal Code", SF_STRING, 20, 0, NULL, NULL},
    {"MailingCountry", "Mailing Country", SF_STRING, 80, 0, NULL, NULL},
    {"Gaio_Contact_Id__c", "Gaio Contact Id", SF_STRING, 40, SF_EXTERNAL, NULL, NULL},
};

static const struct sf_object objects[] = {
    {"Lead", "Lead", "00Q", lead_fields, COUNT(lead_fields)},
    {"Contact", "Contact", "003", contact_fields, COUNT(contact_fields)},
    {"Account", "Account", "001", account_fields, COUNT(account_fields)},
};

static const char *const type_names[] = {
    [SF_ID_TYPE] = "id",
    [SF_STRING] = "string",
    [SF_TEXTAREA] = "textarea",
    [SF_EMAIL] = "email",
    [SF_PHONE] = "phone",
    [SF_URL] = "url",
    [SF_PICKLIST] = "picklist",
    [SF_BOOLEAN] = "boolean",
    [SF_INT] = "int",
    [SF_DOUBLE] = "double",
    [SF_DATE] = "date",
    [SF_DATETIME] = "datetime",
    [SF_REFERENCE] = "reference",
};

static bool is_named(struct span given, const char *name)
{
	return given.n == strlen(name) && strncasecmp(given.p, name, given.n) == 0;
}

const struct sf_object *sf_object_find(struct span name)
{
	for (size_t i = 0; i < COUNT(objects); i++)
		if (is_named(name, objects[i].name))
			return &objects[i];
	return NULL;
}

const struct sf_field *sf_field_find(const struct sf_object *o, struct span name)
{
	for (size_t i = 0; i < o->n; i++)
		if (is_named(name, o->fields[i].name))
			return &o->fields[i];
	return NULL;
}

static void relationship_name(char name[SF_NAME], const struct sf_field *f)
{
	size_t n = strlen(f->name);

	if (f->type != SF_REFERENCE)
		*name = '\0';
	else if (strcmp(f->name + n - 3, "__c") == 0)
		snprintf(name, SF_NAME, "%.*sr", (int)n - 1, f->name);
	else
		snprintf(name, SF_NAME, "%.*s", (int)n - 2, f->name);
}

const struct sf_field *sf_relationship_find(const struct sf_object *o, struct span name)
{
	for (size_t i = 0; i < o->n; i++) {
		char own[SF_NAME];

		relationship_name(own, &o->fields[i]);
		if (*own && is_named(name, own))
			return &o->fields[i];
	}
	return NULL;
}

static const char *column_type(const struct sf_field *f)
{
	switch (f->type) {
	case SF_BOOLEAN:
	case SF_INT: return "INTEGER";
	case SF_DOUBLE: return "REAL";
	default: return "TEXT";
	}
}

static void add_column(struct buf *sql, const struct sf_field *f)
{
	buf_addf(sql, ", \"%s\" %s", f->name, column_type(f));
	if (strcmp(f->name, "Name") == 0 && f->flags & SF_READ_ONLY)
		buf_adds(
		    sql, " AS (trim(coalesce(FirstName, '') || ' ' || coalesce(LastName, '')))");
	if (f->flags & SF_EXTERNAL)
		buf_adds(sql, " COLLATE NOCASE UNIQUE");
	if (f->type == SF_ID_TYPE)
		buf_adds(sql, " UNIQUE");
	if (f->preset)
		buf_addf(sql, " DEFAULT %s", f->preset);
}

void sf_object_table(struct store *s, const struct sf_object *o)
{
	struct buf sql;

	buf_init(&sql, 1 << 16);
	buf_addf(&sql, "CREATE TABLE IF NOT EXISTS \"sf_%s\" (number INTEGER PRIMARY KEY", o->name);
	for (size_t i = 0; i < o->n; i++)
		add_column(&sql, &o->fields[i]);
	buf_addc(&sql, ')');
	store_exec(s, buf_str(&sql));
	buf_free(&sql);
}

static void add_flag(struct buf *b, const char *name, bool set)
{
	buf_addf(b, ",\"%s\":%s", name, set ? "true" : "false");
}

static void add_picklist(struct buf *b, const char *values)
{
	const char *comma = "";

	buf_adds(b, ",\"picklistValues\":[");
	for (size_t n; values && *values; values += n + (values[n] == '|')) {
		n = strcspn(values, "|");
		buf_addf(b,
		    "%s{\"active\":true,\"defaultValue\":false,\"label\":\"%.*s\",\"value\":\"%.*"
		    "s\"}",
		    comma, (int)n, values, (int)n, values);
		comma = ",";
	}
	buf_addc(b, ']');
}

static void add_relationship(struct buf *b, const struct sf_field *f)
{
	char name[SF_NAME];

	relationship_name(name, f);
	if (*name)
		buf_addf(
		    b, ",\"relationshipName\":\"%s\",\"referenceTo\":[\"%s\"]", name, f->values);
	else
		buf_adds(b, ",\"relationshipName\":null,\"referenceTo\":[]");
}

static void add_field(struct buf *b, const struct sf_field *f)
{
	bool writable = !(f->flags & SF_READ_ONLY), external = f->flags & SF_EXTERNAL;

	buf_addf(b, "{\"name\":\"%s\",\"label\":\"%s\",\"type\":\"%s\",\"length\":%d", f->name,
	    f->label, type_names[f->type], f->length);
	buf_addf(b, ",\"byteLength\":%d", f->length * 3);
	add_flag(b, "nillable", writable && !(f->flags & SF_REQUIRED) && f->type != SF_BOOLEAN);
	add_flag(b, "createable", writable);
	add_flag(b, "updateable", writable);
	add_flag(b, "externalId", external);
	add_flag(b, "idLookup", external || f->type == SF_ID_TYPE || f->type == SF_EMAIL);
	add_flag(b, "unique", external);
	add_flag(b, "caseSensitive", false);
	add_flag(b, "custom", strstr(f->name, "__c") != NULL);
	add_flag(b, "defaultedOnCreate", f->preset || !writable);
	add_flag(b, "restrictedPicklist", f->flags & SF_RESTRICTED);
	add_relationship(b, f);
	add_picklist(b, f->type == SF_PICKLIST ? f->values : NULL);
	buf_addc(b, '}');
}

void sf_object_describe(struct buf *b, const struct sf_object *o)
{
	buf_addf(b, "{\"name\":\"%s\",\"label\":\"%s\",\"keyPrefix\":\"%s\"", o->name, o->label,
	    o->prefix);
	add_flag(b, "createable", true);
	add_flag(b, "updateable", true);
	add_flag(b, "queryable", true);
	add_flag(b, "custom", false);
	buf_adds(b, ",\"fields\":[");
	for (size_t i = 0; i < o->n; i++) {
		if (i > 0)
			buf_addc(b, ',');
		add_field(b, &o->fields[i]);
	}
	buf_adds(b, "]}");
}

void sf_error_set(
    struct sf_error *e, int status, const char *code, const char *field, const char *format, ...)
{
	va_list args;

	e->status = status;
	snprintf(e->code, sizeof e->code, "%s", code);
	snprintf(e->fields, sizeof e->fields, "%s", field ? field : "");
	va_start(args, format);
	vsnprintf(e->message, sizeof e->message, format, args);
	va_end(args);
}

void sf_error_write(struct buf *b, const struct sf_error *e, const char *code_key)
{
	const char *at = e->fields, *comma = "";

	buf_addf(b, "{\"%s\":\"%s\",\"message\":", code_key, e->code);
	jstr_quote_any(b, span_of(e->message));
	buf_adds(b, ",\"fields\":[");
	for (size_t n; *at; at += n + (at[n] == ',')) {
		n = strcspn(at, ",");
		buf_adds(b, comma);
		jstr_quote_any(b, (struct span){at, n});
		comma = ",";
	}
	buf_adds(b, "]}");
}
