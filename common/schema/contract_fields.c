#include "schema/contract_fields.h"

#include "json/row.h"
#include "schema/column_name.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- the values of a field ---- */

static bool read_name(struct doc *d, struct contract_field *f, struct span raw)
{
	const char *why;

	if (!doc_text(d, "name", raw, &f->name))
		return false;
	why = column_name_check(f->name);
	return !why || doc_wrong(d, raw.p, "name: %s", why);
}

static bool read_type(struct doc *d, struct contract_field *f, struct span raw)
{
	struct span text;

	if (!doc_text(d, "type", raw, &text))
		return false;
	return (type_find(&f->type, text) && type_can(f->type, TYPE_DECLARED)) ||
	       doc_wrong(d, raw.p, "unknown type \"%.*s\"", DOC_SHOWN(text));
}

static bool read_mode(struct doc *d, struct contract_field *f, struct span raw)
{
	struct span text;

	if (!doc_text(d, "mode", raw, &text))
		return false;
	return mode_find(&f->mode, text) ||
	       doc_wrong(d, raw.p, "unknown mode \"%.*s\"", DOC_SHOWN(text));
}

static bool read_description(struct doc *d, struct contract_field *f, struct span raw)
{
	return span_eq(raw, SPAN("\"\"")) || doc_text(d, "description", raw, &f->description);
}

static bool read_from(struct doc *d, struct contract_field *f, struct span raw)
{
	if (scan_type(raw) != JSON_ARRAY)
		return doc_path(d, "from", raw, &f->from);
	return doc_texts(d, "from", raw, DOC_EMPTY, &f->from) &&
	       (f->from.n > 0 || doc_wrong(d, raw.p, "from: is empty"));
}

static bool read_clean(struct doc *d, struct contract_field *f, struct span raw)
{
	f->clean_raw = raw;
	return doc_texts(d, "clean", raw, DOC_OBJECTS, &f->clean);
}

static bool read_default(struct doc *d, struct contract_field *f, struct span raw)
{
	(void)d;
	f->default_raw = raw;
	return true;
}

static bool read_format(struct doc *d, struct contract_field *f, struct span raw)
{
	struct texts formats = {0};
	struct span format;

	f->format_raw = raw;
	if (scan_type(raw) == JSON_ARRAY)
		return doc_texts(d, "format", raw, DOC_TEXTS, &formats);
	return doc_text(d, "format", raw, &format);
}

static bool read_tz(struct doc *d, struct contract_field *f, struct span raw)
{
	return doc_text(d, "tz", raw, &f->tz);
}

static bool read_pii(struct doc *d, struct contract_field *f, struct span raw)
{
	struct span rest = raw, name, value, word = raw;

	f->pii_raw = raw;
	if (scan_type(raw) == JSON_OBJECT)
		for (word.p = NULL; !word.p && scan_member(&rest, &name, &value);)
			if (span_eq(name, SPAN("action")))
				word = value;
	if (!word.p)
		return doc_wrong(d, raw.p, "pii: no \"action\"");
	return doc_text(d, "pii", word, &f->pii);
}

/* ---- fields ---- */

static const struct {
	const char *key;
	bool (*read)(struct doc *d, struct contract_field *f, struct span raw);
} field_keys[] = {{"name", read_name}, {"type", read_type}, {"mode", read_mode},
    {"from", read_from}, {"description", read_description}, {"clean", read_clean},
    {"default", read_default}, {"format", read_format}, {"tz", read_tz}, {"pii", read_pii}};

bool contract_fields_unknown(struct doc *d, struct span name)
{
	return doc_wrong(d, name.p, "unknown key \"%.*s\"", DOC_SHOWN(name));
}

static bool read_key(struct contract_reader *r, struct contract_field *f, const struct field *key)
{
	for (size_t i = 0; i < COUNT(field_keys); i++)
		if (span_eq(key->name, span_of(field_keys[i].key)))
			return field_keys[i].read(r->doc, f, key->value);
	return span_eq(key->name, SPAN("fields")) || contract_fields_unknown(r->doc, key->name);
}

/* What a field's values must be together; `row` is its object, `raw` that object's text. */
static bool check_field(struct contract_reader *r, struct contract_field *f, const struct row *row,
    struct span raw, int depth)
{
	const struct field *nested = row_find(row, SPAN("fields"));
	struct doc *d = r->doc;

	if (!f->name.p)
		return doc_wrong(d, raw.p, "field without a name");
	if (!row_find(row, SPAN("type")))
		return doc_wrong(d, raw.p, "field %.*s: no type", DOC_SHOWN(f->name));
	if (!f->from.item) {
		f->from = (struct texts){doc_alloc(d, sizeof *f->from.item), 1};
		*f->from.item = f->name;
	}
	if (f->type != TYPE_RECORD && nested)
		return doc_wrong(d, nested->name.p, "field %.*s: fields on a %s",
		    DOC_SHOWN(f->name), type_name(f->type));
	f->fields_raw = nested ? nested->value : (struct span){0};
	if (nested && !contract_fields_read(r, nested->value, depth + 1, &f->fields, &f->n))
		return false;
	return f->type != TYPE_RECORD || f->n > 0 ||
	       doc_wrong(d, raw.p, "field %.*s: a RECORD without fields", DOC_SHOWN(f->name));
}

static bool read_field(
    struct contract_reader *r, struct contract_field *f, struct span raw, int depth)
{
	struct row row = {0};
	bool good = true;

	if (scan_type(raw) != JSON_OBJECT)
		return doc_wrong(r->doc, raw.p, "fields: must hold objects");
	if (++r->count > CONTRACT_MAX_FIELDS)
		return doc_wrong(r->doc, raw.p, "more than %d fields", CONTRACT_MAX_FIELDS);
	f->line = doc_line(r->doc, raw.p);
	row_split(&row, raw);
	for (size_t i = 0; i < row.n && good; i++)
		good = read_key(r, f, &row.fields[i]);
	good = good && check_field(r, f, &row, raw, depth);
	row_free(&row);
	return good;
}

static bool name_is_new(const struct contract_field *fields, size_t n)
{
	struct span name = fields[n].name;

	for (size_t i = 0; i < n; i++)
		if (column_name_same(fields[i].name, name))
			return false;
	return true;
}

bool contract_fields_read(struct contract_reader *r, struct span raw, int depth,
    struct contract_field **fields, size_t *n)
{
	struct span rest = raw, item;
	size_t most = 0;

	if (scan_type(raw) != JSON_ARRAY)
		return doc_wrong(r->doc, raw.p, "fields: must be an array");
	if (depth > CONTRACT_MAX_NESTING)
		return doc_wrong(
		    r->doc, raw.p, "fields: nested deeper than %d", CONTRACT_MAX_NESTING);
	while (scan_item(&rest, &item))
		most++;
	*fields = doc_alloc(r->doc, most * sizeof **fields);
	for (rest = raw; scan_item(&rest, &item); ++*n) {
		struct contract_field *f = &(*fields)[*n];

		if (!read_field(r, f, item, depth))
			return false;
		if (!name_is_new(*fields, *n))
			return doc_wrong(
			    r->doc, item.p, "field %.*s: named twice", DOC_SHOWN(f->name));
	}
	return true;
}
