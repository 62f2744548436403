#include "cloud/bqjobs.h"

#include <inttypes.h>
#include <stdio.h>

static jdoc *insert(struct bigquery *bq, const jdoc *job)
{
	struct buf url;
	jdoc *doc;

	buf_init(&url, BIGQUERY_URL);
	bigquery_url(bq, &url, "projects", bq->project, "jobs", NULL);
	doc = bigquery_call(bq, "POST", buf_str(&url), job);
	buf_free(&url);
	return doc;
}

jdoc *bqjobs_query(struct span sql, uint64_t most)
{
	jdoc *doc = jdoc_object();
	char limit[24];

	jdoc_set_span(doc, "query.query", sql);
	jdoc_set_bool(doc, "query.useLegacySql", false);
	snprintf(limit, sizeof limit, "%" PRIu64, most);
	if (most)
		jdoc_set_text(doc, "query.maximumBytesBilled", limit);
	return doc;
}

jdoc *bqjobs_insert(struct bigquery *bq, const jdoc *job, const char *location, void *ctx)
{
	(void)location;
	(void)ctx;
	return insert(bq, job);
}

jdoc *bqjobs_get(struct bigquery *bq, const char *id, const char *location)
{
	struct buf url;
	jdoc *doc;

	buf_init(&url, BIGQUERY_URL);
	bigquery_url(bq, &url, "projects", bq->project, "jobs", id, NULL);
	bigquery_query(&url, "location", location);
	doc = bigquery_call(bq, "GET", buf_str(&url), NULL);
	buf_free(&url);
	return doc;
}

jdoc *bqjobs_dry_run(struct bigquery *bq, const char *location, const jdoc *configuration)
{
	jdoc *job = jdoc_object(), *doc;

	jdoc_set_text(job, "jobReference.projectId", bq->project);
	jdoc_set_text(job, "jobReference.location", location);
	jdoc_set(job, "configuration", jdoc_copy(configuration));
	jdoc_set_bool(job, "configuration.dryRun", true);
	doc = insert(bq, job);
	jdoc_free(job);
	return doc;
}
