/* Vectors: table names, what is hidden in BigQuery's messages, types, receipts. */

#include "cloud/bqjob.h"
#include "cloud/bqreceipt.h"
#include "cloud/bqtable.h"

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
	    {"d.\xc3\xa9", NULL},
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

static void messages(void)
{
	static const struct {
		const char *message;
		bool rows;
		const char *shown;
	} vectors[] = {
	    {"Field: a; Value: 4711", true, "Field: a; Value: ..."},
	    {"Bad int64 value: 4711", false, "Bad int64 value: ..."},
	    {"value: 1\nmore", false, "value: ...\nmore"},
	    {"Could not parse 'x y' as INT64 for field a", true,
	        "Could not parse '...' as INT64 for field a"},
	    {"got identifier \"FORM\"", false, "got identifier \"FORM\""},
	    {"got \"a'b\" and `c`", true, "got \"...\" and `...`"},
	    {"doesn't match, isn't it", true, "doesn't match, isn't it"},
	    {"open 'to the end", true, "open '..."},
	    {"''", true, "'...'"},
	    {"", true, ""},
	};

	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		struct buf b;

		buf_init(&b, BIGQUERY_WHY);
		bigquery_hide(&b, vectors[i].message, vectors[i].rows);
		check(strcmp(buf_str(&b), vectors[i].shown) == 0, "hide", buf_str(&b));
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
