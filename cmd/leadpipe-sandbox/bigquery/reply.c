#include "storage/value_cell.h"
#include "base/text.h"
#include "bigquery/bigquery.h"
#include "json/jstr.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { PAGE_BYTES = 10 << 20, BODY_MAX = 1 << 30 };

/* Reasons and their HTTP codes: BigQuery docs, error-messages. */
static const struct {
	const char *reason, *status;
	int code;
} reasons[] = {
    {"notFound", "NOT_FOUND", 404},
    {"duplicate", "ALREADY_EXISTS", 409},
    {"conditionNotMet", "FAILED_PRECONDITION", 412},
    {"accessDenied", "PERMISSION_DENIED", 403},
    {"responseTooLarge", "PERMISSION_DENIED", 403},
    {"quotaExceeded", "PERMISSION_DENIED", 403},
    {"rateLimitExceeded", "PERMISSION_DENIED", 403},
    {"internalError", "INTERNAL", 500},
    {"notImplemented", "UNIMPLEMENTED", 501},
    {"backendError", "UNAVAILABLE", 503},
    {NULL, "INVALID_ARGUMENT", 400},
};

bool bq_fail(struct bq_error *e, const char *reason, const char *format, ...)
{
	va_list args;

	snprintf(e->reason, sizeof e->reason, "%s", reason);
	va_start(args, format);
	vsnprintf(e->message, sizeof e->message, format, args);
	va_end(args);
	return false;
}

void bq_refuse(struct reply *rp, const struct bq_error *e)
{
	jdoc *doc = jdoc_object(), *item = jdoc_object(), *list = jdoc_array();
	size_t i = 0;

	while (reasons[i].reason && strcmp(reasons[i].reason, e->reason) != 0)
		i++;
	jdoc_set_text(item, "message", e->message);
	jdoc_set_text(item, "domain", "global");
	jdoc_set_text(item, "reason", e->reason);
	jdoc_push(list, item);
	jdoc_set_int(doc, "error.code", reasons[i].code);
	jdoc_set_text(doc, "error.message", e->message);
	jdoc_set(doc, "error.errors", list);
	jdoc_set_text(doc, "error.status", reasons[i].status);
	reply_json(rp, reasons[i].code, doc);
}

void bq_reject(struct reply *rp, const char *reason, const char *format, ...)
{
	struct bq_error e;
	va_list args;

	snprintf(e.reason, sizeof e.reason, "%s", reason);
	va_start(args, format);
	vsnprintf(e.message, sizeof e.message, format, args);
	va_end(args);
	bq_refuse(rp, &e);
}

jdoc *bq_body(const struct request *rq, struct reply *rp)
{
	char why[JDOC_WHY];
	jdoc *doc = request_document(rq, why);

	if (doc && jdoc_is_object(doc))
		return doc;
	bq_reject(rp, "parseError", "Invalid JSON payload received. %s",
	    doc ? "The body is no object" : why);
	jdoc_free(doc);
	return NULL;
}

void bq_set_int64(jdoc *doc, const char *path, int64_t value)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)value);
	jdoc_set_text(doc, path, text);
}

bool bq_flag(const struct request *rq, const char *name)
{
	const char *value = request_query(rq, name);

	return value && (strcmp(value, "true") == 0 || strcmp(value, "1") == 0);
}

void bq_copy(jdoc *to, const char *to_path, const jdoc *from, const char *from_path)
{
	const jdoc *value = jdoc_at(from, from_path);

	if (value)
		jdoc_set(to, to_path, jdoc_copy(value));
}

/* ---- pages ---- */

static bool read_number(const char *text, int64_t *value)
{
	return *text != '-' && text_integer(span_of(text), value);
}

bool page_read(struct bq_page *page, const struct request *rq, int64_t most, struct reply *rp)
{
	const char *start = request_query(rq, "startIndex");
	const char *max = request_query(rq, "maxResults");
	const char *token = request_query(rq, "pageToken");

	*page = (struct bq_page){
	    .most = most, .int64_timestamp = bq_flag(rq, "formatOptions.useInt64Timestamp")};
	if (start && *start && !read_number(start, &page->start)) {
		bq_reject(rp, "invalid", "Invalid value for startIndex");
		return false;
	}
	if (max && *max && !read_number(max, &page->most)) {
		bq_reject(rp, "invalid", "Invalid value for maxResults");
		return false;
	}
	if (page->most > most)
		page->most = most;
	if (token && *token && (*token != 'p' || !read_number(token + 1, &page->start))) {
		bq_reject(rp, "invalid", "Invalid pageToken");
		return false;
	}
	return true;
}

void page_token(jdoc *doc, const char *name, int64_t next)
{
	char token[24];

	snprintf(token, sizeof token, "p%lld", (long long)next);
	jdoc_set_text(doc, name, token);
}

static sqlite3_stmt *select_rows(
    struct sandbox *sb, const struct bq_rows *rows, const struct bq_page *page)
{
	struct buf sql;
	sqlite3_stmt *stmt;

	buf_init(&sql, 1 << 24);
	buf_adds(&sql, "SELECT ");
	for (size_t i = 0; i < rows->n; i++) {
		buf_adds(&sql, i ? "," : "");
		if (rows->numbered)
			buf_addf(&sql, "c%zu", i);
		else
			store_quote(&sql, rows->columns[i].name);
	}
	buf_addf(&sql, "%s FROM %s LIMIT ?1 OFFSET ?2", rows->n ? "" : "1", rows->from);
	stmt = store_query(sb->store, buf_str(&sql), "ii", page->most, page->start);
	buf_free(&sql);
	return stmt;
}

void page_rows(struct sandbox *sb, struct reply *rp, jdoc *doc, const struct bq_rows *rows,
    const struct bq_page *page)
{
	char *head = jdoc_dump(doc);
	size_t n = strlen(head);
	sqlite3_stmt *stmt = select_rows(sb, rows, page);
	int64_t next = page->start;

	buf_add(&rp->body, head, n - 1);
	buf_addf(&rp->body, "%s\"rows\":[", n > 2 ? "," : "");
	while (rp->body.n < PAGE_BYTES && sqlite3_step(stmt) == SQLITE_ROW) {
		buf_adds(&rp->body, next++ > page->start ? ",{\"f\":[" : "{\"f\":[");
		for (size_t i = 0; i < rows->n; i++) {
			buf_adds(&rp->body, i ? "," : "");
			value_cell(
			    &rp->body, &rows->columns[i], stmt, (int)i, page->int64_timestamp);
		}
		buf_adds(&rp->body, "]}");
	}
	buf_addc(&rp->body, ']');
	if (next < rows->total && page->start < rows->total)
		buf_addf(&rp->body, ",\"pageToken\":\"p%lld\"", (long long)next);
	buf_addc(&rp->body, '}');
	rp->status = 200;
	sqlite3_finalize(stmt);
	free(head);
	jdoc_free(doc);
}
