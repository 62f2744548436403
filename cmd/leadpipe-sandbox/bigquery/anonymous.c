/*
 * The table that BigQuery puts the rows of a query in which names none: its job says
 * which (configuration.query.destinationTable), and clients read it like any other.
 */

#include "base/mem.h"
#include "bigquery/anonymous.h"
#include "bigquery/job.h"
#include "bigquery/page.h"

#include <stdlib.h>

static const char dataset[] = "_results";

enum { ROWS_MOST = 100000 };

void anonymous_name(struct bq_job *job)
{
	jdoc_set_text(
	    job->resource, "configuration.query.destinationTable.projectId", job->project);
	jdoc_set_text(job->resource, "configuration.query.destinationTable.datasetId", dataset);
	jdoc_set_text(job->resource, "configuration.query.destinationTable.tableId", job->id);
}

bool anonymous_is(const struct request *rq)
{
	return strcmp(rq->part[1].p, dataset) == 0;
}

static struct bq_job *open_part(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	struct bq_job *job = job_find(sb, rq->part[0].p, rq->part[2].p);

	if (job && job->storage)
		return job;
	bq_reject(
	    rp, "notFound", "Not found: Table %s:%s.%s", rq->part[0].p, dataset, rq->part[2].p);
	job_free(job);
	return NULL;
}

void anonymous_get(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	struct bq_job *job = open_part(sb, rq, rp);
	jdoc *doc;
	char *id;

	if (!job)
		return;
	doc = jdoc_object();
	id = mem_format("%s:%s.%s", job->project, dataset, job->id);
	jdoc_set_text(doc, "kind", "bigquery#table");
	jdoc_set_text(doc, "id", id);
	bq_copy(doc, "tableReference", job->resource, "configuration.query.destinationTable");
	jdoc_set_text(doc, "type", "TABLE");
	jdoc_set(doc, "schema", columns_schema(job->columns, job->n));
	bq_set_int64(doc, "numRows", job->rows);
	bq_copy(doc, "creationTime", job->resource, "statistics.creationTime");
	bq_copy(doc, "lastModifiedTime", job->resource, "statistics.creationTime");
	bq_copy(doc, "location", job->resource, "jobReference.location");
	bq_set_etag(doc);
	reply_json(rp, 200, doc);
	free(id);
	job_free(job);
}

void anonymous_list(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	const char *fields = request_query(rq, "selectedFields");
	struct bq_job *job = open_part(sb, rq, rp);
	struct bq_page page;
	struct bq_rows rows;
	struct buf from;
	jdoc *doc;

	buf_init(&from, 1 << 16);
	if (job && fields && *fields) {
		bq_reject(rp, "notImplemented",
		    "selectedFields of a query's rows are not supported by the sandbox");
	} else if (job && page_wanted(&page, rq, ROWS_MOST, rp)) {
		store_quote(&from, job->storage);
		rows = (struct bq_rows){.from = buf_str(&from),
		    .columns = job->columns,
		    .n = job->n,
		    .numbered = true,
		    .total = job->rows};
		doc = jdoc_object();
		jdoc_set_text(doc, "kind", "bigquery#tableDataList");
		bq_set_int64(doc, "totalRows", rows.total);
		page_rows(sb, rp, doc, &rows, &page);
	}
	buf_free(&from);
	job_free(job);
}
