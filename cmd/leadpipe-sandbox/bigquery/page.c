#include "bigquery/page.h"
#include "base/text.h"
#include "storage/value_cell.h"

#include <stdio.h>
#include <stdlib.h>

enum { PAGE_BYTES = 10 << 20 };

static bool read_number(const char *text, int64_t *value)
{
	return *text != '-' && text_integer(span_of(text), value);
}

bool page_wanted(struct bq_page *page, const struct request *rq, int64_t most, struct reply *rp)
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
