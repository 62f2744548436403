/* Vectors: table names, what is hidden in BigQuery's messages, types, receipts. */

#include "cloud/bqjob.h"
#include "cloud/bqreceipt.h"
#include "cloud/bqtable.h"
#include "cloud/bqwords.h"

#include <stdio.h>

static unsigned passed, failed;

static void check(bool ok, const char *what, const char *vector)
{
	if (ok) {
		passed++;
		return;
	}
	failed++;
	printf("FAIL %s: %s\n", what, vector);
}

static void names(void)
{
	static const struct {
		const char *text, *whole; /* whole: NULL when it is no name */
	} vectors[] = {
	    {"d.t", "p.d.t"},
	    {"q.d.t", "q.d.t"},
	    {"q-1:d.t", "q-1.d.t"},
	    {"example.com:q.d.t", "example.com:q.d.t"},
	    {"example.com:q:d.t", "example.com:q.d.t"},
	    {"d.t$20261122", "p.d.t$20261122"},
	    {"d.t-x_1", "p.d.t-x_1"},
	    {"d", NULL},
	    {"", NULL},
	    {".", NULL},
	    {"d.", NULL},
	    {".t", NULL},
	    {"d-x.t", NULL},
	    {"d.t$", NULL},
	    {"d.t$1$2", NULL},
	    {"d.t`", NULL},
	    {"d.t/x", NULL},
	    {"Q.d.t", NULL},
	    {"../d.t", NULL},
	    {"d.t\n", NULL},
	    {"d.\xc3\xa9", "p.d.\xc3\xa9"},
	    {"d.a b", "p.d.a b"},
	    {"d.\xc3", NULL},
	    {"d.\xe2\x80\xa8", NULL}, /* a line separator */
	    {"\xc3\xa9.t", NULL},
	};

	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		struct bqtable t;
		bool ok = bqtable_parse(&t, vectors[i].text, "p");

		check(ok == (vectors[i].whole != NULL) &&
		          (!ok || strcmp(t.text, vectors[i].whole) == 0),
		    "table", vectors[i].text);
		bqtable_free(&t);
	}
}

#define UNSHOWN "its text is not shown, since it may hold values"
#define READING "Error while reading data, error message: "

static void messages(void)
{
	static const struct {
		const char *message, *shown;
	} vectors[] = {
	    {"Bad int64 value: CANARY", "Bad int64 value ..."},
	    {"Invalid date: 'D'Avila CANARY'", "Invalid date ..."},
	    {"Invalid timestamp: 'CANARY'", "Invalid timestamp ..."},
	    {READING "JSON parsing error in row starting at position 12: Could not convert value "
	             "'string_value: \"Sant'Anna CANARY\"' to integer. Field: id; Value: "
	             "Sant'Anna CANARY\nCANARY",
	        READING "JSON parsing error in row starting at position 12: Could not convert ...; "
	                "Field: id"},
	    {"Could not convert value 'a. Field: CANARY; Value: b' to integer. Field: id; Value: x",
	        "Could not convert ..."},
	    {READING "JSON parsing error in row starting at position 0: Parser terminated before "
	             "end of string \"CANARY",
	        READING
	        "JSON parsing error in row starting at position 0: Parser terminated before "
	        "end of string ..."},
	    {READING "Failed to parse JSON: CANARY; ParseErrorTooDeep",
	        READING "Failed to parse ..."},
	    {READING "JSON parsing error in row starting at position 0: No such field: CANARY.",
	        READING "JSON parsing error in row starting at position 0: No such field ..."},
	    {READING "CANARY", READING UNSHOWN},
	    {"CANARY", UNSHOWN},
	    {"\xe2\x80\x9c"
	     "CANARY\xe2\x80\x9d is odd",
	        UNSHOWN},
	    {"Value CANARY of column x overflows", UNSHOWN},
	    {"Syntax error: Unexpected string literal \"CANARY\" at [1:8]",
	        "Syntax error: Unexpected string literal ... at [1:8]"},
	    {"Syntax error: Unexpected string literal 'a@b' 'CANARY' at [1:8]",
	        "Syntax error: Unexpected string literal ... at [1:8]"},
	    {"Syntax error: Expected end of input but got identifier \"FORM\" at [1:10]",
	        "Syntax error: Expected end of input but got identifier \"FORM\" at [1:10]"},
	    {"Not found: Table p:d.t was not found in location US",
	        "Not found: Table p:d.t was not found in location US"},
	    {"Table \"t\" must be qualified\nCANARY", "Table \"t\" must be qualified"},
	    {"Provided Schema does not match Table p:d.t. Field a has changed mode",
	        "Provided Schema does not match Table p:d.t. Field a has changed mode"},
	    {"", ""},
	};

	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		struct buf b;

		buf_init(&b, BIGQUERY_WHY);
		bqwords_add(&b, vectors[i].message);
		check(strcmp(buf_str(&b), vectors[i].shown) == 0, "words", buf_str(&b));
		buf_free(&b);
	}
}

static void types(void)
{
	check(strcmp(bqtable_type("integer"), "INT64") == 0, "type", "integer");
	check(strcmp(bqtable_type("STRUCT"), "RECORD") == 0, "type", "STRUCT");
	check(strcmp(bqtable_type("DATE"), "DATE") == 0, "type", "DATE");
}

static void receipts(void)
{
	static const struct {
		const char *line;
		bool fine;
	} vectors[] = {
	    {"{\"tool\":\"bq-load\",\"table\":\"p.d.t\",\"job_id\":\"x\",\"rows\":3}", true},
	    {"{\"tool\":\"bq-load\",\"table\":\"p.d.t\",\"job_id\":\"x\",\"rows\":\"3\",\"new\":{}"
	     "}",
	        true},
	    {"{\"tool\":\"bq-load\",\"table\":\"p.d.t\"}", false},
	    {"{\"tool\":1,\"table\":\"p.d.t\",\"job_id\":\"x\"}", false},
	    {"{\"tool\":\"a\",\"table\":\"p\\u0000q\",\"job_id\":\"x\"}", false},
	    {"[]", false},
	    {"", false},
	};

	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		struct bqreceipt r;

		check(!bqreceipt_read(&r, span_of(vectors[i].line)) == vectors[i].fine, "receipt",
		    vectors[i].line);
		bqreceipt_clear(&r);
	}
}

static void reasons(void)
{
	check(bigquery_meaning("invalid") == STATUS_DATA, "reason", "invalid");
	check(bigquery_meaning("backendError") == STATUS_AGAIN, "reason", "backendError");
	check(bigquery_meaning("rateLimitExceeded") == STATUS_AGAIN, "reason", "rateLimitExceeded");
	check(bigquery_meaning("accessDenied") == STATUS_DENIED, "reason", "accessDenied");
	check(bigquery_meaning("quotaExceeded") == STATUS_REFUSED, "reason", "quotaExceeded");
	check(bigquery_meaning("") == STATUS_REFUSED, "reason", "(none)");
}

/* jobs.get: creationTime and endTime in milliseconds, as texts. */
static void durations(void)
{
	static const struct {
		const char *text;
		double seconds;
	} vectors[] = {
	    {"{\"statistics\":{\"creationTime\":\"1000\",\"endTime\":\"3500\"}}", 2.5},
	    {"{\"statistics\":{\"creationTime\":\"1000\"}}", 0},
	    {"{\"statistics\":{\"creationTime\":\"3500\",\"endTime\":\"1000\"}}", 0},
	    {"{}", 0},
	};

	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		char why[JDOC_WHY];
		jdoc *job = jdoc_parse(span_of(vectors[i].text), why);

		check(bqjob_seconds(job) == vectors[i].seconds, "seconds", vectors[i].text);
		jdoc_free(job);
	}
}

int main(void)
{
	durations();
	names();
	messages();
	types();
	receipts();
	reasons();
	printf("%u passed, %u failed\n", passed, failed);
	return failed > 0;
}
