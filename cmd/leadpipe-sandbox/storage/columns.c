#include "storage/columns.h"

#include "base/mem.h"
#include "schema/column_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { NESTING_MAX = 15 };

/* Keys of a field that would change what it holds. */
static const char *const unsupported[] = {
    "maxLength", "precision", "scale", "defaultValueExpression"};

static bool read_fields(
    const jdoc *list, int depth, struct catalog_column **columns, size_t *n, char why[JDOC_WHY]);

/* rangeElementType {"type":"DATE"} */
static bool read_element(const jdoc *element, struct catalog_column *c, char why[JDOC_WHY])
{
	c->fields = mem_alloc(sizeof *c->fields);
	c->n = 1;
	c->fields->name = mem_text("");
	if (type_find(&c->fields->type, span_of(jdoc_text(element, "type", ""))) &&
	    type_can(c->fields->type, TYPE_ELEMENT))
		return true;
	snprintf(why, JDOC_WHY,
	    "Invalid value for rangeElementType (field %.100s): it must be DATE, DATETIME or "
	    "TIMESTAMP",
	    c->name);
	return false;
}

static bool read_field(const jdoc *field, int depth, struct catalog_column *c, char why[JDOC_WHY])
{
	const char *name = jdoc_text(field, "name", "");
	const char *type = jdoc_text(field, "type", "");
	const char *description = jdoc_text(field, "description", NULL);

	if (column_name_check(span_of(name))) {
		snprintf(why, JDOC_WHY, "Invalid field name \"%.100s\". " COLUMNS_NAME_RULE, name);
		return false;
	}
	for (size_t i = 0; i < sizeof unsupported / sizeof *unsupported; i++)
		if (jdoc_at(field, unsupported[i])) {
			snprintf(why, JDOC_WHY, "Field %.100s: %s is not supported by the sandbox",
			    name, unsupported[i]);
			return false;
		}
	if (!type_find(&c->type, span_of(type))) {
		snprintf(why, JDOC_WHY,
		    "Invalid value for type: %.60s is not a valid value (field %.100s)", type,
		    name);
		return false;
	}
	if (!mode_find(&c->mode, span_of(jdoc_text(field, "mode", mode_name(MODE_NULLABLE))))) {
		snprintf(why, JDOC_WHY, "Invalid value for mode (field %.100s)", name);
		return false;
	}
	c->name = mem_text(name);
	c->description = description ? mem_text(description) : NULL;
	if (c->type == TYPE_RANGE)
		return read_element(jdoc_at(field, "rangeElementType"), c, why);
	if (c->type != TYPE_RECORD)
		return true;
	return read_fields(jdoc_at(field, "fields"), depth + 1, &c->fields, &c->n, why);
}

static bool read_fields(
    const jdoc *list, int depth, struct catalog_column **columns, size_t *n, char why[JDOC_WHY])
{
	size_t count = jdoc_count(list);

	*columns = NULL;
	*n = 0;
	if (!jdoc_is_array(list) || !count || count > CATALOG_COLUMNS_MAX || depth > NESTING_MAX) {
		snprintf(why, JDOC_WHY, "%s",
		    depth > NESTING_MAX ? "Schema is nested too deep (15 levels)"
		    : count > CATALOG_COLUMNS_MAX
		        ? "More than 1900 columns are not supported by the sandbox"
		    : depth > 1 ? "A RECORD has no fields"
		                : "Schema has no fields.");
		return false;
	}
	*columns = mem_alloc(count * sizeof **columns);
	for (size_t i = 0; i < count; i++) {
		struct catalog_column *c = &(*columns)[i];

		++*n;
		if (!read_field(jdoc_item(list, i, NULL), depth, c, why))
			return false;
		if (columns_find(*columns, i, span_of(c->name))) {
			snprintf(why, JDOC_WHY, "Field %.150s already exists in schema", c->name);
			return false;
		}
	}
	return true;
}

bool columns_read(
    const jdoc *schema, struct catalog_column **columns, size_t *n, char why[JDOC_WHY])
{
	if (read_fields(jdoc_at(schema, "fields"), 1, columns, n, why))
		return true;
	columns_free(*columns, *n);
	*columns = NULL;
	*n = 0;
	return false;
}

static jdoc *field_list(const struct catalog_column *columns, size_t n)
{
	jdoc *list = jdoc_array();

	for (size_t i = 0; i < n; i++) {
		jdoc *field = jdoc_object();

		jdoc_set_text(field, "name", columns[i].name);
		jdoc_set_text(field, "type", type_api_name(columns[i].type));
		jdoc_set_text(field, "mode", mode_name(columns[i].mode));
		jdoc_set_text(field, "description", columns[i].description);
		if (columns[i].type == TYPE_RANGE)
			jdoc_set_text(
			    field, "rangeElementType.type", type_api_name(columns[i].fields->type));
		if (columns[i].type == TYPE_RECORD)
			jdoc_set(field, "fields", field_list(columns[i].fields, columns[i].n));
		jdoc_push(list, field);
	}
	return list;
}

jdoc *columns_schema(const struct catalog_column *columns, size_t n)
{
	jdoc *schema = jdoc_object();

	jdoc_set(schema, "fields", field_list(columns, n));
	return schema;
}

struct catalog_column *columns_copy(const struct catalog_column *columns, size_t n)
{
	struct catalog_column *copy = mem_alloc((n + 1) * sizeof *copy);

	for (size_t i = 0; i < n; i++) {
		copy[i] = columns[i];
		copy[i].name = mem_text(columns[i].name);
		copy[i].description =
		    columns[i].description ? mem_text(columns[i].description) : NULL;
		copy[i].fields =
		    columns[i].fields ? columns_copy(columns[i].fields, columns[i].n) : NULL;
	}
	return copy;
}

void columns_free(struct catalog_column *columns, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(columns[i].name);
		free(columns[i].description);
		columns_free(columns[i].fields, columns[i].n);
	}
	free(columns);
}

const struct catalog_column *columns_find(
    const struct catalog_column *columns, size_t n, struct span name)
{
	for (size_t i = 0; i < n; i++)
		if (column_name_same(span_of(columns[i].name), name))
			return &columns[i];
	return NULL;
}
