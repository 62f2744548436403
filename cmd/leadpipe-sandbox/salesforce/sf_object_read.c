#include "salesforce/sf_object.h"

#include "base/file.h"
#include "base/mem.h"
#include "wire/jdoc.h"

#include <strings.h>

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS  "0123456789"

enum { FILE_MOST = 64 << 20 };

/* The file, and how far one is in it. */
struct sf_reading {
	const char *path, *object, *field;
	struct sf_field *fields; /* of the object; they stay */
	size_t n;
	struct error *error;
};

/* Always false. */
static bool refuse(const struct sf_reading *r, const char *rule)
{
	return error_set(r->error, STATUS_DATA, "%s: %s%s%s: %s", r->path, r->object,
	    *r->field ? "." : "", r->field, rule);
}

static bool read_name(const struct sf_reading *r, const jdoc *doc, const char **to)
{
	const char *name = jdoc_text(doc, "name", "");
	size_t n = strspn(name, LETTERS DIGITS "_");

	if (n == 0 || n >= SF_NAME || name[n] || !strchr(LETTERS, *name))
		return refuse(r, "a name must begin with a letter and hold letters, digits and _");
	*to = mem_text(name);
	return true;
}

static bool read_type(const struct sf_reading *r, const jdoc *f, bool writable, enum sf_type *to)
{
	const char *type = jdoc_text(f, "type", "string");

	for (*to = 0; *to <= SF_ANY; ++*to)
		if (strcmp(sf_object_type(*to), type) == 0)
			return true;
	*to = strcmp(type, "encryptedstring") == 0 ? SF_STRING : SF_ANY;
	return *to == SF_STRING || !writable || refuse(r, "this sandbox does not know the type");
}

static int read_length(const jdoc *f, enum sf_type type)
{
	static const int lengths[] = {[SF_ID_TYPE] = 18,
	    [SF_STRING] = 255,
	    [SF_TEXTAREA] = 32768,
	    [SF_EMAIL] = 80,
	    [SF_PHONE] = 40,
	    [SF_URL] = 255,
	    [SF_COMBOBOX] = 255,
	    [SF_PICKLIST] = 255,
	    [SF_MULTIPICKLIST] = 4099,
	    [SF_REFERENCE] = 18,
	    [SF_ANY] = 0};

	return (int)jdoc_int(f, "length", lengths[type]);
}

/* The values of a picklist, or the object that a reference leads to. */
static char *read_values(const jdoc *f, enum sf_type type)
{
	const jdoc *list = jdoc_at(f, "picklistValues"), *item;
	struct buf b;
	char *values;

	if (type == SF_REFERENCE)
		return mem_text(jdoc_text(f, "referenceTo.0", ""));
	buf_init(&b, FILE_MOST);
	for (size_t i = 0; i < jdoc_count(list); i++) {
		item = jdoc_item(list, i, NULL);
		if (jdoc_bool(item, "active", true))
			buf_addf(&b, "%s%s", b.n ? "\n" : "", jdoc_text(item, "value", ""));
	}
	values = b.n ? mem_text(buf_str(&b)) : NULL;
	buf_free(&b);
	return values;
}

/* What a new record has where none is given; or NULL. */
static char *read_preset(const jdoc *f, enum sf_type type)
{
	const jdoc *list = jdoc_at(f, "picklistValues");
	const char *text = jdoc_text(f, "defaultValue", NULL);

	if (type == SF_BOOLEAN)
		text = jdoc_bool(f, "defaultValue", false) ? "1" : "0";
	for (size_t i = 0; !text && i < jdoc_count(list); i++)
		if (jdoc_bool(jdoc_item(list, i, NULL), "defaultValue", false))
			text = jdoc_text(jdoc_item(list, i, NULL), "value", NULL);
	return text ? mem_text(text) : NULL;
}

static int read_flags(const jdoc *f, enum sf_type type, bool writable)
{
	bool optional = jdoc_bool(f, "nillable", true) || jdoc_bool(f, "defaultedOnCreate", false);
	int flags = writable ? 0 : SF_READ_ONLY;

	if (writable && !optional && type != SF_BOOLEAN)
		flags |= SF_REQUIRED;
	if (jdoc_bool(f, "externalId", false))
		flags |= SF_EXTERNAL;
	if (jdoc_bool(f, "unique", false))
		flags |= SF_UNIQUE;
	if (jdoc_bool(f, "caseSensitive", false))
		flags |= SF_CASE;
	if (jdoc_bool(f, "restrictedPicklist", false))
		flags |= SF_RESTRICTED;
	return flags;
}

static bool has(const struct sf_reading *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcasecmp(r->fields[i].name, name) == 0)
			return true;
	return false;
}

static bool add(struct sf_reading *r, const struct sf_field *f)
{
	if (r->n == SF_FIELDS_MAX)
		return refuse(r, "more than 1000 fields");
	r->fields = mem_resize(r->fields, r->n + 1, sizeof *r->fields);
	r->fields[r->n++] = *f;
	return true;
}

static bool read_field(struct sf_reading *r, const jdoc *f)
{
	bool writable = jdoc_bool(f, "createable", true) || jdoc_bool(f, "updateable", true);
	const char *relationship = jdoc_text(f, "relationshipName", NULL);
	enum sf_type type;
	bool ok;

	r->field = "(field)";
	if (!read_name(r, f, &r->field))
		return false;
	if (has(r, r->field))
		return refuse(r, "it is there twice");
	if (!read_type(r, f, writable, &type))
		return false;
	ok = add(r, &(struct sf_field){.name = r->field,
	                .label = mem_text(jdoc_text(f, "label", r->field)),
	                .type = type,
	                .length = read_length(f, type),
	                .flags = read_flags(f, type, writable),
	                .values = read_values(f, type),
	                .preset = read_preset(f, type),
	                .relationship = relationship ? mem_text(relationship) : NULL});
	r->field = "";
	return ok;
}

/* What the sandbox itself keeps of each record. */
static bool add_system_fields(struct sf_reading *r)
{
	static const struct sf_field fields[] = {
	    {"Id", "Record ID", SF_ID_TYPE, .length = 18, .flags = SF_READ_ONLY},
	    {"CreatedDate", "Created Date", SF_DATETIME, .flags = SF_READ_ONLY},
	    {"LastModifiedDate", "Last Modified Date", SF_DATETIME, .flags = SF_READ_ONLY}};

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (!has(r, fields[i].name) && !add(r, &fields[i]))
			return false;
	return true;
}

/* "a00" and on for objects whose ids begin with nothing of their own. */
static bool read_prefix(struct sf_reading *r, const jdoc *doc, size_t number, const char **to)
{
	const char *prefix = jdoc_text(doc, "keyPrefix", NULL);

	if (prefix && (strlen(prefix) != 3 || strspn(prefix, LETTERS DIGITS) != 3))
		return refuse(r, "keyPrefix must be three letters or digits");
	*to = prefix ? mem_text(prefix) : mem_format("a%02zu", number % 100);
	return true;
}

static bool read_object(const char *path, const jdoc *doc, size_t number, struct error *error)
{
	/* Static: what was read of a description that is refused stays, as the program ends. */
	static struct sf_reading r;
	const jdoc *fields = jdoc_at(doc, "fields");
	struct sf_object o;
	const char *prefix = NULL;

	r = (struct sf_reading){.path = path, .object = "(object)", .field = "", .error = error};
	if (!read_name(&r, doc, &r.object))
		return false;
	if (!jdoc_is_array(fields))
		return refuse(&r, "a description must have a list of fields");
	for (size_t i = 0; i < jdoc_count(fields); i++)
		if (!read_field(&r, jdoc_item(fields, i, NULL)))
			return false;
	if (!add_system_fields(&r) || !read_prefix(&r, doc, number, &prefix))
		return false;
	o = (struct sf_object){.name = r.object,
	    .label = mem_text(jdoc_text(doc, "label", r.object)),
	    .prefix = prefix,
	    .fields = r.fields,
	    .n = r.n};
	sf_object_add(&o);
	return true;
}

bool sf_object_read(const char *path, struct error *error)
{
	char why[JDOC_WHY];
	struct buf b;
	file_error failed;
	bool ok = true;
	jdoc *doc;

	buf_init(&b, FILE_MOST);
	failed = file_read(path, &b);
	doc = failed ? NULL : jdoc_parse(buf_span(&b), why);
	buf_free(&b);
	if (!doc)
		return error_set(error, STATUS_DATA, "%s: %s", path, failed ? failed : why);
	if (jdoc_is_object(doc))
		ok = read_object(path, doc, 0, error);
	for (size_t i = 0; ok && jdoc_is_array(doc) && i < jdoc_count(doc); i++)
		ok = read_object(path, jdoc_item(doc, i, NULL), i, error);
	jdoc_free(doc);
	return ok;
}
