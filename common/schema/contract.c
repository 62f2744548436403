#include "schema/contract.h"

#include "json/row.h"
#include "schema/contract_fields.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { CLUSTER_MAX = 4 };

static const char *const partitions[] = {"DAY", "HOUR", "MONTH", "YEAR"};

static bool read_partition_field(struct contract_reader *r, struct span raw)
{
	return doc_text(r->doc, "partition field", raw, &r->c->partition_field);
}

static bool read_partition_type(struct contract_reader *r, struct span raw)
{
	size_t type = 0;
	bool good = doc_word(r->doc, "partition type", partitions, COUNT(partitions), raw, &type);

	r->c->partition_type = span_of(partitions[type]);
	return good;
}

struct top_key {
	const char *key;
	bool (*read)(struct contract_reader *r, struct span raw);
};

static bool read_member(struct contract_reader *r, const struct top_key *keys, size_t n,
    struct span name, struct span raw)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq(name, span_of(keys[i].key)))
			return keys[i].read(r, raw);
	return contract_fields_unknown(r->doc, name);
}

static bool read_partition(struct contract_reader *r, struct span raw)
{
	static const struct top_key keys[] = {
	    {"field", read_partition_field}, {"type", read_partition_type}};
	struct span rest = raw, name, value;

	r->c->partition_type = span_of(partitions[0]);
	if (scan_type(raw) != JSON_OBJECT)
		return doc_wrong(r->doc, raw.p, "partition: must be an object");
	while (scan_member(&rest, &name, &value))
		if (!read_member(r, keys, COUNT(keys), name, value))
			return false;
	return r->c->partition_field.p || doc_wrong(r->doc, raw.p, "partition: no field");
}

static bool read_table_name(struct contract_reader *r, struct span raw)
{
	return doc_text(r->doc, "name", raw, &r->c->name);
}

static bool read_table_description(struct contract_reader *r, struct span raw)
{
	struct span ignored;

	return doc_text(r->doc, "description", raw, &ignored);
}

static bool read_table_key(struct contract_reader *r, struct span raw)
{
	return doc_texts(r->doc, "key", raw, DOC_TEXTS, &r->c->key);
}

static bool read_order_by(struct contract_reader *r, struct span raw)
{
	return doc_text(r->doc, "order_by", raw, &r->c->order_by);
}

static bool read_cluster(struct contract_reader *r, struct span raw)
{
	return doc_texts(r->doc, "cluster", raw, DOC_TEXTS, &r->c->cluster);
}

static bool read_table_fields(struct contract_reader *r, struct span raw)
{
	r->c->fields_raw = raw;
	return contract_fields_read(r, raw, 1, &r->c->fields, &r->c->n);
}

static const struct top_key top_keys[] = {{"name", read_table_name},
    {"description", read_table_description}, {"key", read_table_key}, {"order_by", read_order_by},
    {"partition", read_partition}, {"cluster", read_cluster}, {"fields", read_table_fields}};

/* The names that the value of `key` holds must be fields. */
static bool check_names(struct contract_reader *r, const struct row *row, const char *key,
    const struct span *names, size_t n)
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

static bool check_clusters(struct contract_reader *r, const struct row *row)
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

static bool check_partition(struct contract_reader *r, const struct row *row)
{
	struct span name = r->c->partition_field;
	const struct contract_field *f = name.p ? contract_find(r->c, name) : NULL;

	return !f || can(f, TYPE_PARTITION) ||
	       doc_wrong(r->doc, row_find(row, SPAN("partition"))->value.p,
	           "partition: field %.*s must be one DATE, DATETIME or TIMESTAMP",
	           DOC_SHOWN(name));
}

static bool check_whole(struct contract_reader *r, const struct row *row, struct span text)
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

static bool read_whole(struct contract_reader *r, struct span text)
{
	struct row row = {0};
	const char *broken = row_parse(&row, text);
	bool good = !broken;

	if (broken && row.bad.p)
		doc_wrong(r->doc, row.scan.at, "%s \"%.*s\"", broken, DOC_SHOWN(row.bad));
	else if (broken)
		doc_wrong(r->doc, row.scan.at, "%s", broken);
	for (size_t i = 0; i < row.n && good; i++)
		good = read_member(
		    r, top_keys, COUNT(top_keys), row.fields[i].name, row.fields[i].value);
	good = good && check_whole(r, &row, text);
	row_free(&row);
	return good;
}

bool contract_read(struct contract *c, const char *path, struct error *error)
{
	struct contract_reader r = {.c = c, .doc = &c->doc};
	struct span text;

	*c = (struct contract){.path = path};
	if (doc_read(r.doc, path, CONTRACT_MAX_BYTES, error, &text) && read_whole(&r, text))
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
