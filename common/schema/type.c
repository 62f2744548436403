#include "schema/type.h"

#include <strings.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* What most scalars may be. */
#define PLAIN  (TYPE_DECLARED | TYPE_KEY | TYPE_ORDER | TYPE_EQUAL | TYPE_PARAMETER)
#define DIGITS (PLAIN | TYPE_CLUSTER | TYPE_NUMBER | TYPE_DIGITS)
#define MOMENT (PLAIN | TYPE_CLUSTER | TYPE_CALENDAR | TYPE_PARTITION | TYPE_ELEMENT)

static const struct type_entry {
	const char *name;
	const char *api; /* where the API has a name of its own */
	const char *sql; /* other names in GoogleSQL, between bars */
	unsigned uses;
	enum type_json json;
} types[] = {
    [TYPE_STRING] = {"STRING", NULL, "", PLAIN | TYPE_CLUSTER | TYPE_LENGTH, TYPE_AS_STRING},
    [TYPE_BYTES] = {"BYTES", NULL, "", PLAIN | TYPE_LENGTH, TYPE_AS_STRING},
    [TYPE_INT64] = {"INT64", "INTEGER", "INT|INTEGER|SMALLINT|BIGINT|TINYINT|BYTEINT",
        PLAIN | TYPE_CLUSTER | TYPE_NUMBER, TYPE_AS_WHOLE},
    [TYPE_FLOAT64] = {"FLOAT64", "FLOAT", "", (PLAIN | TYPE_NUMBER) & ~(unsigned)TYPE_KEY,
        TYPE_AS_NUMBER},
    [TYPE_NUMERIC] = {"NUMERIC", NULL, "DECIMAL", DIGITS, TYPE_AS_NUMBER},
    [TYPE_BIGNUMERIC] = {"BIGNUMERIC", NULL, "BIGDECIMAL", DIGITS, TYPE_AS_NUMBER},
    [TYPE_BOOL] = {"BOOL", "BOOLEAN", "BOOLEAN", PLAIN | TYPE_CLUSTER, TYPE_AS_BOOL},
    [TYPE_DATE] = {"DATE", NULL, "", MOMENT, TYPE_AS_STRING},
    [TYPE_TIME] = {"TIME", NULL, "", PLAIN | TYPE_CALENDAR, TYPE_AS_STRING},
    [TYPE_DATETIME] = {"DATETIME", NULL, "", MOMENT, TYPE_AS_STRING},
    [TYPE_TIMESTAMP] = {"TIMESTAMP", NULL, "", MOMENT, TYPE_AS_INSTANT},
    [TYPE_JSON] = {"JSON", NULL, "", TYPE_DECLARED | TYPE_PARAMETER, TYPE_AS_VALUE},
    [TYPE_GEOGRAPHY] = {"GEOGRAPHY", NULL, "", TYPE_DECLARED | TYPE_CLUSTER | TYPE_PARAMETER,
        TYPE_AS_STRING},
    [TYPE_RECORD] = {"RECORD", NULL, NULL, TYPE_DECLARED, TYPE_AS_OBJECT},
    [TYPE_INTERVAL] = {"INTERVAL", NULL, "", TYPE_PARAMETER | TYPE_EQUAL, TYPE_AS_STRING},
    [TYPE_RANGE] = {"RANGE", NULL, NULL, TYPE_EQUAL | TYPE_CLUSTER, TYPE_AS_STRING},
};

_Static_assert(COUNT(types) == TYPE_COUNT, "one entry for each type");

const char *type_name(enum type type)
{
	return types[type].name;
}

const char *type_api_name(enum type type)
{
	return types[type].api ? types[type].api : types[type].name;
}

bool type_can(enum type type, unsigned uses)
{
	return (types[type].uses & uses) == uses;
}

enum type_json type_json(enum type type)
{
	return types[type].json;
}

static bool is_name(struct span text, const char *name)
{
	return name && strlen(name) == text.n && strncasecmp(text.p, name, text.n) == 0;
}

static bool is_listed(struct span text, const char *names)
{
	while (*names) {
		size_t n = strcspn(names, "|");

		if (n == text.n && strncasecmp(text.p, names, n) == 0)
			return true;
		names += names[n] ? n + 1 : n;
	}
	return false;
}

bool type_find_sql(enum type *type, struct span name)
{
	for (size_t i = 0; i < COUNT(types); i++)
		if (types[i].sql &&
		    (is_name(name, types[i].name) || is_listed(name, types[i].sql))) {
			*type = (enum type)i;
			return true;
		}
	return false;
}

bool type_find(enum type *type, struct span name)
{
	if (type_find_sql(type, name))
		return true;
	for (size_t i = 0; i < COUNT(types); i++)
		if (is_name(name, types[i].name) || is_name(name, types[i].api)) {
			*type = (enum type)i;
			return true;
		}
	*type = TYPE_RECORD;
	return is_name(name, "STRUCT");
}
