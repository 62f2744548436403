#include "salesforce/sf_object.h"

#include "json/jstr.h"

static const char *const names[] = {
    [SF_ID_TYPE] = "id",
    [SF_STRING] = "string",
    [SF_TEXTAREA] = "textarea",
    [SF_EMAIL] = "email",
    [SF_PHONE] = "phone",
    [SF_URL] = "url",
    [SF_COMBOBOX] = "combobox",
    [SF_PICKLIST] = "picklist",
    [SF_MULTIPICKLIST] = "multipicklist",
    [SF_BOOLEAN] = "boolean",
    [SF_INT] = "int",
    [SF_DOUBLE] = "double",
    [SF_CURRENCY] = "currency",
    [SF_PERCENT] = "percent",
    [SF_DATE] = "date",
    [SF_DATETIME] = "datetime",
    [SF_REFERENCE] = "reference",
    [SF_ANY] = "anyType",
};

const char *sf_object_type(enum sf_type type)
{
	return names[type];
}

static void add_flag(struct buf *b, const char *name, bool set)
{
	buf_addf(b, ",\"%s\":%s", name, set ? "true" : "false");
}

static void add_text(struct buf *b, const char *name, const char *text)
{
	buf_addf(b, ",\"%s\":", name);
	jstr_quote_any(b, span_of(text));
}

static void add_default(struct buf *b, const struct sf_field *f)
{
	if (f->type == SF_BOOLEAN)
		add_flag(b, "defaultValue", f->preset && *f->preset == '1');
	else if (f->preset && !f->values)
		add_text(b, "defaultValue", f->preset);
	else
		buf_adds(b, ",\"defaultValue\":null");
}

static void add_picklist(struct buf *b, const struct sf_field *f)
{
	const char *comma = "", *values = f->type == SF_REFERENCE ? NULL : f->values;

	buf_adds(b, ",\"picklistValues\":[");
	for (size_t n; values && *values; values += n + (values[n] == '\n')) {
		struct span value = {values, n = strcspn(values, "\n")};

		bool preset = f->preset && span_eq(value, span_of(f->preset));

		buf_addf(b, "%s{\"active\":true,\"defaultValue\":%s,\"label\":", comma,
		    preset ? "true" : "false");
		jstr_quote_any(b, value);
		buf_adds(b, ",\"value\":");
		jstr_quote_any(b, value);
		buf_addc(b, '}');
		comma = ",";
	}
	buf_addc(b, ']');
}

static void add_relationship(struct buf *b, const struct sf_field *f)
{
	char name[SF_NAME];

	sf_object_relationship_name(name, f);
	if (*name)
		add_text(b, "relationshipName", name);
	else
		buf_adds(b, ",\"relationshipName\":null");
	buf_adds(b, ",\"referenceTo\":[");
	if (f->type == SF_REFERENCE && f->values)
		jstr_quote_any(b, span_of(f->values));
	buf_addc(b, ']');
}

static void add_field(struct buf *b, const struct sf_field *f)
{
	bool writable = !(f->flags & SF_READ_ONLY), external = f->flags & SF_EXTERNAL;

	buf_addf(b, "{\"name\":\"%s\",\"type\":\"%s\",\"length\":%d,\"byteLength\":%d", f->name,
	    names[f->type], f->length, 3 * f->length);
	add_text(b, "label", f->label);
	add_flag(b, "nillable", writable && !(f->flags & SF_REQUIRED) && f->type != SF_BOOLEAN);
	add_flag(b, "createable", writable);
	add_flag(b, "updateable", writable);
	add_flag(b, "externalId", external);
	add_flag(b, "idLookup", external || f->type == SF_ID_TYPE || f->type == SF_EMAIL);
	add_flag(b, "unique", f->flags & SF_UNIQUE);
	add_flag(b, "caseSensitive", f->flags & SF_CASE);
	add_flag(b, "custom", strstr(f->name, "__c") != NULL);
	add_flag(b, "defaultedOnCreate", f->preset || !writable);
	add_flag(b, "restrictedPicklist", f->flags & SF_RESTRICTED);
	add_relationship(b, f);
	add_default(b, f);
	add_picklist(b, f);
	buf_addc(b, '}');
}

void sf_object_describe(struct buf *b, const struct sf_object *o)
{
	buf_addf(b, "{\"name\":\"%s\",\"keyPrefix\":\"%s\"", o->name, o->prefix);
	add_text(b, "label", o->label);
	add_flag(b, "createable", true);
	add_flag(b, "updateable", true);
	add_flag(b, "queryable", true);
	add_flag(b, "custom", strstr(o->name, "__c") != NULL);
	buf_adds(b, ",\"fields\":[");
	for (size_t i = 0; i < o->n; i++) {
		if (i > 0)
			buf_addc(b, ',');
		add_field(b, &o->fields[i]);
	}
	buf_adds(b, "]}");
}
