#include "salesforce/results.h"
#include "salesforce/sf_job.h"

/* In no order that a client could rely on, as in Salesforce. */
static void write_results(
    struct sandbox *sb, const struct sf_job *job, const char *kind, struct buf *b)
{
	sqlite3_stmt *stmt = store_query(sb->store,
	    "SELECT line FROM sf_result WHERE job = ?1 AND kind = ?2 "
	    "ORDER BY (row * 2654435761) % 4294967296",
	    "it", job->number, kind);

	while (sqlite3_step(stmt) == SQLITE_ROW)
		buf_add(b, sqlite3_column_text(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0));
	sqlite3_finalize(stmt);
}

static void results(struct sandbox *sb, const struct request *rq, struct reply *rp,
    const char *kind, const char *head)
{
	sqlite3_stmt *stmt = sf_job_admit(sb, rq, rp);
	struct sf_job job;

	if (!stmt)
		return;
	job = sf_job_read(stmt);
	sqlite3_finalize(stmt);
	rp->type = "text/csv";
	buf_adds(&rp->body, head);
	sf_ingest_header(sb->store, &job, &rp->body);
	buf_addc(&rp->body, '\n');
	write_results(sb, &job, kind, &rp->body);
}

static void successful(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	results(sb, rq, rp, "s", "\"sf__Id\",\"sf__Created\"");
}

static void failed(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	results(sb, rq, rp, "f", "\"sf__Id\",\"sf__Error\"");
}

static bool is_over(const char *state)
{
	return strcmp(state, "Failed") == 0 || strcmp(state, "Aborted") == 0;
}

/* What a job that failed or was aborted did not come to. */
static void unprocessed(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	sqlite3_stmt *stmt = sf_job_admit(sb, rq, rp);
	struct sf_job job;
	bool over;

	if (!stmt)
		return;
	job = sf_job_read(stmt);
	over = is_over(sf_job_text(stmt, STATE));
	job.processed = sqlite3_column_int64(stmt, PROCESSED);
	sqlite3_finalize(stmt);
	rp->type = "text/csv";
	if (over)
		sf_ingest_rest(sb->store, &job, &rp->body);
}

#define JOB "/services/data/{}/jobs/ingest/{}"

const struct route results_routes[] = {
    {"GET", JOB "/successfulResults", "sf", successful},
    {"GET", JOB "/failedResults", "sf", failed},
    {"GET", JOB "/unprocessedrecords", "sf", unprocessed},
    {"GET", JOB "/unprocessedRecords", "sf", unprocessed},
    {0},
};
