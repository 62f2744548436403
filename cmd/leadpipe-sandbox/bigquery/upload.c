#include "bigquery/upload.h"
#include "bigquery/run.h"
#include "base/text.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "wire/crypt.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define WEEK_MS INT64_C(604800000)

enum { QUANTUM = 262144 }; /* all chunks but the last are multiples of it */

/* A resumable session; what came lies in the file `path`. */
struct upload_session {
	const char *id; /* borrowed from the request */
	char *project, *document, *path;
	char *job; /* the id of the job that it became, or NULL */
	int64_t stored, total;
};

static void set_up(struct store *s)
{
	store_exec(s,
	    "CREATE TABLE IF NOT EXISTS bq_upload(id TEXT PRIMARY KEY, project TEXT, document TEXT,"
	    " stored INTEGER, total INTEGER, job TEXT, created INTEGER)");
}

/* ---- beginning ---- */

/* What jobs.insert would refuse is refused before the bytes come. */
static bool check_document(
    struct sandbox *sb, const char *project, const jdoc *document, struct reply *rp)
{
	struct bq_error e;
	struct bq_job *job = job_new(sb, project, document, &e);
	bool load = job && jdoc_at(job->resource, "configuration.load");

	if (!job)
		bq_refuse(rp, &e);
	else if (!load)
		bq_reject(rp, "invalid", "Only load jobs take an upload");
	job_free(job);
	return load;
}

/* Sessions live a week; what is left of older ones goes. */
static void forget_old(struct store *s)
{
	int64_t since = clock_now() / 1000 - WEEK_MS;
	char *id;

	while ((id = store_text(s, "SELECT id FROM bq_upload WHERE created < ?1", "i", since))) {
		char *path = mem_format("%s/upload-%s", s->dir, id);

		unlink(path);
		store_run(s, "DELETE FROM bq_upload WHERE id = ?1", "t", id);
		free(path);
		free(id);
	}
}

/* X-Upload-Content-Length, or -1 when it is not said. */
static int64_t length_of(const struct request *rq)
{
	const char *text = request_header(rq, "X-Upload-Content-Length");
	int64_t n;

	return text && *text != '-' && text_integer(span_of(text), &n) ? n : -1;
}

static void begin(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	jdoc *document = bq_body(rq, rp);
	char *text = document ? jdoc_dump(document) : NULL;
	uint8_t bytes[16];
	struct buf id;

	buf_init(&id, 64);
	crypt_random(bytes, sizeof bytes);
	crypt_hex(&id, bytes, sizeof bytes);
	if (document && check_document(sb, rq->part[0].p, document, rp)) {
		set_up(sb->store);
		forget_old(sb->store);
		store_run(sb->store, "INSERT INTO bq_upload VALUES(?1, ?2, ?3, 0, ?4, NULL, ?5)",
		    "tttii", buf_str(&id), rq->part[0].p, text, length_of(rq), clock_now() / 1000);
		reply_header(rp, "Location",
		    "%s/upload/bigquery/v2/projects/%s/jobs?uploadType=resumable&upload_id=%s",
		    sb->url, rq->part[0].p, buf_str(&id));
		reply_header(rp, "X-GUploader-UploadID", "%s", buf_str(&id));
		rp->status = 200;
	}
	buf_free(&id);
	jdoc_free(document);
	free(text);
}

static void whole(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	struct span text, media;
	char why_not[JDOC_WHY];
	const char *why = upload_split(request_header(rq, "Content-Type"), rq->body, &text, &media);
	jdoc *document = why ? NULL : request_document_of(text, why_not);

	if (document)
		run_reply(sb, rq->part[0].p, document, media, rp);
	else
		bq_reject(rp, "badRequest", "Invalid multipart upload: %s", why ? why : why_not);
	jdoc_free(document);
}

void upload_post(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	const char *type = request_query(rq, "uploadType");

	if (type && strcmp(type, "resumable") == 0)
		begin(sb, rq, rp);
	else if (type && strcmp(type, "multipart") == 0)
		whole(sb, rq, rp);
	else
		bq_reject(rp, "invalid", "uploadType must be resumable or multipart");
}

/* ---- the session ---- */

static bool session_open(struct upload_session *u, struct sandbox *sb, const struct request *rq)
{
	static const char sql[] =
	    "SELECT project, document, stored, total, job FROM bq_upload WHERE id = ?1";
	const char *id = request_query(rq, "upload_id");
	sqlite3_stmt *stmt;
	bool found;

	set_up(sb->store);
	*u = (struct upload_session){.id = id ? id : ""};
	stmt = store_query(sb->store, sql, "t", u->id);
	found = sqlite3_step(stmt) == SQLITE_ROW;
	if (found) {
		const char *job = (const char *)sqlite3_column_text(stmt, 4);

		u->project = mem_text((const char *)sqlite3_column_text(stmt, 0));
		u->document = mem_text((const char *)sqlite3_column_text(stmt, 1));
		u->stored = sqlite3_column_int64(stmt, 2);
		u->total = sqlite3_column_int64(stmt, 3);
		u->job = job ? mem_text(job) : NULL;
		u->path = mem_format("%s/upload-%s", sb->store->dir, u->id);
	}
	sqlite3_finalize(stmt);
	return found;
}

static void session_save(struct upload_session *u, struct sandbox *sb)
{
	store_run(sb->store, "UPDATE bq_upload SET stored = ?2, total = ?3, job = ?4 WHERE id = ?1",
	    "tiit", u->id, u->stored, u->total, u->job);
}

static void session_close(struct upload_session *u)
{
	free(u->project);
	free(u->document);
	free(u->path);
	free(u->job);
}

/* Adds to the file after what is stored. */
static bool append(struct upload_session *u, struct span bytes)
{
	int fd = open(u->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	bool ok = fd >= 0 && lseek(fd, u->stored, SEEK_SET) == u->stored &&
	          file_write(fd, bytes.p, bytes.n);

	if (fd >= 0 && close(fd) != 0)
		ok = false;
	if (ok)
		u->stored += (int64_t)bytes.n;
	return ok;
}

/* Google writes the range with its unit, and in an example without (api-uploads): `bare`. */
static void resume(const struct upload_session *u, bool bare, struct reply *rp)
{
	rp->status = 308;
	if (u->stored)
		reply_header(
		    rp, "Range", "%s0-%lld", bare ? "" : "bytes=", (long long)u->stored - 1);
}

/* All bytes are there: the job. */
static void finish(struct upload_session *u, struct sandbox *sb, struct reply *rp)
{
	struct bq_error e = {.reason = ""};
	struct span media = {"", 0};
	char why[JDOC_WHY];
	jdoc *document = jdoc_parse(span_of(u->document), why);
	int fd = u->stored ? open(u->path, O_RDONLY | O_CLOEXEC) : -1;
	void *map = MAP_FAILED;
	struct bq_job *job = NULL;

	if (fd >= 0)
		map = mmap(NULL, (size_t)u->stored, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map != MAP_FAILED)
		media = (struct span){map, (size_t)u->stored};
	if (u->stored && map == MAP_FAILED)
		bq_fail(&e, "internalError", "The upload cannot be read back");
	else
		run_insert(sb, u->project, document, media, &job, &e);
	if (job) {
		u->job = mem_text(job->id);
		reply_json(rp, 200, job_running(job));
	} else {
		bq_refuse(rp, &e);
	}
	if (map != MAP_FAILED)
		munmap(map, (size_t)u->stored);
	if (fd >= 0)
		close(fd);
	unlink(u->path);
	if (!job)
		store_run(sb->store, "DELETE FROM bq_upload WHERE id = ?1", "t", u->id);
	job_free(job);
	jdoc_free(document);
}

/* A session that became a job answers with it, however often it is asked. */
static void answer_job(const struct upload_session *u, struct sandbox *sb, struct reply *rp)
{
	char why[JDOC_WHY];
	jdoc *document = jdoc_parse(span_of(u->document), why);
	struct bq_job *job =
	    run_open(sb, u->project, u->job, jdoc_text(document, "jobReference.location", "US"));

	if (job)
		reply_json(rp, 200, jdoc_copy(job->resource));
	else
		bq_reject(rp, "notFound", "Not found: Job %s:%s", u->project, u->job);
	job_free(job);
	jdoc_free(document);
}

/* What the PUT brings beyond what is stored; false when it does not fit: the reply says so. */
static bool read_chunk(struct upload_session *u, const struct request *rq,
    struct content_range *range, struct span *chunk, struct reply *rp)
{
	const char *header = request_header(rq, "Content-Range");
	int64_t n = (int64_t)rq->body.n;
	bool last;

	*range = (struct content_range){.last = n - 1, .total = n};
	*chunk = rq->body;
	if (header && !upload_range(header, range)) {
		bq_reject(rp, "badRequest", "Failed to parse Content-Range header.");
		return false;
	}
	if (range->query ? n != 0 : n != range->last - range->first + 1) {
		bq_reject(rp, "badRequest", "The body is not as long as Content-Range says.");
		return false;
	}
	if (range->total >= 0 && u->total >= 0 && range->total != u->total) {
		bq_reject(rp, "badRequest", "Content-Range names another total than before.");
		return false;
	}
	last = range->total >= 0 && range->last + 1 == range->total;
	if (!range->query && !last && n % QUANTUM) {
		bq_reject(
		    rp, "badRequest", "Chunks but the last must be multiples of 262144 bytes.");
		return false;
	}
	if (!range->query && range->first > u->stored) {
		bq_reject(rp, "badRequest", "Bytes are missing before this chunk.");
		return false;
	}
	if (!range->query)
		*chunk = u->stored > range->last
		             ? (struct span){"", 0}
		             : span_skip(*chunk, (size_t)(u->stored - range->first));
	return true;
}

/* --fault bq-upload:short: only half of it, in whole quanta, is stored. */
static bool is_short(const struct request *rq)
{
	return rq->fault && strcmp(rq->fault, "short") == 0;
}

static void put(
    struct upload_session *u, struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	struct content_range range;
	struct span chunk;

	if (!read_chunk(u, rq, &range, &chunk, rp))
		return;
	if (range.total >= 0)
		u->total = range.total;
	if (is_short(rq))
		chunk.n = chunk.n / 2 / QUANTUM * QUANTUM;
	if (chunk.n && !append(u, chunk)) {
		bq_reject(rp, "backendError", "The chunk cannot be stored");
		return;
	}
	if (u->total >= 0 && u->stored == u->total)
		finish(u, sb, rp);
	else
		resume(u, is_short(rq), rp);
	session_save(u, sb);
}

void upload_put(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	struct upload_session u;

	if (!session_open(&u, sb, rq))
		bq_reject(rp, "notFound", "Upload session not found");
	else if (u.job)
		answer_job(&u, sb, rp);
	else
		put(&u, sb, rq, rp);
	session_close(&u);
}
