#include "gaio/gaio.h"

#include "gaio/leads.h"
#include "sandbox.h"

#include "base/time.h"
#include "base/mem.h"
#include "stream/lines.h"
#include "json/row.h"
#include "wire/crypt.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { PAGE_SIZE = 500, PAGE_SIZE_MAX = 1000, NAME_MAX_BYTES = 64 };

bool gaio_is_name(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n <= NAME_MAX_BYTES &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") ==
	           n;
}

/* ---- collections into SQLite ------------------------------------------------------------- */

struct filling {
	sqlite3_stmt *insert;
	int64_t n;
	struct error *error;
};

static void add_row(struct filling *f, const int64_t *updated, struct span row)
{
	sqlite3_bind_int64(f->insert, 1, ++f->n);
	if (updated)
		sqlite3_bind_int64(f->insert, 2, *updated);
	else
		sqlite3_bind_null(f->insert, 2);
	sqlite3_bind_text64(f->insert, 3, row.p, row.n, SQLITE_STATIC, SQLITE_UTF8);
	if (sqlite3_step(f->insert) != SQLITE_DONE)
		error_set(f->error, STATUS_IO, "sandbox.db: %s",
		    sqlite3_errmsg(sqlite3_db_handle(f->insert)));
	sqlite3_reset(f->insert);
}

static void take_generated(void *ctx, int64_t updated, struct span row)
{
	add_row(ctx, &updated, row);
}

static bool updated_at(struct row *row, struct span line, int64_t *updated)
{
	const struct field *field = row_parse(row, line) ? NULL : row_find(row, SPAN("updated_at"));

	return field && field->type == JSON_STRING &&
	       time_read_rfc3339((struct span){field->value.p + 1, field->value.n - 2}, updated);
}

static void add_file(struct filling *f, const char *path)
{
	char *const paths[] = {mem_text(path), NULL};
	struct lines lines;
	struct row row = {0};
	struct span line;
	enum lines_got got;
	int64_t updated;

	lines_init(&lines, paths, LINES_MAX_DEFAULT);
	while ((got = lines_next(&lines, &line)) == LINES_LINE)
		if (line.n > 0)
			add_row(f, updated_at(&row, line, &updated) ? &updated : NULL, line);
	if (got == LINES_LONG)
		error_set(f->error, STATUS_DATA, "%s:%ju: longer than 100 MB", path,
		    (uintmax_t)lines.number);
	if (got == LINES_FAIL)
		error_set(f->error, STATUS_DATA, "%s: %s", path, strerror(errno));
	lines_free(&lines);
	row_free(&row);
	free(paths[0]);
}

/*
 * What a collection is made from, in a word that changes when it would come out differently;
 * or NULL.
 */
static char *describe(const struct sandbox *sb, const char *file, struct error *error)
{
	struct stat st;

	if (!file)
		return mem_format("generated, %ju leads, seed %ju, version 1", (uintmax_t)sb->leads,
		    (uintmax_t)sb->seed);
	if (stat(file, &st) < 0) {
		error_set(error, STATUS_DATA, "%s: %s", file, strerror(errno));
		return NULL;
	}
	return mem_format("%s, %jd bytes, of %jd.%09ld", file, (intmax_t)st.st_size,
	    (intmax_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
}

static bool fill(
    struct sandbox *sb, const char *name, const char *file, const char *source, struct error *error)
{
	char *sql = mem_format("DROP TABLE IF EXISTS \"gaio_%s\";"
	                       "CREATE TABLE \"gaio_%s\" (n INTEGER PRIMARY KEY, updated INTEGER, "
	                       "row TEXT NOT NULL)",
	    name, name);
	struct filling f = {.error = error};

	store_begin(sb->store);
	store_exec(sb->store, sql);
	free(sql);
	sql = mem_format("INSERT INTO \"gaio_%s\" VALUES (?1, ?2, ?3)", name);
	f.insert = store_query(sb->store, sql, NULL);
	free(sql);
	if (file)
		add_file(&f, file);
	else
		leads_make(name, sb->leads, sb->seed, take_generated, &f);
	sqlite3_finalize(f.insert);
	sql = mem_format("CREATE INDEX \"gaio_%s_updated\" ON \"gaio_%s\" (updated)", name, name);
	store_exec(sb->store, sql);
	free(sql);
	store_run(sb->store, "INSERT OR REPLACE INTO gaio_resource VALUES (?1, ?2, ?3)", "tti",
	    name, source, f.n);
	if (error->status)
		store_rollback(sb->store);
	else
		store_commit(sb->store);
	return !error->status;
}

static bool prepare(struct sandbox *sb, const char *name, const char *file, struct error *error)
{
	char *source = describe(sb, file, error);
	bool ok = source && (store_int(sb->store, 0,
	                         "SELECT 1 FROM gaio_resource WHERE name = ?1 AND source = ?2",
	                         "tt", name, source) ||
	                        fill(sb, name, file, source, error));

	free(source);
	return ok;
}

bool gaio_init(struct sandbox *sb, struct error *error)
{
	store_exec(sb->store, "CREATE TABLE IF NOT EXISTS gaio_resource (name TEXT PRIMARY KEY, "
	                      "source TEXT NOT NULL, rows INTEGER NOT NULL)");
	for (size_t i = 0; i < sb->n_resources; i++)
		if (!prepare(sb, sb->resources[i].name, sb->resources[i].path, error))
			return false;
	return true;
}

/* Generated collections are made when they are first asked for. */
bool gaio_has(struct sandbox *sb, const char *name)
{
	struct error error = {0};

	for (size_t i = 0; i < sb->n_resources; i++)
		if (strcmp(sb->resources[i].name, name) == 0)
			return true;
	if (!leads_known(name))
		return false;
	if (!prepare(sb, name, NULL, &error))
		sb->store->broken(&error);
	return true;
}

/* ---- pages ------------------------------------------------------------------------------- */

struct gaio_page {
	const char *name;
	int64_t size;
	int64_t after;        /* the last n of the page before */
	int64_t count;        /* -1: not counted yet */
	int64_t since, until; /* microseconds; since = TIME_MIN and until = TIME_MAX: no filter */
};

/* Sixteen hex digits for each number: position, count, since, until. */
static void write_cursor(struct buf *b, const struct gaio_page *page)
{
	char text[4 * 16 + 1];

	snprintf(text, sizeof text, "%016jx%016jx%016jx%016jx", (uintmax_t)(uint64_t)page->after,
	    (uintmax_t)(uint64_t)page->count, (uintmax_t)(uint64_t)page->since,
	    (uintmax_t)(uint64_t)page->until);
	crypt_base64url(b, span_of(text));
}

static bool read_cursor(const char *cursor, struct gaio_page *page)
{
	int64_t *const numbers[] = {&page->after, &page->count, &page->since, &page->until};
	struct buf b;
	bool ok;

	buf_init(&b, 1024);
	ok = crypt_unbase64(&b, span_of(cursor)) && b.n == 4 * 16 &&
	     strspn(buf_str(&b), "0123456789abcdef") == b.n;
	for (size_t i = 0; ok && i < 4; i++) {
		char digits[17] = {0};
		memcpy(digits, b.p + 16 * i, 16);
		*numbers[i] = (int64_t)strtoull(digits, NULL, 16);
	}
	buf_free(&b);
	return ok && page->after >= 0 && page->count >= 0;
}

static bool read_time(const struct request *rq, const char *name, int64_t *us)
{
	const char *text = request_query(rq, name);

	return !text || time_read_rfc3339(span_of(text), us);
}

static bool read_size(const struct request *rq, int64_t *size)
{
	const char *text = request_query(rq, "page_size");
	size_t n = text ? strspn(text, "0123456789") : 0;

	*size = PAGE_SIZE;
	if (!text)
		return true;
	if (n == 0 || n > 9 || text[n])
		return false;
	*size = atol(text);
	if (*size > PAGE_SIZE_MAX)
		*size = PAGE_SIZE_MAX;
	return *size > 0;
}

/* NULL, or what is wrong with the request. */
static const char *read_page(const struct request *rq, struct gaio_page *page)
{
	const char *cursor = request_query(rq, "cursor");

	*page = (struct gaio_page){
	    .name = rq->part[0].p, .count = -1, .since = TIME_MIN, .until = TIME_MAX};
	if (!read_size(rq, &page->size))
		return "page_size: must be a whole number from 1 to 1000";
	if (!read_time(rq, "updated_since", &page->since))
		return "updated_since: must be an RFC 3339 time";
	if (!read_time(rq, "updated_until", &page->until))
		return "updated_until: must be an RFC 3339 time";
	if (cursor && !read_cursor(cursor, page))
		return "cursor: is none of ours";
	return NULL;
}

static bool filtered(const struct gaio_page *page)
{
	return page->since != TIME_MIN || page->until != TIME_MAX;
}

static void count_rows(struct sandbox *sb, struct gaio_page *page)
{
	char *sql;

	if (!filtered(page)) {
		page->count = store_int(sb->store, 0,
		    "SELECT rows FROM gaio_resource WHERE name = ?1", "t", page->name);
		return;
	}
	sql = mem_format("SELECT (SELECT count(*) FROM \"gaio_%s\" WHERE updated IS NULL) + "
	                 "(SELECT count(*) FROM \"gaio_%s\" WHERE updated >= ?1 AND updated < ?2)",
	    page->name, page->name);
	page->count = store_int(sb->store, 0, sql, "ii", page->since, page->until);
	free(sql);
}

/* Appends the rows; true when more follow, page->after then being the last one's n. */
static bool add_rows(struct sandbox *sb, struct gaio_page *page, struct buf *rows)
{
	char *sql = mem_format("SELECT n, row FROM \"gaio_%s\" WHERE n > ?1%s ORDER BY n LIMIT ?2",
	    page->name,
	    filtered(page) ? " AND (updated IS NULL OR (updated >= ?3 AND updated < ?4))" : "");
	sqlite3_stmt *stmt = store_query(sb->store, sql, filtered(page) ? "iiii" : "ii",
	    page->after, page->size + 1, page->since, page->until);
	int64_t n;

	free(sql);
	for (n = 0; sqlite3_step(stmt) == SQLITE_ROW && n < page->size; n++) {
		const void *row = sqlite3_column_text(stmt, 1);

		page->after = sqlite3_column_int64(stmt, 0);
		if (n > 0)
			buf_addc(rows, ',');
		buf_add(rows, row, (size_t)sqlite3_column_bytes(stmt, 1));
	}
	n += sqlite3_data_count(stmt) > 0;
	sqlite3_finalize(stmt);
	return n > page->size;
}

static void send_page(struct sandbox *sb, struct gaio_page *page, struct reply *rp)
{
	struct buf rows;
	bool more;

	if (page->count < 0)
		count_rows(sb, page);
	buf_init(&rows, rp->body.max);
	more = add_rows(sb, page, &rows);
	buf_addf(&rp->body, "{\"count\":%jd,\"next\":", (intmax_t)page->count);
	if (more) {
		buf_addf(&rp->body, "\"%s/v1/%s?page_size=%jd&cursor=", sb->url, page->name,
		    (intmax_t)page->size);
		write_cursor(&rp->body, page);
		buf_addc(&rp->body, '"');
	} else {
		buf_adds(&rp->body, "null");
	}
	buf_adds(&rp->body, ",\"results\":[");
	buf_addspan(&rp->body, buf_span(&rows));
	rp->body.full |= rows.full;
	buf_adds(&rp->body, "]}");
	buf_free(&rows);
}

void gaio_serve(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	const char *bearer = request_bearer(rq);
	const char *why;
	struct gaio_page page;

	if (!bearer || strcmp(bearer, SANDBOX_GAIO_TOKEN) != 0) {
		reply_header(rp, "WWW-Authenticate", "Bearer");
		reply_refuse(rp, "gaio", 401, "the token is missing or wrong");
		return;
	}
	if (!gaio_is_name(rq->part[0].p) || !gaio_has(sb, rq->part[0].p)) {
		reply_refuse(rp, "gaio", 404, "no such collection");
		return;
	}
	why = read_page(rq, &page);
	if (why)
		reply_refuse(rp, "gaio", 400, why);
	else
		send_page(sb, &page, rp);
}
