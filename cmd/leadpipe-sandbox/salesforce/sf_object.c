#include "salesforce/sf_object.h"

#include "base/mem.h"
#include "json/jstr.h"

#include <stdio.h>
#include <strings.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* What every object has. Name is made of its parts by the table itself. */
#define SYSTEM_FIELDS                                                                              \
	{"Id", "Record ID", SF_ID_TYPE, .length = 18, .flags = SF_READ_ONLY},                      \
	    {"Name", "Full Name", SF_STRING, .length = 121, .flags = SF_READ_ONLY},                \
	    {"CreatedDate", "Created Date", SF_DATETIME, .flags = SF_READ_ONLY},                   \
	{                                                                                          \
		"LastModifiedDate", "Last Modified Date", SF_DATETIME, .flags = SF_READ_ONLY       \
	}

#define PERSON_FIELDS                                                                              \
	{"FirstName", "First Name", SF_STRING, .length = 40},                                      \
	    {"LastName", "Last Name", SF_STRING, .length = 80, .flags = SF_REQUIRED},              \
	    {"Salutation", "Salutation", SF_PICKLIST, .length = 40,                                \
	        .values = "Mr.\nMs.\nMrs.\nDr.\nProf.\nMx."},                                      \
	    {"Title", "Title", SF_STRING, .length = 128},                                          \
	    {"Email", "Email", SF_EMAIL, .length = 80},                                            \
	    {"Phone", "Phone", SF_PHONE, .length = 40},                                            \
	    {"MobilePhone", "Mobile Phone", SF_PHONE, .length = 40},                               \
	    {"LeadSource", "Lead Source", SF_PICKLIST, .length = 255,                              \
	        .values = "Web\nPhone Inquiry\nPartner Referral\nPurchased List\nOther"},          \
	    {"HasOptedOutOfEmail", "Email Opt Out", SF_BOOLEAN, .preset = "0"},                    \
	    {"Description", "Description", SF_TEXTAREA, .length = 32000},                          \
	    {"Score__c", "Score", SF_DOUBLE, .length = 0},                                         \
	    {"Gaio_Channel__c", "Gaio Channel", SF_STRING, .length = 80},                          \
	{                                                                                          \
		"Gaio_Updated_At__c", "Gaio Updated At", SF_DATETIME, .length = 0                  \
	}

static const struct sf_field account_fields[] = {
    {"Id", "Account ID", SF_ID_TYPE, .length = 18, .flags = SF_READ_ONLY},
    {"Name", "Account Name", SF_STRING, .length = 255, .flags = SF_REQUIRED},
    {"CreatedDate", "Created Date", SF_DATETIME, .flags = SF_READ_ONLY},
    {"LastModifiedDate", "Last Modified Date", SF_DATETIME, .flags = SF_READ_ONLY},
    {"Phone", "Account Phone", SF_PHONE, .length = 40},
    {"Website", "Website", SF_URL, .length = 255},
    {"Gaio_Account_Id__c", "Gaio Account Id", SF_STRING, .length = 40,
        .flags = SF_EXTERNAL | SF_UNIQUE},
};

static const struct sf_field lead_fields[] = {
    SYSTEM_FIELDS,
    PERSON_FIELDS,
    {"Company", "Company", SF_STRING, .length = 255, .flags = SF_REQUIRED},
    {"Status", "Lead Status", SF_PICKLIST, .length = 255,
        .values =
            "Open - Not Contacted\nWorking - Contacted\nClosed - Converted\nClosed - Not Converted",
        .preset = "Open - Not Contacted"},
    {"Rating", "Rating", SF_PICKLIST, .length = 255, .flags = SF_RESTRICTED,
        .values = "Hot\nWarm\nCold"},
    {"Industry", "Industry", SF_PICKLIST, .length = 255,
        .values = "Banking\nEducation\nHealthcare\nManufacturing\nRetail\nTechnology\nOther"},
    {"Website", "Website", SF_URL, .length = 255},
    {"NumberOfEmployees", "Employees", SF_INT, .length = 0},
    {"Street", "Street", SF_TEXTAREA, .length = 255},
    {"City", "City", SF_STRING, .length = 40},
    {"State", "State/Province", SF_STRING, .length = 80},
    {"PostalCode", "Zip/Postal Code", SF_STRING, .length = 20},
    {"Country", "Country", SF_STRING, .length = 80},
    {"Gaio_Notes__c", "Gaio Notes", SF_TEXTAREA, .length = 131072},
    {"Gaio_Account__c", "Gaio Account", SF_REFERENCE, .length = 18, .values = "Account"},
    {"Gaio_Lead_Id__c", "Gaio Lead Id", SF_STRING, .length = 40, .flags = SF_EXTERNAL | SF_UNIQUE},
};

static const struct sf_field contact_fields[] = {
    SYSTEM_FIELDS,
    PERSON_FIELDS,
    {"AccountId", "Account ID", SF_REFERENCE, .length = 18, .values = "Account"},
    {"Department", "Department", SF_STRING, .length = 80},
    {"Birthdate", "Birthdate", SF_DATE, .length = 0},
    {"MailingStreet", "Mailing Street", SF_TEXTAREA, .length = 255},
    {"MailingCity", "Mailing City", SF_STRING, .length = 40},
    {"MailingState", "Mailing State/Province", SF_STRING, .length = 80},
    {"MailingPostalCode", "Mailing Zip/Postal Code", SF_STRING, .length = 20},
    {"MailingCountry", "Mailing Country", SF_STRING, .length = 80},
    {"Gaio_Contact_Id__c", "Gaio Contact Id", SF_STRING, .length = 40,
        .flags = SF_EXTERNAL | SF_UNIQUE},
};

static const struct sf_object objects[] = {
    {"Lead", "Lead", "00Q", lead_fields, COUNT(lead_fields)},
    {"Contact", "Contact", "003", contact_fields, COUNT(contact_fields)},
    {"Account", "Account", "001", account_fields, COUNT(account_fields)},
};

static bool is_named(struct span given, const char *name)
{
	return given.n == strlen(name) && strncasecmp(given.p, name, given.n) == 0;
}

/* Those of --objects: filled before the server starts, only read afterwards. */
static struct sf_object *added;
static size_t n_added;

void sf_object_add(const struct sf_object *o)
{
	added = mem_resize(added, n_added + 1, sizeof *added);
	added[n_added++] = *o;
}

/* The last one added of a name is the one. */
static const struct sf_object *object_at(size_t i)
{
	if (i < n_added)
		return &added[n_added - 1 - i];
	return i - n_added < COUNT(objects) ? &objects[i - n_added] : NULL;
}

const struct sf_object *sf_object_find(struct span name)
{
	const struct sf_object *o;

	for (size_t i = 0; (o = object_at(i)); i++)
		if (is_named(name, o->name))
			return o;
	return NULL;
}

const struct sf_field *sf_object_field(const struct sf_object *o, struct span name)
{
	for (size_t i = 0; i < o->n; i++)
		if (is_named(name, o->fields[i].name))
			return &o->fields[i];
	return NULL;
}

void sf_object_relationship_name(char name[SF_NAME], const struct sf_field *f)
{
	size_t n = strlen(f->name);

	if (f->type != SF_REFERENCE)
		*name = '\0';
	else if (f->relationship)
		snprintf(name, SF_NAME, "%s", f->relationship);
	else if (n > 3 && strcmp(f->name + n - 3, "__c") == 0)
		snprintf(name, SF_NAME, "%.*sr", (int)n - 1, f->name);
	else if (n > 2 && strcmp(f->name + n - 2, "Id") == 0)
		snprintf(name, SF_NAME, "%.*s", (int)n - 2, f->name);
	else
		*name = '\0';
}

const struct sf_field *sf_object_relationship(const struct sf_object *o, struct span name)
{
	for (size_t i = 0; i < o->n; i++) {
		char own[SF_NAME];

		sf_object_relationship_name(own, &o->fields[i]);
		if (*own && is_named(name, own))
			return &o->fields[i];
	}
	return NULL;
}

/* ---- tables ---- */

static const char *column_type(const struct sf_field *f)
{
	switch (f->type) {
	case SF_BOOLEAN:
	case SF_INT: return "INTEGER";
	case SF_DOUBLE:
	case SF_CURRENCY:
	case SF_PERCENT: return "REAL";
	default: return "TEXT";
	}
}

/* A person's name is not a field of its own. */
static bool is_full_name(const struct sf_object *o, const struct sf_field *f)
{
	return strcmp(f->name, "Name") == 0 && f->flags & SF_READ_ONLY &&
	       sf_object_field(o, SPAN("FirstName")) && sf_object_field(o, SPAN("LastName"));
}

static void add_column(struct buf *sql, const struct sf_object *o, const struct sf_field *f)
{
	buf_addf(sql, ", \"%s\" %s", f->name, column_type(f));
	if (is_full_name(o, f))
		buf_adds(
		    sql, " AS (trim(coalesce(FirstName, '') || ' ' || coalesce(LastName, '')))");
	if (f->flags & (SF_EXTERNAL | SF_UNIQUE) && !(f->flags & SF_CASE))
		buf_adds(sql, " COLLATE NOCASE");
	if (f->flags & SF_UNIQUE || f->type == SF_ID_TYPE)
		buf_adds(sql, " UNIQUE");
	if (f->preset) {
		char *quoted = sqlite3_mprintf(" DEFAULT %Q", f->preset);

		buf_adds(sql, quoted);
		sqlite3_free(quoted);
	}
}

void sf_object_table(struct store *s, const struct sf_object *o)
{
	struct buf sql;

	buf_init(&sql, SF_SQL_MAX);
	buf_addf(&sql, "CREATE TABLE IF NOT EXISTS \"sf_%s\" (number INTEGER PRIMARY KEY", o->name);
	for (size_t i = 0; i < o->n; i++)
		add_column(&sql, o, &o->fields[i]);
	buf_addc(&sql, ')');
	store_exec(s, buf_str(&sql));
	buf_free(&sql);
}

/* With --data a table may come of another run. */
bool sf_object_check(struct store *s, struct error *error)
{
	const struct sf_object *o;

	for (size_t i = 0; (o = object_at(i)); i++) {
		sf_object_table(s, o);
		for (size_t f = 0; f < o->n; f++)
			if (!store_int(s, 0,
			        "SELECT 1 FROM pragma_table_xinfo('sf_' || ?1) WHERE name = ?2",
			        "tt", o->name, o->fields[f].name))
				return error_set(error, STATUS_DATA,
				    "%s.%s: the table kept in --data was made for another "
				    "description",
				    o->name, o->fields[f].name);
	}
	return true;
}
