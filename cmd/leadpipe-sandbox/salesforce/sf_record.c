#include "salesforce/sf_record.h"
#include "salesforce/sf_value.h"

#include "base/time.h"
#include "json/jstr.h"
#include "json/scan.h"

#include <stdio.h>
#include <stdlib.h>

enum { NAME_MAX_BYTES = 1 << 16 };

/* Three characters that say which of the 15 are upper case, so that ids survive spreadsheets. */
static void add_checksum(char id[SF_ID])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

	for (int chunk = 0; chunk < 3; chunk++) {
		int bits = 0;

		for (int i = 0; i < 5; i++)
			if (id[chunk * 5 + i] >= 'A' && id[chunk * 5 + i] <= 'Z')
				bits |= 1 << i;
		id[15 + chunk] = digits[bits];
	}
	id[18] = '\0';
}

void sf_record_id(char id[SF_ID], const char *prefix, int64_t number)
{
	static const char digits[] =
	    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

	memcpy(id, prefix, 3);
	memcpy(id + 3, "5g0000", 6);
	for (int i = 14; i >= 9; i--, number /= 62)
		id[i] = digits[number % 62];
	add_checksum(id);
}

static bool check_attributes(
    const struct sf_object *o, struct span attributes, struct sf_error *whole)
{
	struct span name, value;

	if (scan_type(attributes) == JSON_OBJECT)
		while (scan_member(&attributes, &name, &value))
			if (span_eq(name, SPAN("type")) && value.n >= 2 &&
			    sf_object_find((struct span){value.p + 1, value.n - 2}) == o)
				return true;
	sf_error_set(whole, 400, "INVALID_INPUT", NULL,
	    "attributes.type of every record must be the object of the URI");
	return false;
}

void sf_record_init(struct sf_record *r, const struct sf_object *o)
{
	r->object = o;
	r->n = 0;
	r->key[0] = r->id[0] = '\0';
	r->error = (struct sf_error){0};
	r->created = false;
}

static void read_key(char key[SF_KEY], struct span raw)
{
	struct buf scratch;
	struct span text = raw;

	buf_init(&scratch, NAME_MAX_BYTES);
	if (scan_type(raw) == JSON_STRING)
		text = span_trim(jstr_text(raw, &scratch));
	if (scan_type(raw) != JSON_NULL)
		snprintf(key, SF_KEY, "%.*s", SPAN_ARG(text));
	buf_free(&scratch);
}

/* Account.Ext__c: the reference, and the field of the other object that the value is of. */
static const struct sf_field *read_dotted(
    const struct sf_object *o, struct span name, const struct sf_field **by)
{
	const char *dot = memchr(name.p, '.', name.n);
	size_t head = dot ? (size_t)(dot - name.p) : 0;
	const struct sf_field *f =
	    dot ? sf_object_relationship(o, (struct span){name.p, head}) : NULL;
	const struct sf_object *other = f ? sf_object_find(span_of(f->values)) : NULL;

	*by = other ? sf_object_field(other, span_skip(name, head + 1)) : NULL;
	return *by && (*by)->flags & SF_EXTERNAL ? f : NULL;
}

bool sf_record_add(struct sf_record *r, const struct sf_field *key, struct span name,
    struct span raw, struct sf_error *whole)
{
	const struct sf_field *by = NULL, *f = sf_object_field(r->object, name);

	if (!f)
		f = read_dotted(r->object, name, &by);
	if (f && f->type == SF_ID_TYPE)
		sf_error_set(whole, 400, "INVALID_FIELD", NULL,
		    "The Id field should not be specified in the sobject data.");
	else if (!f || r->n == SF_FIELDS_MAX)
		sf_error_set(whole, 400, "INVALID_FIELD", NULL,
		    "No such column '%.*s' on sobject of type %s", SPAN_ARG(name), r->object->name);
	if (*whole->code)
		return false;
	if (f == key && key)
		read_key(r->key, raw);
	r->field[r->n] = f;
	r->by[r->n] = by;
	r->raw[r->n++] = raw;
	return true;
}

/* Salesforce's parser reads values as their fields' types, all before anything is done. */
static bool check_parsed(struct sf_record *r, struct sf_error *whole)
{
	static const char *const tokens[] = {[JSON_STRING] = "VALUE_STRING",
	    [JSON_NUMBER] = "VALUE_NUMBER_FLOAT",
	    [JSON_TRUE] = "VALUE_TRUE",
	    [JSON_FALSE] = "VALUE_FALSE",
	    [JSON_OBJECT] = "START_OBJECT",
	    [JSON_ARRAY] = "START_ARRAY",
	    [JSON_NULL] = "VALUE_NULL"};
	const struct sf_field *f = r->by[r->n - 1] ? r->by[r->n - 1] : r->field[r->n - 1];
	struct span raw = r->raw[r->n - 1];

	if (sf_value_parses(f, raw))
		return true;
	sf_error_set(whole, 400, "JSON_PARSER_ERROR", NULL,
	    "Cannot deserialize instance of %s from %s value %.*s or request may be missing a "
	    "required "
	    "field",
	    sf_object_type(f->type), tokens[scan_type(raw)], (int)(raw.n < 100 ? raw.n : 100),
	    raw.p);
	return false;
}

/* {"Account":{"Ext__c":"A-1"}} is Account.Ext__c. */
static bool read_member(struct sf_record *r, const struct sf_field *key, struct span name,
    struct span value, struct sf_error *whole)
{
	struct span inner, inner_value;
	struct buf dotted;
	bool ok;

	if (scan_type(value) != JSON_OBJECT || !scan_member(&value, &inner, &inner_value))
		return sf_record_add(r, key, name, value, whole) && check_parsed(r, whole);
	buf_init(&dotted, NAME_MAX_BYTES);
	buf_addf(&dotted, "%.*s.%.*s", SPAN_ARG(name), SPAN_ARG(inner));
	ok = sf_record_add(r, key, buf_span(&dotted), inner_value, whole) && check_parsed(r, whole);
	buf_free(&dotted);
	return ok;
}

bool sf_record_read(struct sf_record *r, const struct sf_object *o, const struct sf_field *key,
    struct span object, struct sf_error *whole)
{
	struct span name, value;

	sf_record_init(r, o);
	while (scan_member(&object, &name, &value)) {
		bool ok = span_eq(name, SPAN("attributes"))
		              ? check_attributes(o, value, whole)
		              : read_member(r, key, name, value, whole);
		if (!ok)
			return false;
	}
	return true;
}

static bool has_value(const struct sf_record *r, const struct sf_field *field, bool creating)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->field[i] == field)
			return !sf_value_is_empty(r->raw[i]);
	return !creating;
}

static bool check_required(struct sf_record *r, bool creating)
{
	char missing[SF_MESSAGE] = "", shown[SF_MESSAGE] = "";
	size_t n = 0, m = 0;

	for (size_t i = 0; i < r->object->n; i++) {
		const struct sf_field *f = &r->object->fields[i];

		if (!(f->flags & SF_REQUIRED) || has_value(r, f, creating) ||
		    n > sizeof missing / 2)
			continue;
		m += (size_t)sprintf(shown + m, "%s%s", m ? ", " : "", f->name);
		n += (size_t)sprintf(missing + n, "%s%s", n ? "," : "", f->name);
	}
	if (n == 0)
		return true;
	sf_error_set(&r->error, 400, "REQUIRED_FIELD_MISSING", missing,
	    "Required fields are missing: [%.300s]", shown);
	return false;
}

static bool check_writable(struct sf_record *r)
{
	for (size_t i = 0; i < r->n; i++) {
		if (!(r->field[i]->flags & SF_READ_ONLY))
			continue;
		sf_error_set(&r->error, 400, "INVALID_FIELD_FOR_INSERT_UPDATE", r->field[i]->name,
		    "Unable to create/update fields: %s. Please check the security settings of "
		    "this field "
		    "and verify that it is read/write for your profile or permission set.",
		    r->field[i]->name);
		return false;
	}
	return true;
}

static sqlite3_stmt *prepare_update(struct store *s, const struct sf_record *r)
{
	struct buf sql;
	sqlite3_stmt *stmt;

	buf_init(&sql, SF_SQL_MAX);
	buf_addf(&sql, "UPDATE \"sf_%s\" SET LastModifiedDate = ?1", r->object->name);
	for (size_t i = 0; i < r->n; i++)
		buf_addf(&sql, ", \"%s\" = ?%zu", r->field[i]->name, i + 3);
	buf_adds(&sql, " WHERE Id = ?2");
	stmt = store_borrow(s, buf_str(&sql));
	buf_free(&sql);
	return stmt;
}

/* The id of the record that the external id `raw` names, as the value of a reference. */
static bool bind_reference(
    struct store *s, sqlite3_stmt *stmt, int index, struct sf_record *r, size_t i)
{
	const struct sf_object *other = sf_object_find(span_of(r->field[i]->values));
	char sql[256], key[SF_KEY] = "", *id;

	read_key(key, r->raw[i]);
	if (!*key) {
		sqlite3_bind_null(stmt, index);
		return true;
	}
	sf_object_table(s, other);
	snprintf(sql, sizeof sql, "SELECT Id FROM \"sf_%s\" WHERE \"%s\" = ?1", other->name,
	    r->by[i]->name);
	id = store_text(s, sql, "t", key);
	if (id)
		sqlite3_bind_text(stmt, index, id, -1, SQLITE_TRANSIENT);
	else
		sf_error_set(&r->error, 400, "INVALID_FIELD", r->by[i]->name,
		    "Foreign key external ID: %.100s not found for field %s in entity %s", key,
		    r->by[i]->name, other->name);
	free(id);
	return !*r->error.code;
}

static bool bind_field(
    struct store *s, sqlite3_stmt *stmt, int index, struct sf_record *r, size_t i)
{
	if (r->by[i])
		return bind_reference(s, stmt, index, r, i);
	return sf_value_bind(stmt, index, r->field[i], r->raw[i], &r->error);
}

/*
 * SQLite names the column that another record has the value of: "UNIQUE constraint failed:
 * sf_Lead.Ext__c".
 */
static void blame_double(struct store *s, struct sf_record *r)
{
	const char *dot = strrchr(sqlite3_errmsg(s->db), '.');
	const char *field = dot ? dot + 1 : "<unknown>";

	sf_error_set(&r->error, 400, "DUPLICATE_VALUE", field,
	    "duplicate value found: %s duplicates value on record with id: <unknown>", field);
}

static bool update(struct store *s, struct sf_record *r, const char *now)
{
	sqlite3_stmt *stmt = prepare_update(s, r);
	bool ok = true;

	sqlite3_bind_text(stmt, 1, now, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(stmt, 2, r->id, -1, SQLITE_TRANSIENT);
	for (size_t i = 0; ok && i < r->n; i++)
		ok = bind_field(s, stmt, (int)i + 3, r, i);
	if (ok && sqlite3_step(stmt) != SQLITE_DONE) {
		blame_double(s, r);
		ok = false;
	}
	store_give_back(s, stmt);
	return ok;
}

static void insert(struct store *s, struct sf_record *r, const char *now)
{
	char sql[256];

	snprintf(
	    sql, sizeof sql, "SELECT coalesce(max(number), 0) + 1 FROM \"sf_%s\"", r->object->name);
	sf_record_id(r->id, r->object->prefix, store_int(s, 1, sql, ""));
	snprintf(sql, sizeof sql, "INSERT INTO \"sf_%s\" (Id, CreatedDate) VALUES (?1, ?2)",
	    r->object->name);
	store_run(s, sql, "tt", r->id, now);
}

/* The record's id, or none: it is to be created. False: several records have its key. */
static bool find(struct store *s, struct sf_record *r, const struct sf_field *key)
{
	char sql[400], *ids;
	size_t n;

	snprintf(sql, sizeof sql,
	    "SELECT group_concat(Id, ', ') FROM (SELECT Id FROM \"sf_%s\" WHERE \"%s\" = ?1 LIMIT "
	    "2)",
	    r->object->name, key->name);
	ids = store_text(s, sql, "t", r->key);
	n = ids ? strlen(ids) : 0;
	if (n >= SF_ID)
		sf_error_set(&r->error, 300, "DUPLICATE_EXTERNAL_ID", key->name,
		    "%s: more than one record found for external id field: [%s]", key->name, ids);
	else
		snprintf(r->id, sizeof r->id, "%s", ids ? ids : "");
	free(ids);
	return n < SF_ID;
}

void sf_record_save(struct store *s, struct sf_record *r, const struct sf_field *key)
{
	char now[TIME_TEXT + 16], text[TIME_TEXT];

	if (key && !*r->key) {
		sf_error_set(
		    &r->error, 400, "MISSING_ARGUMENT", NULL, "%s not specified", key->name);
		return;
	}
	time_rfc3339(text, clock_now());
	snprintf(now, sizeof now, "%.19s.000+0000", text);
	if (key && !find(s, r, key))
		return;
	r->created = !*r->id;
	if (!check_writable(r) || !check_required(r, r->created))
		return;
	store_run(s, "SAVEPOINT record", "");
	if (r->created)
		insert(s, r, now);
	if (!update(s, r, now))
		store_exec(s, "ROLLBACK TO record");
	store_run(s, "RELEASE record", "");
}

void sf_record_write(struct buf *b, const struct sf_object *o, const char *version,
    const struct sf_field *const *fields, size_t n, sqlite3_stmt *stmt)
{
	buf_addf(b,
	    "{\"attributes\":{\"type\":\"%s\",\"url\":\"/services/data/%s/sobjects/%s/%s\"}",
	    o->name, version, o->name, (const char *)sqlite3_column_text(stmt, 0));
	for (size_t i = 0; i < n; i++) {
		buf_addf(b, ",\"%s\":", fields[i]->name);
		sf_value_write(b, fields[i], stmt, (int)i + 1);
	}
	buf_addc(b, '}');
}
