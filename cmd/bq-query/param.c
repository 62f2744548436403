#include "param.h"

#include "base/mem.h"
#include "cloud/bqtable.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { TYPE_TEXT = 16 };

/* BigQuery's standard name of a scalar type, whatever case and alias the user wrote; NULL when it is none. */
static const char *scalar(struct span type)
{
	static const char *const types[] = {"STRING", "BYTES", "INT64", "FLOAT64", "NUMERIC",
	    "BIGNUMERIC", "BOOL", "DATE", "TIME", "DATETIME", "TIMESTAMP", "JSON", "GEOGRAPHY",
	    "INTERVAL"};
	char text[TYPE_TEXT];
	const char *standard;

	if (type.n == 0 || type.n >= sizeof text)
		return NULL;
	for (size_t i = 0; i < type.n; i++)
		text[i] = (char)toupper((unsigned char)type.p[i]);
	text[type.n] = '\0';
	standard = table_type(text);
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (strcmp(types[i], standard) == 0)
			return types[i];
	return NULL;
}

jdoc *param_read(const char *text, const char **why)
{
	const char *equals = strchr(text, '=');
	struct span name = {text, equals ? (size_t)(equals - text) : 0};
	const char *colon = equals ? memchr(name.p, ':', name.n) : NULL, *type = "STRING";
	jdoc *parameter;

	if (!equals) {
		*why = "takes NAME[:TYPE]=VALUE";
		return NULL;
	}
	if (colon) {
		type = scalar((struct span){colon + 1, (size_t)(equals - colon - 1)});
		name.n = (size_t)(colon - text);
	}
	*why = !type ? "not a scalar type of BigQuery" : "not a name for a parameter";
	if (!type || !table_is_column(name))
		return NULL;
	parameter = jdoc_object();
	jdoc_set_span(parameter, "name", name);
	jdoc_set_text(parameter, "parameterType.type", type);
	jdoc_set_text(parameter, "parameterValue.value", equals + 1);
	return parameter;
}
