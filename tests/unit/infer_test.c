/* schema/infer: the type of a field by the values it had, for each way to read strings. */

#include "schema/infer.h"
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

/*
 * Values of the field x, one row each, and its type: R REPEATED, ? nothing was decided, n may be
 * null.
 */
static const struct {
	const char *values;
	const char *texts, *generous;
} cases[] = {
    {"1 2", "INT64", "INT64"},
    {"9223372036854775807 -9223372036854775808", "INT64", "INT64"},
    {"9223372036854775808", "NUMERIC", "FLOAT64"},
    {"1 1.5", "FLOAT64", "FLOAT64"},
    {"1e3", "FLOAT64", "FLOAT64"},
    {"0.1 0.30000000000000004", "FLOAT64", "FLOAT64"},
    {"0.30000000000000005", "BIGNUMERIC", "FLOAT64"},
    {"9007199254740993 1.5", "NUMERIC", "FLOAT64"},
    {"1e400", "STRING", "FLOAT64"},
    {"5e-324 1.7976931348623157e308", "FLOAT64", "FLOAT64"},
    {"true false", "BOOL", "BOOL"},
    {"true 1", "STRING", "STRING"},
    {"\"12\"", "STRING", "INT64"},
    {"\"12\" \"1.50\"", "STRING", "FLOAT64"},
    {"\"007\"", "STRING", "INT64"},
    {"\"true\" \"FALSE\"", "STRING", "BOOL"},
    {"\"yes\"", "STRING", "STRING"},
    {"\"12\" \"\"", "STRING", "STRING"},
    {"\"111222333444555666777\"", "STRING", "FLOAT64"},
    {"null", "STRING?n", "STRING?n"},
    {"null 1", "INT64n", "INT64n"},
    {"[]", "JSON?", "JSON?"},
    {"[] null", "JSON?n", "JSON?n"},
    {"[] [1]", "INT64R", "INT64R"},
    {"[] 1", "JSON", "JSON"},
    {"[1,2.5] []", "FLOAT64R", "FLOAT64R"},
    {"[\"1\",\"\"]", "STRINGR", "STRINGR"},
    {"[1,null]", "JSON", "JSON"},
    {"[[1]]", "JSON", "JSON"},
    {"1 [1]", "JSON", "JSON"},
    {"{}", "JSON", "JSON"},
    {"{\"a\":1}", "RECORD", "RECORD"},
    {"{\"a\":1} {}", "RECORD", "RECORD"},
    {"{\"a\":1} null", "RECORDn", "RECORDn"},
    {"{\"a\":1} 1", "JSON", "JSON"},
    {"{\"a\":1} \"\"", "RECORD", "RECORD"},
    {"[{\"a\":1},{\"b\":[]}] []", "RECORDR", "RECORDR"},
    {"[{\"a\":1}] {\"a\":1}", "JSON", "JSON"},
};

static void show(struct infer *in, const char *values)
{
	char text[400], *at = text, *value;
	struct row row = {0};

	snprintf(text, sizeof text, "%s", values);
	while ((value = strtok_r(at, " ", &at))) {
		char line[440];

		snprintf(line, sizeof line, "{\"x\":%s}", value);
		check_of(!row_parse(&row, span_of(line)) && infer_row(in, &row), "row", line);
	}
	row_free(&row);
}

static void test_types(enum infer_strings strings, size_t i, const char *wanted)
{
	struct infer in;
	struct infer_verdict v;
	char got[40];

	infer_init(&in, &(struct infer_options){.strings = strings});
	show(&in, cases[i].values);
	v = infer_verdict(in.root.fields[0]);
	snprintf(got, sizeof got, "%s%s%s%s", type_name(v.type), v.repeated ? "R" : "",
	    v.decided ? "" : "?", in.root.fields[0]->nulls ? "n" : "");
	check_of(strcmp(got, wanted) == 0, got, cases[i].values);
	infer_free(&in);
}

/* ---- names ---- */

static bool take(struct infer *in, const char *line)
{
	struct row row = {0};
	bool good = !row_parse(&row, span_of(line)) && infer_row(in, &row);

	row_free(&row);
	return good;
}

static enum type type_of(const struct infer *in, const char *name)
{
	const struct infer_node *node = infer_node_find(&in->root, span_of(name));

	return node ? infer_verdict(node).type : TYPE_RANGE;
}

static void test_final(void)
{
	struct infer in;

	infer_init(&in, &(struct infer_options){.caseless = true, .final = true});
	infer_declare(&in, infer_declare(&in, &in.root, SPAN("Rec")), SPAN("known"));
	check_of(take(&in, "{\"rec\":{\"KNOWN\":1},\"x\":{\"a.b\":1},\"y\":{\"a\":1,\"A\":2}}"),
	    "taken", "names inside");
	check_of(in.names == 2 && in.root.n == 3, "two new fields", "names inside");
	check_of(type_of(&in, "X") == TYPE_JSON && type_of(&in, "y") == TYPE_JSON, "JSON",
	    "names inside");
	check_of(
	    take(&in, "{\"rec\":[{\"more\":\"x\"}],\"z\":{\"q\":1}}"), "taken", "new in a RECORD");
	check_of(in.names == 5 && span_eq(in.newest, SPAN("q")), "three more", "new in a RECORD");
	infer_settle(&in);
	check_of(take(&in, "{\"x\":{\"any\":1,\"other\":2}}") && in.names == 5, "no new field",
	    "settled JSON");
	check_of(
	    take(&in, "{\"z\":{\"fresh\":1}}") && in.names == 6, "a new field", "settled RECORD");
	check_of(!take(&in, "{\"a.b\":1}") && span_eq(in.bad, SPAN("a.b")), "refused", "a.b");
	infer_free(&in);
	infer_init(&in, &(struct infer_options){.caseless = true});
	check_of(
	    !take(&in, "{\"a\":1,\"A\":1}") && span_eq(in.bad, SPAN("A")), "refused", "a and A");
	infer_free(&in);
}

static void test_limits(void)
{
	struct infer in;
	char line[80];
	bool good = true;

	infer_init(&in, &(struct infer_options){0});
	for (int i = 0; i <= INFER_KEYS_MAX; i++) {
		snprintf(line, sizeof line, "{\"map\":{\"k%d\":1}}", i);
		good = good && take(&in, line);
	}
	check_of(good && type_of(&in, "map") == TYPE_JSON && in.names == 1, "JSON", "a map");
	for (int i = 1; i < INFER_NAMES_MAX; i++) {
		snprintf(line, sizeof line, "{\"n%d\":1}", i);
		good = good && take(&in, line);
	}
	check_of(good && in.names == INFER_NAMES_MAX, "all taken", "10,000 names");
	check_of(!take(&in, "{\"one more\":1}"), "refused", "10,001 names");
	infer_free(&in);
}

int main(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		test_types(INFER_TEXTS, i, cases[i].texts);
		test_types(INFER_GENEROUS, i, cases[i].generous);
	}
	test_final();
	test_limits();
	return check_end();
}
