/*
 * The discovery document: the methods that are served, as Google's bq builds its calls
 * from them. Schemas are left empty; nobody checks with them.
 */

#include "bigquery/discovery.h"
#include "bigquery/bq.h"

#include <stdio.h>

struct method {
	const char *name, *verb, *path;
	const char *query; /* "maxResults:integer pageToken"; a string where no type is said */
	bool body, empty;  /* of the request; is there none in the reply? */
};

struct resource_methods {
	const char *name;
	struct method methods[9];
};

#define PROJECT "projects/{+projectId}"
#define DATASET PROJECT "/datasets/{+datasetId}"
#define TABLE   DATASET "/tables/{+tableId}"
#define PAGES   "maxResults:integer pageToken"
#define RESULTS PAGES " formatOptions.useInt64Timestamp:boolean startIndex"

static const struct resource_methods served[] = {
    {"datasets",
        {{"delete", "DELETE", DATASET, "deleteContents:boolean", false, true},
            {"get", "GET", DATASET, "accessPolicyVersion:integer datasetView", false, false},
            {"insert", "POST", PROJECT "/datasets", "accessPolicyVersion:integer", true, false},
            {"list", "GET", PROJECT "/datasets", "all:boolean filter " PAGES, false, false},
            {"patch", "PATCH", DATASET, "accessPolicyVersion:integer updateMode", true, false},
            {"update", "PUT", DATASET, "accessPolicyVersion:integer updateMode", true, false}}},
    {"tables", {{"delete", "DELETE", TABLE, "", false, true},
                   {"get", "GET", TABLE, "selectedFields view", false, false},
                   {"insert", "POST", DATASET "/tables", "", true, false},
                   {"list", "GET", DATASET "/tables", PAGES, false, false},
                   {"patch", "PATCH", TABLE, "autodetect_schema:boolean", true, false},
                   {"update", "PUT", TABLE, "autodetect_schema:boolean", true, false}}},
    {"tabledata", {{"insertAll", "POST", TABLE "/insertAll", "", true, false},
                      {"list", "GET", TABLE "/data", RESULTS " selectedFields", false, false}}},
    {"jobs",
        {{"cancel", "POST", PROJECT "/jobs/{+jobId}/cancel", "location", false, false},
            {"delete", "DELETE", PROJECT "/jobs/{+jobId}/delete", "location", false, true},
            {"get", "GET", PROJECT "/jobs/{+jobId}", "location", false, false},
            {"getQueryResults", "GET", PROJECT "/queries/{+jobId}",
                RESULTS " location timeoutMs:integer", false, false},
            {"insert", "POST", PROJECT "/jobs", "", true, false},
            {"list", "GET", PROJECT "/jobs",
                PAGES " allUsers:boolean maxCreationTime minCreationTime parentJobId projection "
                      "stateFilter",
                false, false},
            {"query", "POST", PROJECT "/queries", "", true, false}}},
};

static void add_parameter(struct buf *b, struct span name, struct span type, bool path)
{
	buf_addf(b, "%s\"%.*s\":{\"type\":\"%.*s\",\"location\":\"%s\"%s}",
	    b->p[b->n - 1] == '{' ? "" : ",", SPAN_ARG(name), SPAN_ARG(type),
	    path ? "path" : "query", path ? ",\"required\":true" : "");
}

static void add_parameters(struct buf *b, const struct method *m)
{
	const char *p;
	size_t n;

	for (p = m->path; (p = strstr(p, "{+")); p += n) {
		p += 2;
		n = strcspn(p, "}");
		add_parameter(b, (struct span){p, n}, SPAN("string"), true);
	}
	for (p = m->query; *p; p += n + strspn(p + n, " ")) {
		size_t name = strcspn(p, ": ");

		n = strcspn(p, " ");
		add_parameter(b, (struct span){p, name},
		    name < n ? (struct span){p + name + 1, n - name - 1} : SPAN("string"), false);
	}
}

static void add_method(struct buf *b, const char *resource, const struct method *m)
{
	static const char upload[] =
	    ",\"supportsMediaUpload\":true,\"mediaUpload\":{\"accept\":[\"*/*\"],\"protocols\":{"
	    "\"resumable\":{\"multipart\":true,\"path\":\"/resumable/upload/bigquery/v2/" PROJECT
	    "/jobs\"},\"simple\":{\"multipart\":true,\"path\":\"/upload/bigquery/v2/" PROJECT
	    "/jobs\"}}}";
	bool takes = strcmp(resource, "jobs") == 0 && strcmp(m->name, "insert") == 0;

	buf_addf(b, "\"%s\":{\"id\":\"bigquery.%s.%s\",\"httpMethod\":\"%s\",\"path\":\"%s\"",
	    m->name, resource, m->name, m->verb, m->path);
	buf_adds(b, ",\"parameters\":{");
	add_parameters(b, m);
	buf_addf(b, "}%s%s%s}", m->body ? ",\"request\":{\"$ref\":\"Any\"}" : "",
	    m->empty ? "" : ",\"response\":{\"$ref\":\"Any\"}", takes ? upload : "");
}

void discovery_get(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	struct buf *b = &rp->body;

	(void)rq;
	buf_addf(b,
	    "{\"kind\":\"discovery#restDescription\",\"discoveryVersion\":\"v1\",\"id\":\"bigquery:"
	    "v2\","
	    "\"name\":\"bigquery\",\"version\":\"v2\",\"protocol\":\"rest\",\"rootUrl\":\"%s/\","
	    "\"servicePath\":\"bigquery/v2/\",\"basePath\":\"/bigquery/v2/\",\"baseUrl\":"
	    "\"%s/bigquery/v2/\",\"batchPath\":\"batch/bigquery/v2\",\"parameters\":{"
	    "\"alt\":{\"type\":\"string\",\"location\":\"query\"},"
	    "\"prettyPrint\":{\"type\":\"boolean\",\"location\":\"query\"}},"
	    "\"schemas\":{\"Any\":{\"id\":\"Any\",\"type\":\"object\"}},\"resources\":{",
	    sb->url, sb->url);
	for (size_t i = 0; i < sizeof served / sizeof *served; i++) {
		buf_addf(b, "%s\"%s\":{\"methods\":{", i ? "," : "", served[i].name);
		for (const struct method *m = served[i].methods; m->name; m++) {
			buf_adds(b, m > served[i].methods ? "," : "");
			add_method(b, served[i].name, m);
		}
		buf_adds(b, "}}");
	}
	buf_adds(b, "}}");
}
