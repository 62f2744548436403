/* Contracts: good ones read as they should, bad ones are refused with the line and the rule. */

#include "base/die.h"
#include "base/file.h"
#include "schema/contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int passed, failed;
static char path[] = "/tmp/contract_test.XXXXXX";

static void check(bool good, const char *what)
{
	if (good) {
		passed++;
		return;
	}
	failed++;
	printf("failed: %.200s\n", what);
}

static bool read_path(struct contract *c, const char *name, char why[ERROR_TEXT])
{
	struct error error = {0};
	bool ok = contract_read(c, name, &error);

	strcpy(why, error.text);
	return ok;
}

static bool read_text(struct contract *c, const char *text, char why[ERROR_TEXT])
{
	FILE *f = fopen(path, "w");

	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		exit(1);
	return read_path(c, path, why);
}

/* ---- refused: the message behind the path ---- */

#define F(fields) "{\"fields\":[" fields "]}"
#define A         "{\"name\":\"a\",\"type\":\"STRING\"}"
#define DAY       "{\"name\":\"d\",\"type\":\"DATE\"}"

static const struct {
	const char *text, *why;
} bad[] = {
    {"", ":1: ends too early"},
    {"[]", ":1: not a JSON object"},
    {"{\n\"fields\": [\n" A ",\n]}", ":4: not JSON"},
    {"{\"fields\":[" A "]\n,\"fields\":[" A "]}", ":2: duplicate key \"fields\""},
    {"{}", ":1: no fields"},
    {F(""), ":1: no fields"},
    {"{\n\n\"typ\":1}", ":3: unknown key \"typ\""},
    {"{\"name\":1}", ":1: name: must be a string"},
    {"{\"name\":\"\"}", ":1: name: is empty"},
    {"{\"fields\":{}}", ":1: fields: must be an array"},
    {F("1"), ":1: fields: must hold objects"},
    {F(A ",\n{\"name\":\"b\",\n\"typ\":\"STRING\"}"), ":3: unknown key \"typ\""},
    {F("{\"type\":\"STRING\"}"), ":1: field without a name"},
    {F("\n{\"name\":\"a\"}"), ":2: field a: no type"},
    {F("{\"name\":\"a\",\n\"type\":\"TEXT\"}"), ":2: unknown type \"TEXT\""},
    {F("{\"name\":\"a\",\"type\":7}"), ":1: type: must be a string"},
    {F("{\"name\":\"a\",\"type\":\"DATE\",\"mode\":\"OPTIONAL\"}"),
        ":1: unknown mode \"OPTIONAL\""},
    {F("{\"name\":\"a.b\",\"type\":\"DATE\"}"),
        ":1: name: has a character that BigQuery does not take in a column name"},
    {F("{\"name\":\"\\u00a4\",\"type\":\"DATE\"}"),
        ":1: name: has a character that BigQuery does not take in a column name"},
    {F(A ",\n{\"name\":\"_Partitiontime\",\"type\":\"DATE\"}"),
        ":2: name: begins with a prefix that BigQuery reserves"},
    {F("{\"name\":\"\\u00c9\",\"type\":\"DATE\"},\n{\"name\":\"\\u00e9\",\"type\":\"DATE\"}"),
        ":2: field \xc3\xa9: named twice"},
    {F(A ",\n{\"name\":\"A\",\"type\":\"DATE\"}"), ":2: field A: named twice"},
    {F("{\"name\":\"r\",\"type\":\"RECORD\"}"), ":1: field r: a RECORD without fields"},
    {F("{\"name\":\"r\",\"type\":\"STRUCT\",\"fields\":[]}"),
        ":1: field r: a RECORD without fields"},
    {F("{\"name\":\"r\",\"type\":\"DATE\",\n\"fields\":[" A "]}"), ":2: field r: fields on a DATE"},
    {F("{\"name\":\"r\",\"type\":\"RECORD\",\"fields\":[\n{\"name\":\"x\",\"type\":\"Y\"}]}"),
        ":2: unknown type \"Y\""},
    {F("{\"name\":\"a\",\"type\":\"DATE\",\"from\":\"x..y\"}"),
        ":1: from: a step of the path is empty"},
    {F("{\"name\":\"a\",\"type\":\"DATE\",\"from\":\".\"}"),
        ":1: from: a step of the path is empty"},
    {F("{\"name\":\"a\",\"type\":\"DATE\",\"from\":[]}"), ":1: from: is empty"},
    {F("{\"name\":\"a\",\"type\":\"DATE\",\"from\":7}"), ":1: from: must be a string"},
    {F("{\"name\":\"a\",\"type\":\"DATE\",\"clean\":\"trim\"}"), ":1: clean: must be an array"},
    {F("{\"name\":\"a\",\"type\":\"DATE\",\"clean\":[1]}"), ":1: clean: must be a string"},
    {F("{\"name\":\"a\",\"type\":\"DATE\",\"format\":1}"), ":1: format: must be a string"},
    {F("{\"name\":\"a\",\"type\":\"DATE\",\"tz\":null}"), ":1: tz: must be a string"},
    {F("{\"name\":\"a\",\"type\":\"DATE\",\"pii\":{}}"), ":1: pii: no \"action\""},
    {F("{\"name\":\"a\",\"type\":\"DATE\",\"pii\":true}"), ":1: pii: must be a string"},
    {"{\"fields\":[" A "],\n\"key\":[\"x\"]}", ":2: key: no field x"},
    {"{\"fields\":[" A "],\n\"key\":\"a\"}", ":2: key: must be an array"},
    {"{\"fields\":[" A "],\n\"order_by\":\"x\"}", ":2: order_by: no field x"},
    {"{\"fields\":[" A "],\n\"cluster\":[\"x\"]}", ":2: cluster: no field x"},
    {"{\"fields\":[" A "],\n\"cluster\":[\"a\",\"a\",\"a\",\"a\",\"a\"]}",
        ":2: cluster: more than 4 fields"},
    {"{\"fields\":[{\"name\":\"a\",\"type\":\"FLOAT64\"}],\n\"cluster\":[\"a\"]}",
        ":2: cluster: field a cannot be one of type FLOAT64"},
    {"{\"fields\":[{\"name\":\"a\",\"type\":\"DATE\",\"mode\":\"REPEATED\"}],\n\"cluster\":[\"a\"]"
     "}",
        ":2: cluster: field a cannot be one of type REPEATED DATE"},
    {F("{\"name\":\"a\",\"type\":\"INTERVAL\"}"), ":1: unknown type \"INTERVAL\""},
    {"{\"fields\":[" A "],\n\"partition\":{\"field\":\"x\"}}", ":2: partition: no field x"},
    {"{\"fields\":[" A "],\n\"partition\":{\"field\":\"a\"}}",
        ":2: partition: field a must be one DATE, DATETIME or TIMESTAMP"},
    {"{\"fields\":[" DAY "],\n\"partition\":{\"field\":\"d\",\"type\":\"WEEK\"}}",
        ":2: unknown partition type \"WEEK\""},
    {"{\"fields\":[" DAY "],\n\"partition\":{}}", ":2: partition: no field"},
    {"{\"fields\":[" DAY "],\n\"partition\":{\"fields\":\"d\"}}", ":2: unknown key \"fields\""},
    {"{\"fields\":[" DAY "],\n\"partition\":\"d\"}", ":2: partition: must be an object"},
};

static void test_bad(void)
{
	char why[ERROR_TEXT], want[ERROR_TEXT];
	struct contract c;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		bool good = read_text(&c, bad[i].text, why);

		snprintf(want, sizeof want, "%s%s", path, bad[i].why);
		check(!good && strcmp(why, want) == 0, good ? bad[i].text : why);
		contract_free(&c);
	}
	check(!read_path(&c, "/nonexistent/c.json", why) &&
	          strcmp(why, "/nonexistent/c.json: No such file or directory") == 0,
	    why);
	check(!read_path(&c, "-", why) && strcmp(why, "-: No such file or directory") == 0, why);
}

/* ---- limits ---- */

static void test_nesting(void)
{
	char why[ERROR_TEXT];
	struct contract c;
	struct buf b;

	for (int depth = CONTRACT_MAX_NESTING; depth <= CONTRACT_MAX_NESTING + 1; depth++) {
		buf_init(&b, 1 << 20);
		for (int i = 1; i < depth; i++)
			buf_addf(&b, "%s{\"name\":\"r\",\"type\":\"RECORD\",\"fields\":[",
			    i == 1 ? "{\"fields\":[" : "");
		buf_adds(&b, A);
		for (int i = 0; i < depth; i++)
			buf_adds(&b, "]}");
		check(
		    read_text(&c, buf_str(&b), why) == (depth <= CONTRACT_MAX_NESTING), "nesting");
		contract_free(&c);
		buf_free(&b);
	}
	check(strstr(why, "nested deeper than 15") != NULL, why);
}

static void test_count(void)
{
	char why[ERROR_TEXT];
	struct contract c;
	struct buf b;

	for (int n = CONTRACT_MAX_FIELDS; n <= CONTRACT_MAX_FIELDS + 1; n++) {
		buf_init(&b, 4 << 20);
		for (int i = 0; i < n; i++)
			buf_addf(&b, "%s\n{\"name\":\"f%d\",\"type\":\"DATE\"}",
			    i ? "," : "{\"fields\":[", i);
		buf_adds(&b, "]}");
		check(read_text(&c, buf_str(&b), why) == (n <= CONTRACT_MAX_FIELDS), why);
		check(c.n == 0 || c.fields[c.n - 1].line == n + 1, "line of the last field");
		contract_free(&c);
		buf_free(&b);
	}
	check(strstr(why, ":10002: more than 10000 fields") != NULL, why);
}

/* ---- read ---- */

static const char whole[] =
    "\xef\xbb\xbf{ \"name\": \"leads\", \"description\": \"d\",\n"
    "  \"key\": [\"lead_id\"], \"order_by\": \"updated_at\",\n"
    "  \"partition\": {\"field\": \"updated_at\"}, \"cluster\": [\"lead_id\", \"score\"],\n"
    "  \"fields\": [\n"
    "    {\"name\": \"lead_id\", \"type\": \"string\", \"mode\": \"REQUIRED\", \"from\": "
    "\"contact.id\"},\n"
    "    {\"name\": \"updated_at\", \"type\": \"TIMESTAMP\", \"from\": [\"a.b\", \"c\\u0064\"],"
    " \"format\": [\"epoch_s\", \"%Y\"], \"tz\": \"America/Sao_Paulo\"},\n"
    "    {\"name\": \"score\", \"type\": \"DECIMAL\", \"default\": [1, 2], \"pii\": \"hmac\"},\n"
    "    {\"name\": \"tags\", \"type\": \"INTEGER\", \"mode\": \"REPEATED\", \"description\": \"\","
    " \"clean\": [\"trim\", {\"null_if\": [\"x\"]}, \"lower\"]},\n"
    "    {\"name\": \"utm\", \"type\": \"STRUCT\", \"fields\": [\n"
    "       {\"name\": \"source\", \"type\": \"BOOLEAN\", \"pii\": {\"action\": \"mask\", "
    "\"keep\": 4}}] }\n"
    "  ] }\n";

static bool is(struct span got, const char *want)
{
	return span_eq(got, span_of(want));
}

static void check_top(const struct contract *c)
{
	check(is(c->name, "leads") && c->key.n == 1 && is(c->key.item[0], "lead_id"), "name, key");
	check(is(c->order_by, "updated_at") && is(c->partition_field, "updated_at") &&
	          is(c->partition_type, "DAY"),
	    "order, partition");
	check(c->cluster.n == 2 && is(c->cluster.item[1], "score") && c->n == 5, "cluster, fields");
	check(contract_find(c, SPAN("score")) == &c->fields[2] && !contract_find(c, SPAN("source")),
	    "contract_find");
}

static void check_fields(const struct contract_field *f)
{
	check(f[0].line == 5 && f[0].type == TYPE_STRING && f[0].mode == MODE_REQUIRED, "lead_id");
	check(f[0].from.n == 2 && is(f[0].from.item[0], "contact") && is(f[0].from.item[1], "id"),
	    "from: a path");
	check(!f[0].clean_raw.p && !f[0].default_raw.p && !f[0].format_raw.p && !f[0].tz.p &&
	          !f[0].pii.p && !f[0].pii_raw.p && !f[0].description.p,
	    "absent");
	check(f[1].from.n == 2 && is(f[1].from.item[0], "a.b") && is(f[1].from.item[1], "cd"),
	    "from: keys");
	check(is(f[1].format_raw, "[\"epoch_s\", \"%Y\"]") && is(f[1].tz, "America/Sao_Paulo"),
	    "format, tz");
	check(f[2].type == TYPE_NUMERIC && is(f[2].default_raw, "[1, 2]") && is(f[2].pii, "hmac") &&
	          is(f[2].pii_raw, "\"hmac\""),
	    "score");
	check(f[2].from.n == 1 && is(f[2].from.item[0], "score"), "from: the name");
	check(f[3].type == TYPE_INT64 && f[3].mode == MODE_REPEATED && f[3].clean.n == 2 &&
	          is(f[3].clean.item[1], "lower") && !f[3].description.p,
	    "tags");
	check(is(f[3].clean_raw, "[\"trim\", {\"null_if\": [\"x\"]}, \"lower\"]"), "clean, raw");
	check(f[4].type == TYPE_RECORD && f[4].n == 1 && f[4].fields[0].line == 10 &&
	          f[4].fields[0].type == TYPE_BOOL && is(f[4].fields[0].pii, "mask"),
	    "utm");
}

static void test_good(void)
{
	char why[ERROR_TEXT];
	struct contract c;

	check(read_text(&c, whole, why), why);
	if (c.n == 5) {
		check_top(&c);
		check_fields(c.fields);
	}
	contract_free(&c);
}

static void test_names(void)
{
	static const char *const names[][2] = {{"STRING", "STRING"}, {"BYTES", "BYTES"},
	    {"INTEGER", "INT64"}, {"INT64", "INT64"}, {"FLOAT", "FLOAT64"}, {"FLOAT64", "FLOAT64"},
	    {"NUMERIC", "NUMERIC"}, {"DECIMAL", "NUMERIC"}, {"BIGNUMERIC", "BIGNUMERIC"},
	    {"BIGDECIMAL", "BIGNUMERIC"}, {"BOOLEAN", "BOOL"}, {"BOOL", "BOOL"}, {"DATE", "DATE"},
	    {"TIME", "TIME"}, {"DATETIME", "DATETIME"}, {"TIMESTAMP", "TIMESTAMP"},
	    {"JSON", "JSON"}, {"GEOGRAPHY", "GEOGRAPHY"}, {"timestamp", "TIMESTAMP"}};
	char text[200], why[ERROR_TEXT];
	struct contract c;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(text, sizeof text, F("{\"name\":\"a\",\"type\":\"%s\"}"), names[i][0]);
		check(read_text(&c, text, why) &&
		          strcmp(type_name(c.fields[0].type), names[i][1]) == 0,
		    text);
		contract_free(&c);
	}
	check(strcmp(type_name(TYPE_RECORD), "RECORD") == 0, "type_name");
	check(strcmp(mode_name(MODE_REPEATED), "REPEATED") == 0, "mode_name");
}

int main(void)
{
	prog_init("contract_test");
	close(mkstemp(path));
	test_bad();
	test_nesting();
	test_count();
	test_good();
	test_names();
	unlink(path);
	printf("%d passed, %d failed\n", passed, failed);
	return failed > 0;
}
