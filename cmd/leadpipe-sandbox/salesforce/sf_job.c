#include "salesforce/sf_job.h"
#include "salesforce/sf_record.h"

#include "base/time.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

/* The columns of sf_job that a job's document is made of, in this order. */
#define JOB_COLUMNS                                                                                \
	"number, id, object, operation, key, crlf, delimiter, state, version, created, asked, "    \
	"processed, failed, error, locked, halted, uploads"

struct delimiter {
	const char *name;
	char byte;
};

static const struct delimiter delimiters[] = {{"COMMA", ','}, {"SEMICOLON", ';'}, {"PIPE", '|'},
    {"TAB", '\t'}, {"CARET", '^'}, {"BACKQUOTE", '`'}};

static char delimiter_byte(const char *name)
{
	for (size_t i = 0; i < sizeof delimiters / sizeof *delimiters; i++)
		if (strcmp(delimiters[i].name, name) == 0)
			return delimiters[i].byte;
	return '\0';
}

static void make_tables(struct store *s)
{
	store_exec(s,
	    "CREATE TABLE IF NOT EXISTS sf_job (number INTEGER PRIMARY KEY, id TEXT UNIQUE, "
	    "object TEXT, operation TEXT, key TEXT, crlf INTEGER, delimiter TEXT, state TEXT, "
	    "version TEXT, created TEXT, asked INTEGER DEFAULT 0, processed INTEGER DEFAULT 0, "
	    "failed INTEGER DEFAULT 0, error TEXT, locked INTEGER DEFAULT 0, "
	    "halted INTEGER DEFAULT 0, uploads INTEGER DEFAULT 0);"
	    "CREATE TABLE IF NOT EXISTS sf_upload (job INTEGER PRIMARY KEY, data TEXT);"
	    "CREATE TABLE IF NOT EXISTS sf_result (job INTEGER, row INTEGER, kind TEXT, line TEXT);"
	    "CREATE INDEX IF NOT EXISTS sf_result_job ON sf_result (job, kind)");
}

const char *sf_job_text(sqlite3_stmt *stmt, int column)
{
	const char *value = (const char *)sqlite3_column_text(stmt, column);

	return value ? value : "";
}

sqlite3_stmt *sf_job_admit(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	sqlite3_stmt *stmt;

	if (!sf_admit(sb, rq, rp))
		return NULL;
	make_tables(sb->store);
	stmt = store_query(
	    sb->store, "SELECT " JOB_COLUMNS " FROM sf_job WHERE id = ?1", "s", rq->part[1]);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		return stmt;
	sqlite3_finalize(stmt);
	sf_refuse_plain(rp, 404, "NOT_FOUND", "The requested resource does not exist");
	return NULL;
}

static void write_head(struct buf *b, sqlite3_stmt *stmt)
{
	buf_addf(b, "{\"id\":\"%s\",\"operation\":\"%s\",\"object\":\"%s\"", sf_job_text(stmt, ID),
	    sf_job_text(stmt, OPERATION), sf_job_text(stmt, OBJECT));
	buf_addf(b,
	    ",\"createdById\":\"005000000000001AAA\",\"createdDate\":\"%s\",\"systemModstamp\":\"%"
	    "s\"",
	    sf_job_text(stmt, CREATED), sf_job_text(stmt, CREATED));
	buf_addf(b, ",\"state\":\"%s\"", sf_job_text(stmt, STATE));
	if (*sf_job_text(stmt, KEY))
		buf_addf(b, ",\"externalIdFieldName\":\"%s\"", sf_job_text(stmt, KEY));
	buf_addf(b,
	    ",\"concurrencyMode\":\"Parallel\",\"contentType\":\"CSV\",\"apiVersion\":%s,"
	    "\"contentUrl\":\"services/data/v%s/jobs/ingest/%s/batches\"",
	    sf_job_text(stmt, API_VERSION), sf_job_text(stmt, API_VERSION), sf_job_text(stmt, ID));
	buf_addf(b, ",\"lineEnding\":\"%s\",\"columnDelimiter\":\"%s\"",
	    sqlite3_column_int(stmt, CRLF) ? "CRLF" : "LF", sf_job_text(stmt, DELIMITER));
}

static void write_job(struct reply *rp, sqlite3_stmt *stmt)
{
	struct buf *b = &rp->body;

	write_head(b, stmt);
	buf_addf(b,
	    ",\"jobType\":\"V2Ingest\",\"numberRecordsProcessed\":%d,\"numberRecordsFailed\":%d",
	    sqlite3_column_int(stmt, PROCESSED), sqlite3_column_int(stmt, FAILED));
	if (*sf_job_text(stmt, ERROR))
		buf_addf(b, ",\"errorMessage\":\"%s\"", sf_job_text(stmt, ERROR));
	buf_adds(b, ",\"retries\":0,\"totalProcessingTime\":1,\"apiActiveProcessingTime\":1,"
	            "\"apexProcessingTime\":0}");
}

static void write_job_again(struct sandbox *sb, const char *id, struct reply *rp)
{
	sqlite3_stmt *stmt =
	    store_query(sb->store, "SELECT " JOB_COLUMNS " FROM sf_job WHERE id = ?1", "t", id);

	if (sqlite3_step(stmt) == SQLITE_ROW)
		write_job(rp, stmt);
	sqlite3_finalize(stmt);
}

struct sf_job sf_job_read(sqlite3_stmt *stmt)
{
	struct sf_job job = {.number = sqlite3_column_int64(stmt, NUMBER),
	    .object = sf_object_find(span_of(sf_job_text(stmt, OBJECT))),
	    .crlf = sqlite3_column_int(stmt, CRLF),
	    .locked = sqlite3_column_int(stmt, LOCKED),
	    .halted = sqlite3_column_int(stmt, HALTED),
	    .delimiter = delimiter_byte(sf_job_text(stmt, DELIMITER))};

	if (*sf_job_text(stmt, KEY))
		job.key = sf_object_field(job.object, span_of(sf_job_text(stmt, KEY)));
	return job;
}

/* ---- create ---- */

struct wish {
	const struct sf_object *object;
	const struct sf_field *key;
	const char *operation, *line_end, *delimiter;
};

static bool read_wish(struct wish *w, const jdoc *doc, struct sf_error *e)
{
	const char *object = jdoc_text(doc, "object", ""), *key;

	w->operation = jdoc_text(doc, "operation", "");
	w->line_end = jdoc_text(doc, "lineEnding", "LF");
	w->delimiter = jdoc_text(doc, "columnDelimiter", "COMMA");
	key = jdoc_text(doc, "externalIdFieldName", "");
	w->object = sf_object_find(span_of(object));
	if (!w->object)
		sf_error_set(e, 400, "INVALIDJOB", NULL,
		    "InvalidJob : Unable to find object: %.80s", object);
	else if (strcmp(w->operation, "upsert") != 0 && strcmp(w->operation, "insert") != 0)
		sf_error_set(e, 400, "INVALIDJOB", NULL,
		    "this sandbox does not know the operation: %.80s", w->operation);
	else if (strcmp(jdoc_text(doc, "contentType", "CSV"), "CSV") != 0)
		sf_error_set(e, 400, "INVALIDJOB", NULL, "contentType must be CSV");
	else if (strcmp(w->line_end, "LF") != 0 && strcmp(w->line_end, "CRLF") != 0)
		sf_error_set(e, 400, "INVALIDJOB", NULL, "lineEnding must be LF or CRLF");
	else if (!delimiter_byte(w->delimiter))
		sf_error_set(e, 400, "INVALIDJOB", NULL, "columnDelimiter is not known");
	if (*e->code)
		return false;
	w->key = *w->operation == 'u' ? sf_object_field(w->object, span_of(key)) : NULL;
	if (*w->operation == 'i' || (w->key && w->key->flags & SF_EXTERNAL))
		return true;
	sf_error_set(e, 400, "INVALIDJOB", NULL,
	    "InvalidJob : Field name provided, %.80s does not match an External ID for %s", key,
	    w->object->name);
	return false;
}

static void store_job(
    struct sandbox *sb, const struct request *rq, const struct wish *w, struct reply *rp)
{
	int64_t number =
	    store_int(sb->store, 1, "SELECT coalesce(max(number), 0) + 1 FROM sf_job", "");
	char id[SF_ID], now[TIME_TEXT], created[TIME_TEXT + 16];

	sf_record_id(id, "750", number);
	time_rfc3339(now, clock_now());
	snprintf(created, sizeof created, "%.19s.000+0000", now);
	store_run(sb->store,
	    "INSERT INTO sf_job (number, id, object, operation, key, crlf, delimiter, state, "
	    "version, "
	    "created) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'Open', ?8, ?9)",
	    "ittttittt", number, id, w->object->name, w->operation, w->key ? w->key->name : NULL,
	    (int64_t)(strcmp(w->line_end, "CRLF") == 0), w->delimiter, rq->part[0].p + 1, created);
	write_job_again(sb, id, rp);
}

static void create(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	char why[JDOC_WHY];
	struct sf_error e = {0};
	struct wish wish;
	jdoc *doc;

	if (!sf_admit(sb, rq, rp))
		return;
	make_tables(sb->store);
	doc = request_document(rq, why);
	if (!doc)
		sf_error_set(&e, 400, "JSON_PARSER_ERROR", NULL, "the body is not JSON");
	else if (read_wish(&wish, doc, &e))
		store_job(sb, rq, &wish, rp);
	if (*e.code)
		sf_refuse(rp, &e);
	jdoc_free(doc);
}

/* ---- upload and close ---- */

enum { UPLOAD_MOST = (150 << 20) / 4 * 3 }; /* 150 MB in base64 */

static void upload(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	sqlite3_stmt *stmt = sf_job_admit(sb, rq, rp);

	if (!stmt)
		return;
	if (strcmp(sf_job_text(stmt, STATE), "Open") != 0) {
		sf_refuse_plain(rp, 400, "INVALIDJOBSTATE", "the job is not open");
	} else if (rq->body.n > UPLOAD_MOST) {
		sf_refuse_plain(rp, 400, "CLIENTINPUTERROR",
		    "Failed to read request. Exceeded max size limit of 150 MB in base64");
	} else {
		int64_t number = sqlite3_column_int64(stmt, NUMBER);

		store_run(sb->store, "INSERT OR REPLACE INTO sf_upload VALUES (?1, ?2)", "is",
		    number, rq->body);
		store_run(sb->store, "UPDATE sf_job SET uploads = uploads + 1 WHERE number = ?1",
		    "i", number);
		rp->status = 201;
	}
	sqlite3_finalize(stmt);
}

static const char *check_change(sqlite3_stmt *stmt, const char *state)
{
	const char *now = sf_job_text(stmt, STATE);

	if (strcmp(state, "UploadComplete") == 0)
		return strcmp(now, "Open") == 0 ? NULL
		                                : "Closing a job that is not open not allowed";
	if (strcmp(state, "Aborted") == 0)
		return strcmp(now, "JobComplete") != 0 && strcmp(now, "Failed") != 0
		           ? NULL
		           : "Aborting a job that has ended not allowed";
	return "state must be UploadComplete or Aborted";
}

static void refuse_second(struct reply *rp, const char *id)
{
	struct sf_error e = {0};

	sf_error_set(&e, 400, "INVALIDJOB", NULL,
	    "Found multipe contents for job: <%.15s>, please 'Close' / 'Abort' / 'Delete' the "
	    "current Job then create a new Job and make sure you only do 'PUT' once on a given "
	    "Job.",
	    id);
	sf_refuse(rp, &e);
}

static void change(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	sqlite3_stmt *stmt = sf_job_admit(sb, rq, rp);
	char why[JDOC_WHY];
	jdoc *doc = request_document(rq, why);
	const char *state = jdoc_text(doc, "state", ""),
	           *rule = stmt ? check_change(stmt, state) : NULL;
	char *id = stmt ? mem_text(sf_job_text(stmt, ID)) : NULL;
	int64_t uploads = stmt ? sqlite3_column_int64(stmt, UPLOADS) : 0;

	sqlite3_finalize(stmt);
	if (id && rule) {
		sf_refuse_plain(rp, 400, "INVALIDJOBSTATE", rule);
	} else if (id && uploads > 1 && *state == 'U') {
		refuse_second(rp, id);
	} else if (id) {
		store_run(sb->store,
		    "UPDATE sf_job SET state = ?2, locked = ?3, halted = ?4 WHERE id = ?1", "ttii",
		    id, state, (int64_t)(rq->fault && strcmp(rq->fault, "lock") == 0),
		    (int64_t)(rq->fault && strcmp(rq->fault, "halt") == 0));
		write_job_again(sb, id, rp);
	}
	free(id);
	jdoc_free(doc);
}

static void delete_job(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	sqlite3_stmt *stmt = sf_job_admit(sb, rq, rp);

	if (!stmt)
		return;
	if (strcmp(sf_job_text(stmt, STATE), "InProgress") == 0) {
		sf_refuse_plain(
		    rp, 400, "INVALIDJOBSTATE", "Deleting a job in progress not allowed");
	} else {
		store_run(sb->store, "DELETE FROM sf_result WHERE job = ?1", "i",
		    sqlite3_column_int64(stmt, NUMBER));
		store_run(sb->store, "DELETE FROM sf_upload WHERE job = ?1", "i",
		    sqlite3_column_int64(stmt, NUMBER));
		store_run(sb->store, "DELETE FROM sf_job WHERE id = ?1", "s", rq->part[1]);
		rp->status = 204;
	}
	sqlite3_finalize(stmt);
}

/* ---- poll ---- */

/* The first question after the close finds the job at work, the next one finds it done. */
static void work(struct sandbox *sb, sqlite3_stmt *stmt)
{
	struct sf_job job = sf_job_read(stmt);
	bool ok;

	if (strcmp(sf_job_text(stmt, STATE), "UploadComplete") == 0) {
		store_run(sb->store, "UPDATE sf_job SET state = 'InProgress' WHERE number = ?1",
		    "i", job.number);
		return;
	}
	if (strcmp(sf_job_text(stmt, STATE), "InProgress") != 0)
		return;
	ok = sf_ingest(sb->store, &job);
	store_run(sb->store,
	    "UPDATE sf_job SET state = ?2, processed = ?3, failed = ?4, error = ?5 WHERE number = "
	    "?1",
	    "itiit", job.number, ok ? "JobComplete" : "Failed", job.processed, job.failed,
	    job.error);
}

static void get_job(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	sqlite3_stmt *stmt = sf_job_admit(sb, rq, rp);
	char *id;

	if (!stmt)
		return;
	work(sb, stmt);
	id = mem_text(sf_job_text(stmt, ID));
	sqlite3_finalize(stmt);
	write_job_again(sb, id, rp);
	free(id);
}

static void list(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	sqlite3_stmt *stmt;

	if (!sf_admit(sb, rq, rp))
		return;
	make_tables(sb->store);
	stmt = store_query(sb->store, "SELECT " JOB_COLUMNS " FROM sf_job ORDER BY number", "");
	buf_adds(&rp->body, "{\"done\":true,\"nextRecordsUrl\":null,\"records\":[");
	for (const char *comma = ""; sqlite3_step(stmt) == SQLITE_ROW; comma = ",") {
		buf_adds(&rp->body, comma);
		write_head(&rp->body, stmt);
		buf_adds(&rp->body, ",\"jobType\":\"V2Ingest\"}");
	}
	sqlite3_finalize(stmt);
	buf_adds(&rp->body, "]}");
}

#define JOBS "/services/data/{}/jobs/ingest"

const struct route sf_job_routes[] = {
    {"GET", JOBS, "sf", list},
    {"POST", JOBS, "sf", create},
    {"GET", JOBS "/{}", "sf", get_job},
    {"PATCH", JOBS "/{}", "sf", change},
    {"DELETE", JOBS "/{}", "sf", delete_job},
    {"PUT", JOBS "/{}/batches", "sf", upload},
    {0},
};
