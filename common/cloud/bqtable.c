#include "cloud/bqtable.h"

#include "base/mem.h"
#include "base/text.h"
#include "schema/column_name.h"
#include "schema/letters.h"

#include <stdlib.h>
#include <strings.h>

enum { NAME_MAX_BYTES = 1024 };

#define WORD    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
#define PROJECT "abcdefghijklmnopqrstuvwxyz0123456789-.:"

/* ---- names -------------------------------------------------------------------------------- */

static bool only(struct span s, const char *set)
{
	for (size_t i = 0; i < s.n; i++)
		if (!s.p[i] || !strchr(set, s.p[i]))
			return false;
	return s.n > 0 && s.n <= NAME_MAX_BYTES;
}

/* Letters, marks, numbers, connectors and dashes of any script, and the space. */
static bool is_table_name(struct span s)
{
	if (s.n == 0 || s.n > NAME_MAX_BYTES || text_valid(s) < s.n)
		return false;
	while (s.n > 0) {
		uint32_t point = text_take(&s);

		if (point < 0x80 ? !point || !strchr(WORD "- ", (int)point) : !letters_has(point))
			return false;
	}
	return true;
}

static bool is_table_id(struct span s)
{
	const char *dollar = memchr(s.p, '$', s.n);
	size_t n = dollar ? (size_t)(dollar - s.p) : s.n;

	return is_table_name((struct span){s.p, n}) && (!dollar || only(span_skip(s, n + 1), WORD));
}

/* The place of the last byte of `set` in s, or s.n. */
static size_t last_of(struct span s, const char *set)
{
	for (size_t i = s.n; i > 0; i--)
		if (s.p[i - 1] && strchr(set, s.p[i - 1]))
			return i - 1;
	return s.n;
}

bool bqtable_parse(struct bqtable *t, const char *text, const char *project)
{
	struct span all = span_of(text), head, owner = span_of(project), dataset, id;
	size_t dot = last_of(all, "."), cut;

	*t = (struct bqtable){0};
	if (dot == all.n)
		return false;
	head = (struct span){text, dot};
	id = span_skip(all, dot + 1);
	cut = last_of(head, ".:");
	dataset = cut == head.n ? head : span_skip(head, cut + 1);
	if (cut != head.n)
		owner = (struct span){text, cut};
	if (!only(owner, PROJECT) || !only(dataset, WORD) || !is_table_id(id))
		return false;
	t->project = mem_dup(owner.p, owner.n);
	t->dataset = mem_dup(dataset.p, dataset.n);
	t->table = mem_dup(id.p, id.n);
	t->text = mem_format("%s.%s.%s", t->project, t->dataset, t->table);
	return true;
}

void bqtable_free(struct bqtable *t)
{
	free(t->project);
	free(t->dataset);
	free(t->table);
	free(t->text);
	*t = (struct bqtable){0};
}

bool bqtable_has_partition(const struct bqtable *t)
{
	return strchr(t->table, '$') != NULL;
}

static char *bare_id(const struct bqtable *t)
{
	return mem_dup(t->table, strcspn(t->table, "$"));
}

void bqtable_sql(struct buf *b, const struct bqtable *t)
{
	char *id = bare_id(t);

	buf_addf(b, "`%s.%s.%s`", t->project, t->dataset, id);
	free(id);
}

void bqtable_reference(jdoc *doc, const char *path, const struct bqtable *t, bool decorated)
{
	char *id = decorated ? mem_text(t->table) : bare_id(t);
	jdoc *reference = jdoc_object();

	jdoc_set_text(reference, "projectId", t->project);
	jdoc_set_text(reference, "datasetId", t->dataset);
	jdoc_set_text(reference, "tableId", id);
	jdoc_set(doc, path, reference);
	free(id);
}

/* ---- the resource ------------------------------------------------------------------------- */

/* Calls the table's own URL. */
static jdoc *call(
    struct bigquery *bq, const char *method, const struct bqtable *t, const jdoc *body)
{
	char *id = bare_id(t);
	struct buf url;
	jdoc *doc;

	buf_init(&url, BIGQUERY_URL);
	bigquery_url(bq, &url, "projects", t->project, "datasets", t->dataset, "tables", id, NULL);
	doc = bigquery_call(bq, method, buf_str(&url), body);
	buf_free(&url);
	free(id);
	return doc;
}

bool bqtable_get(struct bigquery *bq, const struct bqtable *t, jdoc **doc)
{
	*doc = call(bq, "GET", t, NULL);
	if (!*doc && bq->code == 404)
		bq->error.status = STATUS_OK;
	return *doc || !bq->error.status;
}

void bqtable_state(struct buf *b, const jdoc *table)
{
	static const char *const keys[] = {"creationTime", "lastModifiedTime", "numRows"};

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		buf_addf(b, "%s ", jdoc_text(table, keys[i], "-"));
}

bool bqtable_patch_fields(struct bigquery *bq, const struct bqtable *t, const jdoc *fields)
{
	jdoc *body = jdoc_object(), *doc;

	jdoc_set(body, "schema.fields", jdoc_copy(fields));
	doc = call(bq, "PATCH", t, body);
	jdoc_free(body);
	jdoc_free(doc);
	return doc != NULL;
}

bool bqtable_dataset(struct bigquery *bq, const struct bqtable *t, char **location)
{
	struct buf url;
	jdoc *doc;

	buf_init(&url, BIGQUERY_URL);
	bigquery_url(bq, &url, "projects", t->project, "datasets", t->dataset, NULL);
	doc = bigquery_call(bq, "GET", buf_str(&url), NULL);
	buf_free(&url);
	*location = doc ? mem_text(jdoc_text(doc, "location", "")) : NULL;
	jdoc_free(doc);
	if (!doc && bq->code == 404)
		bq->error.status = STATUS_OK;
	return !bq->error.status;
}

bool bqtable_create(struct bigquery *bq, const struct bqtable *t, jdoc *resource)
{
	struct buf url;
	jdoc *doc;

	bqtable_reference(resource, "tableReference", t, false);
	buf_init(&url, BIGQUERY_URL);
	bigquery_url(bq, &url, "projects", t->project, "datasets", t->dataset, "tables", NULL);
	doc = bigquery_call(bq, "POST", buf_str(&url), resource);
	buf_free(&url);
	jdoc_free(doc);
	return doc || bq->code == 409;
}

/* ---- schemas ------------------------------------------------------------------------------ */

static jdoc *fields_of(const struct contract_field *list, size_t n)
{
	jdoc *fields = jdoc_array();

	for (size_t i = 0; i < n; i++) {
		const struct contract_field *f = &list[i];
		jdoc *field = jdoc_object();

		jdoc_set_span(field, "name", f->name);
		jdoc_set_text(field, "type", type_name(f->type));
		jdoc_set_text(field, "mode", mode_name(f->mode));
		jdoc_set_span(field, "description", f->description);
		if (f->type == TYPE_RECORD)
			jdoc_set(field, "fields", fields_of(f->fields, f->n));
		jdoc_push(fields, field);
	}
	return fields;
}

jdoc *bqtable_schema(const struct contract *c)
{
	jdoc *schema = jdoc_object();

	jdoc_set(schema, "fields", fields_of(c->fields, c->n));
	return schema;
}

void bqtable_layout(jdoc *doc, const struct contract *c)
{
	if (c->partition_field.p) {
		jdoc_set_text(doc, "timePartitioning.type", "DAY");
		jdoc_set_span(doc, "timePartitioning.type", c->partition_type);
		jdoc_set_span(doc, "timePartitioning.field", c->partition_field);
	}
	if (c->cluster.n) {
		jdoc *fields = jdoc_array();

		for (size_t i = 0; i < c->cluster.n; i++)
			jdoc_push(fields, jdoc_of_text(c->cluster.item[i]));
		jdoc_set(doc, "clustering.fields", fields);
	}
}

const jdoc *bqtable_field(const jdoc *fields, const char *name)
{
	for (size_t i = 0; i < jdoc_count(fields); i++) {
		const jdoc *field = jdoc_item(fields, i, NULL);

		if (column_name_same(span_of(jdoc_text(field, "name", "")), span_of(name)))
			return field;
	}
	return NULL;
}

static jdoc *added_field(const jdoc *field, bool nullable)
{
	jdoc *copy = jdoc_copy(field);

	if (nullable && strcasecmp(jdoc_text(copy, "mode", ""), "REQUIRED") == 0)
		jdoc_set_text(copy, "mode", "NULLABLE");
	return copy;
}

jdoc *bqtable_join(const jdoc *first, const jdoc *more, bool nullable, size_t *added)
{
	jdoc *fields = jdoc_array();

	for (size_t i = 0; i < jdoc_count(first); i++) {
		const jdoc *field = jdoc_item(first, i, NULL);
		const jdoc *other = bqtable_field(more, jdoc_text(field, "name", ""));
		jdoc *copy = jdoc_copy(field);

		if (jdoc_at(field, "fields") && jdoc_at(other, "fields"))
			jdoc_set(copy, "fields",
			    bqtable_join(jdoc_at(field, "fields"), jdoc_at(other, "fields"),
			        nullable, added));
		jdoc_push(fields, copy);
	}
	for (size_t i = 0; i < jdoc_count(more); i++) {
		const jdoc *field = jdoc_item(more, i, NULL);

		if (bqtable_field(first, jdoc_text(field, "name", "")))
			continue;
		jdoc_push(fields, added_field(field, nullable));
		if (added)
			++*added;
	}
	return fields;
}

const char *bqtable_type(const char *name)
{
	enum type type;

	return type_find(&type, span_of(name)) ? type_name(type) : name;
}

bool bqtable_field_can(const jdoc *field, unsigned uses)
{
	enum type type;

	return type_find(&type, span_of(jdoc_text(field, "type", ""))) && type_can(type, uses);
}

bool bqtable_field_is(const jdoc *field, enum type wanted)
{
	enum type type;

	return type_find(&type, span_of(jdoc_text(field, "type", ""))) && type == wanted;
}
