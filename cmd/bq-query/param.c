#include "param.h"

#include "json/jstr.h"
#include "json/scan.h"
#include "schema/column_name.h"
#include "schema/type.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/*
 * BigQuery's standard name of a scalar type, whatever case and alias the user wrote; NULL when
 * it is none.
 */
static const char *scalar(struct span text, unsigned uses)
{
	enum type type;

	return type_find(&type, text) && type_can(type, uses) ? type_name(type) : NULL;
}

/*
 * What stands between HEAD and ">" in any case: the INT64 of "ARRAY<INT64>". Absent when it is
 * another type.
 */
static struct span inside(struct span type, const char *head)
{
	size_t n = strlen(head);

	if (type.n <= n + 1 || strncasecmp(type.p, head, n) != 0 || type.p[type.n - 1] != '>')
		return (struct span){0};
	return (struct span){type.p + n, type.n - n - 1};
}

static void push_value(jdoc *list, struct span raw, enum json type, struct buf *scratch)
{
	jdoc *value = jdoc_object();

	buf_clear(scratch);
	jdoc_set_span(value, "value", type == JSON_STRING ? jstr_text(raw, scratch) : raw);
	jdoc_push(list, value);
}

static enum json kind_of(struct span raw)
{
	switch (*raw.p) {
	case '"': return JSON_STRING;
	case '[': return JSON_ARRAY;
	case '{': return JSON_OBJECT;
	case 'n': return JSON_NULL;
	case 't': return JSON_TRUE;
	case 'f': return JSON_FALSE;
	default: return JSON_NUMBER;
	}
}

/* A JSON array of scalars; their texts go as they are. NULL, or the rule that is broken. */
static const char *set_array(jdoc *parameter, const char *type, const char *text)
{
	struct span all, item;
	struct scan scan = {0};
	struct buf scratch;
	enum json kind;
	jdoc *list = jdoc_array();
	const char *why = scan_document(&scan, span_of(text), &all, &kind);

	buf_init(&scratch, SIZE_MAX);
	if (why || kind != JSON_ARRAY)
		why = "the value of an ARRAY is a JSON array";
	while (!why && scan_item(&all, &item)) {
		enum json each = kind_of(item);

		if (each == JSON_NULL || each == JSON_ARRAY || each == JSON_OBJECT)
			why = "the items of an ARRAY are strings, numbers, true or false";
		else
			push_value(list, item, each, &scratch);
	}
	jdoc_set_text(parameter, "parameterType.type", "ARRAY");
	jdoc_set_text(parameter, "parameterType.arrayType.type", type);
	jdoc_set(parameter, "parameterValue.arrayValues", list);
	buf_free(&scratch);
	scan_free(&scan);
	return why;
}

static void set_bound(jdoc *parameter, const char *path, struct span text)
{
	text = span_trim(text);
	if (text.n && !(text.n == 9 && strncasecmp(text.p, "UNBOUNDED", 9) == 0))
		jdoc_set_span(parameter, path, text);
}

/* "[2026-01-01, 2026-02-01)", as results have it; UNBOUNDED or nothing where it has no end. */
static const char *set_range(jdoc *parameter, const char *type, const char *text)
{
	size_t n = strlen(text);
	const char *comma = strchr(text, ',');

	if (n < 3 || *text != '[' || text[n - 1] != ')' || !comma)
		return "the value of a RANGE is [START, END)";
	jdoc_set_text(parameter, "parameterType.type", "RANGE");
	jdoc_set_text(parameter, "parameterType.rangeElementType.type", type);
	jdoc_set(parameter, "parameterValue.rangeValue", jdoc_object());
	set_bound(parameter, "parameterValue.rangeValue.start.value",
	    (struct span){text + 1, (size_t)(comma - text - 1)});
	set_bound(parameter, "parameterValue.rangeValue.end.value",
	    (struct span){comma + 1, (size_t)(text + n - 2 - comma)});
	return NULL;
}

static const char *set_scalar(jdoc *parameter, const char *type, const char *text)
{
	jdoc_set_text(parameter, "parameterType.type", type);
	jdoc_set_text(parameter, "parameterValue.value", text);
	return NULL;
}

static const char *set_value(jdoc *parameter, struct span type, const char *text)
{
	struct span item = inside(type, "ARRAY<"), bound = inside(type, "RANGE<");
	const char *name = scalar(item.p    ? item
	                          : bound.p ? bound
	                                    : type,
	    bound.p ? TYPE_ELEMENT : TYPE_PARAMETER);

	if (!name)
		return "not a type of BigQuery: a scalar one, ARRAY<TYPE> or RANGE<TYPE>";
	return (item.p ? set_array : bound.p ? set_range : set_scalar)(parameter, name, text);
}

jdoc *param_read(const char *text, const char **why)
{
	const char *equals = strchr(text, '=');
	struct span name = {text, equals ? (size_t)(equals - text) : 0}, type = SPAN("STRING");
	const char *colon = equals ? memchr(name.p, ':', name.n) : NULL;
	jdoc *parameter;

	*why = equals ? NULL : "takes NAME[:TYPE]=VALUE";
	if (colon) {
		type = (struct span){colon + 1, (size_t)(equals - colon - 1)};
		name.n = (size_t)(colon - text);
	}
	if (!*why && !column_name_identifier(name))
		*why = "not a name for a parameter";
	if (*why)
		return NULL;
	parameter = jdoc_object();
	jdoc_set_span(parameter, "name", name);
	*why = set_value(parameter, type, equals + 1);
	if (!*why)
		return parameter;
	jdoc_free(parameter);
	return NULL;
}
