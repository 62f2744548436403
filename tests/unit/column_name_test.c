/* The rule for column names: what BigQuery takes, what is the same name, and what plain names are made. */

#include "schema/column_name.h"
#include "check.h"

#include <stdio.h>

#define CHARACTER "has a character that BigQuery does not take in a column name"
#define RESERVED  "begins with a prefix that BigQuery reserves"

static const struct {
	const char *name, *why; /* NULL: good */
	bool plain;
} rules[] = {{"a", NULL, true}, {"_", NULL, true}, {"A_9", NULL, true}, {"_field_x", NULL, true},
    {"", "a column name cannot be empty", false}, {"9", NULL, false}, {"2nd", NULL, false},
    {"first name", NULL, false}, {"-", NULL, false}, {"a&b%c=d+e:f'g<h>i#j|k-l", NULL, false},
    /* letters, marks, numbers, connectors and dashes of other scripts */
    {"\xc3\xa9t\xc3\xa9", NULL, false}, {"N\xc2\xba", NULL, false},
    {"\xe5\x90\x8d\xe5\x89\x8d", NULL, false}, {"e\xcc\x81", NULL, false},
    {"x\xc2\xb2", NULL, false}, {"\xe2\x85\xa7", NULL, false},
    {"a\xe2\x80\xbf"
     "b",
        NULL, false},
    {"a\xe2\x80\x94"
     "b",
        NULL, false},
    {"\xd9\xa3", NULL, false}, {"\xf0\xa0\x80\x80", NULL, false}, {"a.b", CHARACTER, false},
    {"a!", CHARACTER, false}, {"a\"", CHARACTER, false}, {"a$", CHARACTER, false},
    {"(a)", CHARACTER, false}, {"a*", CHARACTER, false}, {"a,b", CHARACTER, false},
    {"a/b", CHARACTER, false}, {"a;b", CHARACTER, false}, {"a?", CHARACTER, false},
    {"a@b", CHARACTER, false}, {"a[0]", CHARACTER, false}, {"a\\b", CHARACTER, false},
    {"a^b", CHARACTER, false}, {"`a`", CHARACTER, false}, {"{a}", CHARACTER, false},
    {"~a", CHARACTER, false}, {"a\tb", CHARACTER, false}, {"a\nb", CHARACTER, false},
    {"\x7f", CHARACTER, false}, {"5\xe2\x82\xac", CHARACTER, false},
    {"\xc2\xbfque", CHARACTER, false},
    {"a\xe2\x80\x8b"
     "b",
        CHARACTER, false},
    {"\xf0\x9f\x98\x80", CHARACTER, false}, {"\xef\xbb\xbfid", CHARACTER, false},
    {"a\xc2\xa0"
     "b",
        CHARACTER, false},
    {"a\xff", "not UTF-8", false}, {"\xc3", "not UTF-8", false}, {"_TABLE_", RESERVED, false},
    {"_table_SUFFIX", RESERVED, false}, {"_TABLE", NULL, true}, {"_FILE_NAME", RESERVED, false},
    {"_FILE", NULL, true}, {"_PARTITION", RESERVED, false}, {"_partitiontime", RESERVED, false},
    {"_PartitionDate", RESERVED, false}, {"_PARTITIO", NULL, true},
    {"_ROW_TIMESTAMP", RESERVED, false}, {"__ROOT__", RESERVED, false},
    {"__root__x", RESERVED, false}, {"__ROOT_", NULL, true}, {"_COLIDENTIFIER_1", RESERVED, false},
    {"_CHANGE_SEQUENCE_NUMBER", RESERVED, false}, {"_CHANGE_TYPE", RESERVED, false},
    {"_CHANGE_TIMESTAMP", RESERVED, false}, {"_CHANGE_", NULL, true}, {"x_PARTITION", NULL, true},
    {"PARTITION", NULL, true}};

static const struct {
	const char *a, *b;
	bool same;
} pairs[] = {{"a", "A", true}, {"a", "b", false}, {"a", "ab", false}, {"ab", "a", false},
    {"\xc3\x89t\xc3\xa9", "\xc3\xa9T\xc3\x89", true}, {"\xc3\xa9", "e", false},
    {"\xce\xa9", "\xcf\x89", true}, {"", "", true}};

static const struct {
	const char *prefix, *name, *made;
} makes[] = {{"", "first name", "first_name"}, {"", "2nd", "_2nd"}, {"", "Nº", "No"},
    {"", "ção", "cao"}, {"", "_PARTITIONTIME", "x_PARTITIONTIME"}, {"", "", "_"}, {"", "名前", "_"},
    {"contact_", "tel-no", "contact_tel_no"}, {"", "a.b.", "a_b"}, {"", "__ROOT__", "x__ROOT__"}};

static void test_length(void)
{
	struct buf name;

	buf_init(&name, 4096);
	for (int i = 0; i < COLUMN_NAME_MAX; i++)
		buf_adds(&name, "\xc3\xa9");
	check_of(!column_name_check(buf_span(&name)), "300 characters of two bytes", "");
	buf_addc(&name, 'a');
	check_of(column_name_check(buf_span(&name)) != NULL, "301 characters", "");
	buf_clear(&name);
	for (int i = 0; i < COLUMN_NAME_MAX; i++)
		buf_addc(&name, 'a');
	check_of(column_name_plain(buf_span(&name)), "300 letters", "");
	buf_addc(&name, 'a');
	check_of(!column_name_plain(buf_span(&name)), "301 letters", "");
	check_of(column_name_check(buf_span(&name)) != NULL, "301 letters", "");
	buf_free(&name);
}

int main(void)
{
	struct buf made;

	buf_init(&made, COLUMN_NAME_MAX);
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		struct span name = span_of(rules[i].name);
		const char *why = column_name_check(name);

		check_of(why ? rules[i].why && strcmp(why, rules[i].why) == 0 : !rules[i].why,
		    why ? why : "taken", rules[i].name);
		check_of(column_name_plain(name) == rules[i].plain, "plain", rules[i].name);
	}
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		check_of(
		    column_name_same(span_of(pairs[i].a), span_of(pairs[i].b)) == pairs[i].same,
		    "same", pairs[i].a);
	for (size_t i = 0; i < sizeof makes / sizeof *makes; i++) {
		buf_clear(&made);
		column_name_make(&made, span_of(makes[i].prefix), span_of(makes[i].name));
		check_of(strcmp(buf_str(&made), makes[i].made) == 0, buf_str(&made), makes[i].name);
		check_of(
		    column_name_plain(buf_span(&made)), "what was made is plain", makes[i].name);
	}
	test_length();
	buf_free(&made);
	return check_end();
}
