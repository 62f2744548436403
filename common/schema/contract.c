#include "schema/contract.h"

#include "json/row.h"
#include "schema/column_name.h"

#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { CLUSTER_MAX = 4 };

/* One reading; `count` is how many fields there were so far, nested ones too. */
struct reader {
	struct contract *c;
	struct doc *doc;
	size_t count;
};

/* ---- words ---- */

static const char *const modes[] = {"NULLABLE", "REQUIRED", "REPEATED"};
static const char *const partitions[] = {"DAY", "HOUR", "MONTH", "YEAR"};

const char *mode_name(enum mode mode)
{
	return modes[mode];
}

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
	size_t at = 0;
	bool good = doc_word(d, "mode", modes, COUNT(modes), raw, &at);

	f->mode = (enum mode)at;
	return good;
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

static bool read_fields(
    struct reader *r, struct span raw, int depth, struct contract_field **fields, size_t *n);

static bool unknown_key(struct doc *d, struct span name)
{
	return doc_wrong(d, name.p, "unknown key \"%.*s\"", DOC_SHOWN(name));
}

static bool read_key(struct reader *r, struct contract_field *f, const struct field *key)
{
	for (size_t i = 0; i < COUNT(field_keys); i++)
		if (span_eq(key->name, span_of(field_keys[i].key)))
			return field_keys[i].read(r->doc, f, key->value);
	return span_eq(key->name, SPAN("fields")) || unknown_key(r->doc, key->name);
}

/* What a field's values must be together; `row` is its object, `raw` that object's text. */
static bool check_field(
    struct reader *r, struct contract_field *f, const struct row *row, struct span raw, int depth)
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
	if (nested && !read_fields(r, nested->value, depth + 1, &f->fields, &f->n))
		return false;
	return f->type != TYPE_RECORD || f->n > 0 ||
	       doc_wrong(d, raw.p, "field %.*s: a RECORD without fields", DOC_SHOWN(f->name));
}

static bool read_field(struct reader *r, struct contract_field *f, struct span raw, int depth)
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

static bool read_fields(
    struct reader *r, struct span raw, int depth, struct contract_field **fields, size_t *n)
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

/* ---- the whole ---- */

static bool read_partition(struct doc *d, struct contract *c, struct span raw)
{
	struct span rest = raw, name, value;
	size_t type = 0;

	if (scan_type(raw) != JSON_OBJECT)
		return doc_wrong(d, raw.p, "partition: must be an object");
	while (scan_member(&rest, &name, &value)) {
		bool good = false;

		if (span_eq(name, SPAN("field")))
			good = doc_text(d, "partition field", value, &c->partition_field);
		else if (span_eq(name, SPAN("type")))
			good = doc_word(
			    d, "partition type", partitions, COUNT(partitions), value, &type);
		else
			unknown_key(d, name);
		if (!good)
			return false;
	}
	c->partition_type = span_of(partitions[type]);
	return c->partition_field.p || doc_wrong(d, raw.p, "partition: no field");
}

static bool read_top(struct reader *r, const struct field *f)
{
	struct contract *c = r->c;
	struct span ignored;

	if (span_eq(f->name, SPAN("name")))
		return doc_text(r->doc, "name", f->value, &c->name);
	if (span_eq(f->name, SPAN("description")))
		return doc_text(r->doc, "description", f->value, &ignored);
	if (span_eq(f->name, SPAN("key")))
		return doc_texts(r->doc, "key", f->value, DOC_TEXTS, &c->key);
	if (span_eq(f->name, SPAN("order_by")))
		return doc_text(r->doc, "order_by", f->value, &c->order_by);
	if (span_eq(f->name, SPAN("partition")))
		return read_partition(r->doc, c, f->value);
	if (span_eq(f->name, SPAN("cluster")))
		return doc_texts(r->doc, "cluster", f->value, DOC_TEXTS, &c->cluster);
	if (span_eq(f->name, SPAN("fields"))) {
		c->fields_raw = f->value;
		return read_fields(r, f->value, 1, &c->fields, &c->n);
	}
	return unknown_key(r->doc, f->name);
}

/* The names that the value of `key` holds must be fields. */
static bool check_names(
    struct reader *r, const struct row *row, const char *key, const struct span *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (names[i].p && !contract_find(r->c, names[i]))
			return doc_wrong(r->doc, row_find(row, span_of(key))->value.p,
			    "%s: no field %.*s", key, DOC_SHOWN(names[i]));
	return true;
}

static bool can(const struct contract_field *f, enum type_use use)
{
	return f->mode != MODE_REPEATED && type_can(f->type, use);
}

static bool check_clusters(struct reader *r, const struct row *row)
{
	const struct texts *names = &r->c->cluster;

	for (size_t i = 0; i < names->n; i++) {
		const struct contract_field *f = contract_find(r->c, names->item[i]);

		if (!can(f, TYPE_CLUSTER))
			return doc_wrong(r->doc, row_find(row, SPAN("cluster"))->value.p,
			    "cluster: field %.*s cannot be one of type %s%s", DOC_SHOWN(f->name),
			    f->mode == MODE_REPEATED ? "REPEATED " : "", type_name(f->type));
	}
	return true;
}

static bool check_partition(struct reader *r, const struct row *row)
{
	struct span name = r->c->partition_field;
	const struct contract_field *f = name.p ? contract_find(r->c, name) : NULL;

	return !f || can(f, TYPE_PARTITION) ||
	       doc_wrong(r->doc, row_find(row, SPAN("partition"))->value.p,
	           "partition: field %.*s must be one DATE, DATETIME or TIMESTAMP",
	           DOC_SHOWN(name));
}

static bool check_whole(struct reader *r, const struct row *row, struct span text)
{
	const struct contract *c = r->c;

	if (c->n == 0)
		return doc_wrong(r->doc, text.p, "no fields");
	if (c->cluster.n > CLUSTER_MAX)
		return doc_wrong(r->doc, row_find(row, SPAN("cluster"))->value.p,
		    "cluster: more than %d fields", CLUSTER_MAX);
	return check_names(r, row, "key", c->key.item, c->key.n) &&
	       check_names(r, row, "order_by", &c->order_by, 1) &&
	       check_names(r, row, "cluster", c->cluster.item, c->cluster.n) &&
	       check_clusters(r, row) && check_names(r, row, "partition", &c->partition_field, 1) &&
	       check_partition(r, row);
}

static bool read_whole(struct reader *r, struct span text)
{
	struct row row = {0};
	const char *broken = row_parse(&row, text);
	bool good = !broken;

	if (broken && row.bad.p)
		doc_wrong(r->doc, row.scan.at, "%s \"%.*s\"", broken, DOC_SHOWN(row.bad));
	else if (broken)
		doc_wrong(r->doc, row.scan.at, "%s", broken);
	for (size_t i = 0; i < row.n && good; i++)
		good = read_top(r, &row.fields[i]);
	good = good && check_whole(r, &row, text);
	row_free(&row);
	return good;
}

bool contract_read(struct contract *c, const char *path, char why[CONTRACT_WHY])
{
	struct reader r = {.c = c, .doc = &c->doc};
	struct span text;

	*c = (struct contract){.path = path};
	if (doc_read(r.doc, path, CONTRACT_MAX_BYTES, why, CONTRACT_WHY, &text) &&
	    read_whole(&r, text))
		return true;
	contract_free(c);
	return false;
}

const struct contract_field *contract_find(const struct contract *c, struct span name)
{
	for (size_t i = 0; i < c->n; i++)
		if (span_eq(c->fields[i].name, name))
			return &c->fields[i];
	return NULL;
}

struct span contract_text(const struct contract *c)
{
	return buf_span(&c->doc.text);
}

void contract_free(struct contract *c)
{
	doc_free(&c->doc);
	*c = (struct contract){0};
}
