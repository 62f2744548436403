/* The table of types: every spelling finds its type, and what BigQuery lets a column of each be. */

#include "schema/type.h"
#include "check.h"

#include <stdio.h>

/* `sql`: GoogleSQL knows the name, too. */
static const struct {
	const char *spelling, *name, *api;
	bool sql;
} spellings[] = {{"STRING", "STRING", "STRING", true}, {"bytes", "BYTES", "BYTES", true},
    {"INT64", "INT64", "INTEGER", true}, {"Integer", "INT64", "INTEGER", true},
    {"INT", "INT64", "INTEGER", true}, {"SMALLINT", "INT64", "INTEGER", true},
    {"BIGINT", "INT64", "INTEGER", true}, {"TINYINT", "INT64", "INTEGER", true},
    {"BYTEINT", "INT64", "INTEGER", true}, {"FLOAT64", "FLOAT64", "FLOAT", true},
    {"FLOAT", "FLOAT64", "FLOAT", false}, {"NUMERIC", "NUMERIC", "NUMERIC", true},
    {"DECIMAL", "NUMERIC", "NUMERIC", true}, {"BIGNUMERIC", "BIGNUMERIC", "BIGNUMERIC", true},
    {"BIGDECIMAL", "BIGNUMERIC", "BIGNUMERIC", true}, {"BOOL", "BOOL", "BOOLEAN", true},
    {"boolean", "BOOL", "BOOLEAN", true}, {"DATE", "DATE", "DATE", true},
    {"TIME", "TIME", "TIME", true}, {"DATETIME", "DATETIME", "DATETIME", true},
    {"TIMESTAMP", "TIMESTAMP", "TIMESTAMP", true}, {"JSON", "JSON", "JSON", true},
    {"GEOGRAPHY", "GEOGRAPHY", "GEOGRAPHY", true}, {"RECORD", "RECORD", "RECORD", false},
    {"STRUCT", "RECORD", "RECORD", false}, {"INTERVAL", "INTERVAL", "INTERVAL", true},
    {"RANGE", "RANGE", "RANGE", false}};

static const char *const unknown[] = {
    "", "INT6", "INT644", "INTEGER|INT", "|", "TEXT", "STRING ", "ARRAY"};

/* What holds of a type beyond its being declared; those that are not listed hold not. */
static const struct {
	enum type type;
	unsigned uses;
} uses[] = {{TYPE_STRING, TYPE_KEY | TYPE_ORDER | TYPE_CLUSTER | TYPE_LENGTH},
    {TYPE_BYTES, TYPE_KEY | TYPE_ORDER | TYPE_LENGTH},
    {TYPE_INT64, TYPE_KEY | TYPE_ORDER | TYPE_CLUSTER}, {TYPE_FLOAT64, TYPE_ORDER},
    {TYPE_NUMERIC, TYPE_KEY | TYPE_ORDER | TYPE_CLUSTER | TYPE_DIGITS},
    {TYPE_BIGNUMERIC, TYPE_KEY | TYPE_ORDER | TYPE_CLUSTER | TYPE_DIGITS},
    {TYPE_BOOL, TYPE_KEY | TYPE_ORDER | TYPE_CLUSTER},
    {TYPE_DATE, TYPE_KEY | TYPE_ORDER | TYPE_CLUSTER | TYPE_PARTITION},
    {TYPE_TIME, TYPE_KEY | TYPE_ORDER},
    {TYPE_DATETIME, TYPE_KEY | TYPE_ORDER | TYPE_CLUSTER | TYPE_PARTITION},
    {TYPE_TIMESTAMP, TYPE_KEY | TYPE_ORDER | TYPE_CLUSTER | TYPE_PARTITION}, {TYPE_JSON, 0},
    {TYPE_GEOGRAPHY, TYPE_CLUSTER}, {TYPE_RECORD, 0}, {TYPE_INTERVAL, 0},
    {TYPE_RANGE, TYPE_CLUSTER}};

static const unsigned listed[] = {
    TYPE_KEY, TYPE_ORDER, TYPE_CLUSTER, TYPE_PARTITION, TYPE_LENGTH, TYPE_DIGITS};

int main(void)
{
	enum type type;

	for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
		struct span name = span_of(spellings[i].spelling);

		check_of(type_find(&type, name) && strcmp(type_name(type), spellings[i].name) == 0,
		    "found", spellings[i].spelling);
		check_of(strcmp(type_api_name(type), spellings[i].api) == 0, "name in the API",
		    spellings[i].spelling);
		check_of(type_find_sql(&type, name) == spellings[i].sql, "in SQL",
		    spellings[i].spelling);
	}
	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
		check_of(!type_find(&type, span_of(unknown[i])), "is not a type", unknown[i]);
	for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
		for (size_t k = 0; k < sizeof listed / sizeof *listed; k++)
			check_of(type_can(uses[i].type, listed[k]) == !!(uses[i].uses & listed[k]),
			    "what it may be", type_name(uses[i].type));
	return check_end();
}
