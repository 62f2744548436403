#include "salesforce/sf_query.h"
#include "salesforce/sf_record.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { WORD_MAX = 4096 };

/* SELECT fields|COUNT() FROM object [WHERE field = literal [AND ...]] [LIMIT n] */
struct soql {
	const char *at;
	char word[WORD_MAX]; /* the current token; strings without their quotes */
	bool is_string;
	struct sf_error *error;
	const struct sf_object *object;
	const struct sf_field *fields[SF_FIELDS_MAX];
	size_t n;
	bool count;
	struct buf where;
	char *literal[SF_FIELDS_MAX]; /* owned; booleans as 0 and 1 */
	size_t n_tested;
	int64_t limit;
};

static bool refuse(struct soql *q, const char *code, const char *rule)
{
	if (!*q->error->code)
		sf_error_set(q->error, 400, code, NULL, "%s%.100s", rule, q->word);
	return false;
}

static bool unsupported(struct soql *q)
{
	return refuse(q, "MALFORMED_QUERY",
	    *q->word || q->is_string ? "not supported by this sandbox: "
	                             : "unexpected end of the query");
}

/* A string in SOQL: '...' with \' and \\ inside. */
static bool take_string(struct soql *q, size_t *n)
{
	for (q->at++; *q->at && *q->at != '\''; q->at++) {
		if (*q->at == '\\' && q->at[1])
			q->at++;
		if (*n < WORD_MAX - 1)
			q->word[(*n)++] = *q->at;
	}
	q->is_string = true;
	return *q->at == '\'';
}

static bool next(struct soql *q)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:+-";
	size_t n = 0, run;

	q->is_string = false;
	q->at += strspn(q->at, " \t\r\n");
	run = strspn(q->at, letters);
	if (*q->at == '\'') {
		if (!take_string(q, &n))
			return refuse(q, "MALFORMED_QUERY", "string without an end: ");
		q->at++;
	} else if (run > 0) {
		n = run < WORD_MAX ? run : WORD_MAX - 1;
		memcpy(q->word, q->at, n);
		q->at += run;
	} else if (*q->at) {
		q->word[n++] = *q->at++;
	}
	q->word[n] = '\0';
	return true;
}

static bool is(const struct soql *q, const char *word)
{
	return !q->is_string && strcasecmp(q->word, word) == 0;
}

static bool expect(struct soql *q, const char *word)
{
	return is(q, word) ? next(q) : unsupported(q);
}

static const struct sf_field *take_field(struct soql *q)
{
	const struct sf_field *f = sf_object_field(q->object, span_of(q->word));

	if (!f || q->is_string) {
		refuse(q, "INVALID_FIELD", "No such column on the object of this query: ");
		return NULL;
	}
	return next(q) ? f : NULL;
}

/* The fields stand before the object that they belong to, so FROM is looked for first. */
static bool find_object(struct soql *q)
{
	const char *start = q->at;

	do
		if (!next(q))
			return false;
	while ((*q->word || q->is_string) && !is(q, "FROM"));
	if (!expect(q, "FROM"))
		return false;
	q->object = sf_object_find(span_of(q->word));
	if (!q->object)
		return refuse(q, "INVALID_TYPE", "sObject type is not supported: ");
	q->at = start;
	return next(q);
}

static bool take_fields(struct soql *q)
{
	do {
		const struct sf_field *f;

		if (q->n > 0 && !next(q))
			return false;
		f = q->n < SF_FIELDS_MAX ? take_field(q) : NULL;
		if (!f)
			return unsupported(q);
		q->fields[q->n++] = f;
	} while (is(q, ","));
	return true;
}

static bool take_selection(struct soql *q)
{
	if (!is(q, "COUNT"))
		return take_fields(q);
	q->count = true;
	return next(q) && expect(q, "(") && expect(q, ")");
}

static void keep_literal(struct soql *q)
{
	const char *text = is(q, "true") ? "1" : is(q, "false") ? "0" : q->word;

	q->literal[q->n_tested++] = mem_text(text);
}

static bool take_test(struct soql *q)
{
	const struct sf_field *f = take_field(q);

	if (!f || !expect(q, "="))
		return false;
	if (!*q->word && !q->is_string)
		return unsupported(q);
	buf_adds(&q->where, q->where.n > 0 ? " AND " : " WHERE ");
	if (is(q, "null")) {
		buf_addf(&q->where, "\"%s\" IS NULL", f->name);
		return next(q);
	}
	if (q->n_tested == SF_FIELDS_MAX)
		return unsupported(q);
	keep_literal(q);
	buf_addf(&q->where, "\"%s\" = ?%zu COLLATE NOCASE", f->name, q->n_tested);
	return next(q);
}

static bool take_where(struct soql *q)
{
	do
		if (!next(q) || !take_test(q))
			return false;
	while (is(q, "AND"));
	return true;
}

static bool take_limit(struct soql *q)
{
	if (!next(q))
		return false;
	if (q->is_string || !*q->word || q->word[strspn(q->word, "0123456789")] ||
	    strlen(q->word) > 9)
		return unsupported(q);
	q->limit = atol(q->word);
	return next(q);
}

static bool parse(struct soql *q)
{
	if (!next(q) || !is(q, "SELECT"))
		return unsupported(q);
	if (!find_object(q) || !take_selection(q) || !expect(q, "FROM") || !next(q))
		return false;
	if (is(q, "WHERE") && !take_where(q))
		return false;
	if (is(q, "LIMIT") && !take_limit(q))
		return false;
	return *q->word || q->is_string ? unsupported(q) : true;
}

static sqlite3_stmt *prepare(struct store *s, struct soql *q)
{
	struct buf sql;
	sqlite3_stmt *stmt;

	buf_init(&sql, SF_SQL_MAX);
	buf_adds(&sql, q->count ? "SELECT count(*)" : "SELECT Id");
	for (size_t i = 0; i < q->n; i++)
		buf_addf(&sql, ", \"%s\"", q->fields[i]->name);
	buf_addf(&sql, " FROM \"sf_%s\"%s", q->object->name, buf_str(&q->where));
	if (!q->count)
		buf_addf(&sql, " ORDER BY number LIMIT %jd", (intmax_t)q->limit);
	stmt = store_query(s, buf_str(&sql), "");
	for (size_t i = 0; i < q->n_tested; i++)
		sqlite3_bind_text(stmt, (int)i + 1, q->literal[i], -1, SQLITE_TRANSIENT);
	buf_free(&sql);
	return stmt;
}

static void run(struct store *s, const char *version, struct soql *q, struct buf *b)
{
	sqlite3_stmt *stmt;
	struct buf records;
	int64_t total = 0;

	sf_object_table(s, q->object);
	stmt = prepare(s, q);
	buf_init(&records, SIZE_MAX);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		if (q->count) {
			total = sqlite3_column_int64(stmt, 0);
			continue;
		}
		if (total++ > 0)
			buf_addc(&records, ',');
		sf_record_write(&records, q->object, version, q->fields, q->n, stmt);
	}
	sqlite3_finalize(stmt);
	buf_addf(b, "{\"totalSize\":%jd,\"done\":true,\"records\":[", (intmax_t)total);
	buf_addspan(b, buf_span(&records));
	buf_adds(b, "]}");
	buf_free(&records);
}

bool sf_query(
    struct store *s, const char *version, const char *soql, struct buf *b, struct sf_error *e)
{
	struct soql *q = mem_alloc(sizeof *q);
	bool ok;

	*q = (struct soql){.at = soql, .error = e, .limit = -1};
	buf_init(&q->where, SF_SQL_MAX);
	ok = parse(q);
	if (ok)
		run(s, version, q, b);
	for (size_t i = 0; i < q->n_tested; i++)
		free(q->literal[i]);
	buf_free(&q->where);
	free(q);
	return ok;
}
