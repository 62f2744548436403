/* Schema auto-detection: the columns of a table from the first rows of a file. */

#include "base/mem.h"
#include "bigquery/bigquery.h"
#include "json/jstr.h"
#include "storage/civil.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { SAMPLE_ROWS = 500, TEXT_MAX = 64 };

enum {
	SEEN_BOOL = 1,
	SEEN_INT = 2,
	SEEN_FLOAT = 4,
	SEEN_DATE = 8,
	SEEN_TIME = 16,
	SEEN_TIMESTAMP = 32,
	SEEN_TEXT = 64,
	SEEN_RECORD = 128,
	SEEN_ARRAY = 256,
	SEEN_TWO_DEEP = 512, /* an array in an array */
};

/* A name, or the whole row, and what was seen there. */
struct found {
	char *name;
	unsigned seen;
	struct found *fields;
	size_t n;
};

/* ---- looking ---- */

static bool is_integer(const char *text)
{
	char *end;

	errno = 0;
	strtoll(text, &end, 10);
	return errno == 0 && end != text && !*end;
}

static unsigned kind_of_text(struct span text)
{
	char copy[TEXT_MAX + 1];
	int64_t n;

	if (text.n == 0 || text.n > TEXT_MAX)
		return SEEN_TEXT;
	snprintf(copy, sizeof copy, "%.*s", (int)text.n, text.p);
	if (strcasecmp(copy, "true") == 0 || strcasecmp(copy, "false") == 0)
		return SEEN_BOOL;
	if (strlen(copy) == strspn(copy, "+-0123456789.eE") && strpbrk(copy, "0123456789")) {
		char *end;

		if (is_integer(copy))
			return SEEN_INT;
		strtod(copy, &end);
		if (!*end)
			return SEEN_FLOAT;
	}
	if (civil_parse_date(text, false, &n))
		return SEEN_DATE;
	if (civil_parse_time(text, &n))
		return SEEN_TIME;
	return civil_parse_timestamp(text, &n) ? SEEN_TIMESTAMP : SEEN_TEXT;
}

static unsigned kind_of_string(struct span raw)
{
	struct buf scratch;
	unsigned kind;

	buf_init(&scratch, raw.n);
	kind = kind_of_text(jstr_text(raw, &scratch));
	buf_free(&scratch);
	return kind;
}

/* The field of that name (without case, as columns are), made where it is new. */
static struct found *field_of(struct found *at, struct span name)
{
	struct buf scratch;
	char *text;
	size_t i = 0;

	buf_init(&scratch, name.n);
	name = jstr_name(name, &scratch);
	text = mem_dup(name.p, name.n);
	buf_free(&scratch);
	while (i < at->n && strcasecmp(at->fields[i].name, text) != 0)
		i++;
	if (i < at->n) {
		free(text);
		return &at->fields[i];
	}
	at->fields = mem_resize(at->fields, at->n + 1, sizeof *at->fields);
	at->fields[at->n] = (struct found){.name = text};
	return &at->fields[at->n++];
}

static void see(struct found *at, struct span value);

static void see_record(struct found *at, struct span object)
{
	struct span rest = object, name, value;

	at->seen |= SEEN_RECORD;
	while (scan_member(&rest, &name, &value) && at->n <= CATALOG_COLUMNS_MAX)
		see(field_of(at, name), value);
}

static void see_array(struct found *at, struct span array)
{
	struct span rest = array, item;

	at->seen |= SEEN_ARRAY;
	while (scan_item(&rest, &item))
		if (scan_type(item) == JSON_ARRAY)
			at->seen |= SEEN_TWO_DEEP;
		else
			see(at, item);
}

static void see(struct found *at, struct span value)
{
	switch (scan_type(value)) {
	case JSON_NULL: break;
	case JSON_FALSE:
	case JSON_TRUE: at->seen |= SEEN_BOOL; break;
	case JSON_NUMBER:
		at->seen |= kind_of_text(value) == SEEN_INT ? SEEN_INT : SEEN_FLOAT;
		break;
	case JSON_STRING: at->seen |= kind_of_string(value); break;
	case JSON_ARRAY: see_array(at, value); break;
	case JSON_OBJECT: see_record(at, value); break;
	}
}

/* ---- judging ---- */

static const char *type_of(unsigned seen)
{
	switch (seen & ~(unsigned)SEEN_ARRAY) {
	case SEEN_BOOL: return "BOOLEAN";
	case SEEN_INT: return "INTEGER";
	case SEEN_FLOAT:
	case SEEN_INT | SEEN_FLOAT: return "FLOAT";
	case SEEN_DATE: return "DATE";
	case SEEN_TIME: return "TIME";
	case SEEN_TIMESTAMP: return "TIMESTAMP";
	case SEEN_RECORD: return "RECORD";
	default: return seen & (SEEN_RECORD | SEEN_TWO_DEEP) ? NULL : "STRING";
	}
}

static jdoc *fields_of(const struct found *at, struct bq_error *e)
{
	jdoc *fields = jdoc_array();

	for (size_t i = 0; i < at->n && !*e->reason; i++) {
		const struct found *f = &at->fields[i];
		const char *type = type_of(f->seen);
		jdoc *field = jdoc_object();

		if (!type)
			bq_fail(e, "invalid", "Field %.300s: values that no one type can hold",
			    f->name);
		jdoc_set_text(field, "name", f->name);
		jdoc_set_text(field, "type", type);
		jdoc_set_text(field, "mode", f->seen & SEEN_ARRAY ? "REPEATED" : "NULLABLE");
		if (f->n)
			jdoc_set(field, "fields", fields_of(f, e));
		jdoc_push(fields, field);
	}
	return fields;
}

static void free_found(struct found *at)
{
	for (size_t i = 0; i < at->n; i++)
		free_found(&at->fields[i]);
	free(at->fields);
	free(at->name);
}

static jdoc *schema_of(struct span rest, struct bq_error *e)
{
	struct found all = {0};
	struct row row = {0};
	jdoc *schema = jdoc_object();

	for (int lines = 0; rest.n && lines < SAMPLE_ROWS; lines++) {
		const char *end = memchr(rest.p, '\n', rest.n);
		struct span line = {rest.p, end ? (size_t)(end - rest.p) : rest.n};

		rest = span_skip(rest, line.n + (end != NULL));
		if (!row_parse(&row, line))
			see_record(&all, span_trim(line));
	}
	row_free(&row);
	if (all.n > 0)
		jdoc_set(schema, "fields", fields_of(&all, e));
	free_found(&all);
	return schema;
}

/* ---- what the table has ---- */

static void adopt(struct column *columns, size_t n, const struct column *known, size_t n_known)
{
	for (size_t i = 0; i < n; i++) {
		struct column *c = &columns[i], *copy, old = *c;
		const struct column *k = columns_find(known, n_known, span_of(c->name));

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

bool detect_columns(struct span media, const struct table *table, struct column **columns,
    size_t *n, struct bq_error *e)
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
