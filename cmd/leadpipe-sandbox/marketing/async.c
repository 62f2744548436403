#include "marketing/async.h"

#include "marketing/extension.h"
#include "marketing/marketing.h"

#include "base/time.h"
#include "base/mem.h"
#include "wire/crypt.h"
#include "json/jstr.h"
#include "json/scan.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS_MAX = 32000, PAGE = 50, PAGE_MAX = 2500 };

/* How often the status is asked for before something new can be said of a request. */
enum stage { UNSEEN, PENDING, EXECUTING, COMPLETE, FORGOTTEN = 9 };

static void make_tables(struct store *s)
{
	store_exec(s,
	    "CREATE TABLE IF NOT EXISTS mc_request (id TEXT PRIMARY KEY, extension TEXT NOT NULL, "
	    "body TEXT NOT NULL, inserts INTEGER NOT NULL, deadlock INTEGER NOT NULL, "
	    "stage INTEGER NOT NULL, called INTEGER NOT NULL);"
	    "CREATE TABLE IF NOT EXISTS mc_result (request TEXT NOT NULL, seq INTEGER NOT NULL, "
	    "failed INTEGER NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (request, seq))");
}

static void make_id(char id[40])
{
	uint8_t b[16];

	crypt_random(b, sizeof b);
	snprintf(id, 40, "%02x%02x%02x%02x-%02x%02x-4%01x%02x-8%01x%02x-%02x%02x%02x%02x%02x%02x",
	    b[0], b[1], b[2], b[3], b[4], b[5], b[6] & 15, b[7], b[8] & 15, b[9], b[10], b[11],
	    b[12], b[13], b[14], b[15]);
}

static void add_message(struct buf *b, const char *id, const char *code, const char *message)
{
	buf_addf(b,
	    "{\"requestId\":\"%s\",\"resultMessages\":[{\"resultType\":\"%s\",\"resultClass\":"
	    "\"Error\",\"resultCode\":\"%s\",\"message\":\"%s\"}]}",
	    id, strncmp(code, "Async", 5) == 0 ? "Operational" : "Validation", code, message);
}

/* {"items":[{...},...]}: the array, or NULL with the rule in *why. */
static const char *read_items(struct scan *scan, struct span body, struct span *items)
{
	struct span doc, name, raw, rest, item;
	enum json type;
	size_t n = 0;

	*items = (struct span){0};
	if (scan_document(scan, body, &doc, &type) || type != JSON_OBJECT)
		return "the body is not a JSON object";
	while (scan_member(&doc, &name, &raw))
		if (span_eq(name, SPAN("items")) && scan_type(raw) == JSON_ARRAY)
			*items = raw;
	if (!items->p)
		return "items is missing";
	for (rest = *items; scan_item(&rest, &item); n++)
		if (scan_type(item) != JSON_OBJECT)
			return "an item is not an object";
	return n > ROWS_MAX ? "more than 32000 items" : NULL;
}

static void accept_rows(
    struct sandbox *sb, const struct request *rq, struct reply *rp, bool inserts)
{
	struct scan scan = {0};
	struct span items;
	char id[40];
	const char *why;

	if (!marketing_admit(sb, rq, rp))
		return;
	make_id(id);
	why = read_items(&scan, rq->body, &items);
	if (!extension_find(sb->store, rq->part[0])) {
		rp->status = 400;
		add_message(&rp->body, id, "CustomObjectNotFound",
		    "Failed to resolve the Custom Object from the provided "
		    "ObjectReferenceIdentifier [Id: , Key: ].");
	} else if (why) {
		marketing_refuse(rp, 400, 10003, why);
	} else {
		make_tables(sb->store);
		store_run(sb->store, "INSERT INTO mc_request VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
		    "tssiiii", id, rq->part[0], items, (int64_t)inserts,
		    (int64_t)(rq->fault && strcmp(rq->fault, "deadlock") == 0),
		    (int64_t)(rq->fault && strcmp(rq->fault, "forget") == 0 ? FORGOTTEN : UNSEEN),
		    clock_now());
		rp->status = 202;
		buf_addf(&rp->body, "{\"requestId\":\"%s\",\"resultMessages\":[]}", id);
	}
	scan_free(&scan);
}

static void put_rows(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	accept_rows(sb, rq, rp, false);
}

static void post_rows(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	accept_rows(sb, rq, rp, true);
}

/* ---- the work ---- */

static void add_result(struct buf *b, const struct mc_error *e)
{
	if (e->code == 0) {
		buf_adds(b, "{\"message\":\"Upserted DataExtensionObject\",\"status\":\"OK\"}");
		return;
	}
	buf_adds(b, "{\"errorCode\":2,\"errors\":[{\"errorMessage\":");
	jstr_quote_any(b, span_of(e->message));
	buf_adds(b, ",\"name\":");
	jstr_quote_any(b, span_of(e->column));
	buf_addf(b, ",\"errorCode\":%d}],\"message\":", e->code);
	jstr_quote_any(b, span_of(e->message));
	buf_adds(b, ",\"status\":\"Error\"}");
}

static const struct mc_error deadlocked = {1205,
    "Transaction (Process ID 90) was deadlocked on lock resources with another process and has "
    "been "
    "chosen as the deadlock victim. Rerun the transaction.",
    ""};

static void work(struct store *s, const char *id)
{
	sqlite3_stmt *stmt = store_query(
	    s, "SELECT extension, body, inserts, deadlock FROM mc_request WHERE id = ?1", "t", id);
	const struct mc_extension *x;
	struct span rest, item;
	struct buf b;

	if (sqlite3_step(stmt) != SQLITE_ROW)
		goto out;
	x = extension_find(s, span_of((const char *)sqlite3_column_text(stmt, 0)));
	rest = (struct span){
	    (const char *)sqlite3_column_text(stmt, 1), (size_t)sqlite3_column_bytes(stmt, 1)};
	buf_init(&b, 1 << 16);
	store_begin(s);
	for (int64_t seq = 0; x && scan_item(&rest, &item); seq++) {
		struct mc_error e = deadlocked;

		if (seq % 2 == 0 || !sqlite3_column_int(stmt, 3))
			extension_save(s, x, &item, 1, sqlite3_column_int(stmt, 2) != 0, &e);
		buf_clear(&b);
		add_result(&b, &e);
		store_run(s, "INSERT INTO mc_result VALUES (?1, ?2, ?3, ?4)", "tiis", id, seq,
		    (int64_t)(e.code != 0), buf_span(&b));
	}
	store_commit(s);
	buf_free(&b);
out:
	sqlite3_finalize(stmt);
}

/* A request that is not there, or was not looked at yet: the two look the same, with 200. */
static bool is_missing(int64_t stage)
{
	return stage < PENDING || stage == FORGOTTEN;
}

static void write_status(struct store *s, const char *id, int64_t stage, struct buf *b)
{
	static const char *const words[] = {"", "Pending", "Executing", "Complete"};
	bool failed =
	    store_int(s, 0, "SELECT max(failed) FROM mc_result WHERE request = ?1", "t", id);
	char called[TIME_TEXT];

	time_rfc3339(
	    called, store_int(s, 0, "SELECT called FROM mc_request WHERE id = ?1", "t", id));
	buf_addf(b,
	    "{\"status\":{\"callDateTime\":\"%s\",\"hasErrors\":%s,\"requestStatus\":\"%s\","
	    "\"resultStatus\":\"%s\",\"requestId\":\"%s\"},\"requestId\":\"%s\"}",
	    called, failed ? "true" : "false", words[stage], failed ? "Has Errors" : "OK", id, id);
}

static void get_status(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	const char *id = rq->part[0].p;
	int64_t stage;

	if (!marketing_admit(sb, rq, rp))
		return;
	make_tables(sb->store);
	stage = store_int(sb->store, -1, "SELECT stage FROM mc_request WHERE id = ?1", "t", id);
	if (is_missing(stage))
		add_message(&rp->body, stage < 0 ? "" : id, "AsyncRequestStatusNotFound",
		    "Unable to retrieve the async status for this request.");
	else
		write_status(sb->store, id, stage, &rp->body);
	if (stage == EXECUTING)
		work(sb->store, id);
	store_run(sb->store, "UPDATE mc_request SET stage = stage + 1 WHERE id = ?1 AND stage < 3",
	    "t", id);
}

static int64_t page_number(const struct request *rq, const char *name, int64_t otherwise)
{
	const char *text = request_query(rq, name);
	int64_t n = text ? strtoll(text, NULL, 10) : otherwise;

	return n > 0 ? n : otherwise;
}

static void get_results(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	int64_t page = page_number(rq, "$page", 1), size = page_number(rq, "$pageSize", PAGE);
	const char *id = rq->part[0].p, *comma = "";
	sqlite3_stmt *stmt;

	if (!marketing_admit(sb, rq, rp))
		return;
	make_tables(sb->store);
	size = size > PAGE_MAX ? PAGE_MAX : size;
	page = page > ROWS_MAX ? ROWS_MAX : page;
	buf_addf(&rp->body, "{\"page\":%jd,\"pageSize\":%jd,\"count\":%jd,\"items\":[",
	    (intmax_t)page, (intmax_t)size,
	    (intmax_t)store_int(
	        sb->store, 0, "SELECT count(*) FROM mc_result WHERE request = ?1", "t", id));
	stmt = store_query(sb->store,
	    "SELECT doc FROM mc_result WHERE request = ?1 AND seq >= ?2 ORDER BY seq LIMIT ?3",
	    "tii", id, (page - 1) * size, size);
	for (; sqlite3_step(stmt) == SQLITE_ROW; comma = ",")
		buf_addf(&rp->body, "%s%s", comma, (const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	buf_adds(&rp->body, "],\"requestId\":");
	jstr_quote_any(&rp->body, rq->part[0]);
	buf_adds(&rp->body, ",\"resultMessages\":[]}");
}

#define ASYNC "/data/v1/async"

const struct route async_routes[] = {
    {"PUT", ASYNC "/dataextensions/key:{}/rows", "sfmc", put_rows},
    {"POST", ASYNC "/dataextensions/key:{}/rows", "sfmc", post_rows},
    {"GET", ASYNC "/{}/status", "sfmc", get_status},
    {"GET", ASYNC "/{}/results", "sfmc", get_results},
    {0},
};
