/* Schema auto-detection: the columns of a table from the first rows of a file. */

#include "base/mem.h"
#include "bigquery/detect.h"
#include "schema/infer.h"
#include "schema/reading.h"
#include "storage/civil.h"

#include <stdlib.h>

enum { SAMPLE_ROWS = 500 };

/* BigQuery tells dates, times of day and timestamps apart, by its own forms of them. */
static bool is_time(void *ctx, size_t i, struct span text)
{
	bool date, hour;
	int64_t n;

	(void)ctx;
	if (reading_times[i].format)
		return false;
	date = civil_parse_date(text, false, &n);
	hour = !date && civil_parse_time(text, &n);
	switch (reading_times[i].type) {
	case TYPE_DATE: return date;
	case TYPE_TIME: return hour;
	case TYPE_TIMESTAMP: return !date && !hour && civil_parse_timestamp(text, &n);
	default: return false;
	}
}

static jdoc *fields_of(const struct infer_node *at, struct bq_error *e)
{
	jdoc *fields = jdoc_array();

	for (size_t i = 0; i < at->n && !*e->reason; i++) {
		const struct infer_node *node = at->fields[i];
		struct infer_verdict v = infer_verdict(node);
		bool empty = !v.decided && v.type == TYPE_JSON;
		jdoc *field = jdoc_object();

		if (v.type == TYPE_JSON && !empty)
			bq_fail(e, "invalid", "Field %.300s: values that no one type can hold",
			    node->name.p);
		jdoc_set_span(field, "name", node->name);
		jdoc_set_text(field, "type", empty ? "STRING" : type_api_name(v.type));
		jdoc_set_text(field, "mode", v.repeated || empty ? "REPEATED" : "NULLABLE");
		if (v.type == TYPE_RECORD)
			jdoc_set(field, "fields", fields_of(node, e));
		jdoc_push(fields, field);
	}
	return fields;
}

static jdoc *schema_of(struct span rest, struct bq_error *e)
{
	struct infer in;
	struct row row = {0};
	jdoc *schema = jdoc_object();

	infer_init(&in, &(struct infer_options){
	                    .strings = INFER_GENEROUS, .caseless = true, .is_time = is_time});
	for (int lines = 0; rest.n && lines < SAMPLE_ROWS && !*e->reason; lines++) {
		const char *end = memchr(rest.p, '\n', rest.n);
		struct span line = {rest.p, end ? (size_t)(end - rest.p) : rest.n};

		rest = span_skip(rest, line.n + (end != NULL));
		if (!row_parse(&row, line) && !infer_row(&in, &row))
			bq_fail(e, "invalid", "Field %.*s: %s",
			    (int)(in.bad.n < 300 ? in.bad.n : 300), in.bad.p, in.why);
	}
	row_free(&row);
	if (in.root.n > 0)
		jdoc_set(schema, "fields", fields_of(&in.root, e));
	infer_free(&in);
	return schema;
}

/* ---- what the table has ---- */

static void adopt(
    struct catalog_column *columns, size_t n, const struct catalog_column *known, size_t n_known)
{
	for (size_t i = 0; i < n; i++) {
		struct catalog_column *c = &columns[i], *copy, old = *c;
		const struct catalog_column *k = columns_find(known, n_known, span_of(c->name));

		if (k && k->type == TYPE_RECORD && c->type == TYPE_RECORD) {
			c->mode = k->mode;
			adopt(c->fields, c->n, k->fields, k->n);
		} else if (k) {
			copy = columns_copy(k, 1);
			*c = *copy;
			*copy = old;
			columns_free(copy, 1);
		}
	}
}

bool detect_columns(struct span media, const struct catalog_table *table,
    struct catalog_column **columns, size_t *n, struct bq_error *e)
{
	jdoc *schema = schema_of(media, e);
	char why[JDOC_WHY];
	bool ok = !*e->reason;

	*columns = NULL;
	*n = 0;
	if (ok && jdoc_at(schema, "fields") && !columns_read(schema, columns, n, why))
		ok = bq_fail(e, "invalid", "%s", why);
	if (ok && table)
		adopt(*columns, *n, table->columns, table->n);
	jdoc_free(schema);
	return ok;
}
