#include "marketing/extension.h"

#include "base/text.h"
#include "base/time.h"
#include "base/mem.h"
#include "json/jstr.h"
#include "json/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct mc_column lead_columns[] = {
    {"SubscriberKey", MC_TEXT, 50, true, true},
    {"Email", MC_EMAIL, 254, false, false},
    {"FirstName", MC_TEXT, 50, false, false},
    {"LastName", MC_TEXT, 80, false, true},
    {"Score", MC_DECIMAL, 0, false, false},
    {"Consent", MC_BOOLEAN, 0, false, false},
    {"Visits", MC_NUMBER, 0, false, false},
    {"UpdatedAt", MC_DATE, 0, false, false},
};
static const struct mc_column interest_columns[] = {
    {"SubscriberKey", MC_TEXT, 50, true, true},
    {"Campaign", MC_TEXT, 50, true, true},
    {"Weight", MC_NUMBER, 0, false, false},
};
static const struct mc_extension extensions[] = {
    {"leads", lead_columns, COUNT(lead_columns)},
    {"interests", interest_columns, COUNT(interest_columns)},
};

const struct mc_extension *extension_find(struct store *s, struct span key)
{
	for (size_t i = 0; i < COUNT(extensions); i++) {
		const struct mc_extension *x = &extensions[i];
		struct buf sql;

		if (key.n != strlen(x->name) || strncasecmp(x->name, key.p, key.n) != 0)
			continue;
		buf_init(&sql, 4096);
		buf_addf(&sql, "CREATE TABLE IF NOT EXISTS mc_%s (", x->name);
		for (size_t c = 0; c < x->n; c++)
			buf_addf(&sql, "%s TEXT%s, ", x->columns[c].name,
			    x->columns[c].key ? " COLLATE NOCASE" : "");
		buf_adds(&sql, "PRIMARY KEY (SubscriberKey");
		for (size_t c = 1; c < x->n && x->columns[c].key; c++)
			buf_addf(&sql, ", %s", x->columns[c].name);
		buf_adds(&sql, "))");
		store_exec(s, buf_str(&sql));
		buf_free(&sql);
		return x;
	}
	return NULL;
}

/* ---- one value ---- */

static bool refuse(struct mc_error *e, int code, const struct mc_column *c, const char *rule)
{
	e->code = code;
	e->column = c->name;
	snprintf(e->message, sizeof e->message, "Column [%s] %s.", c->name, rule);
	return false;
}

static bool is_email(struct span text)
{
	const char *at = memchr(text.p, '@', text.n);

	return at && at > text.p && !memchr(text.p, ' ', text.n) &&
	       memchr(at, '.', (size_t)(text.p + text.n - at));
}

static bool is_number(struct span text, bool whole)
{
	char *end, copy[64];

	if (text.n == 0 || text.n >= sizeof copy)
		return false;
	snprintf(copy, sizeof copy, "%.*s", SPAN_ARG(text));
	if (strspn(copy, whole ? "-0123456789" : "+-.eE0123456789") != text.n)
		return false;
	strtod(copy, &end);
	return *end == '\0';
}

static bool is_date(struct span text)
{
	int64_t us;
	char copy[40];

	if (time_read_rfc3339(text, &us) || time_read_when(text, 0, &us))
		return true;
	snprintf(copy, sizeof copy, "%.*sZ", (int)(text.n < 38 ? text.n : 38), text.p);
	return time_read_rfc3339(span_of(copy), &us);
}

static bool is_boolean(struct span text)
{
	static const char *const words[] = {"true", "false", "1", "0", "yes", "no", "y", "n"};

	for (size_t i = 0; i < COUNT(words); i++)
		if (text.n == strlen(words[i]) && strncasecmp(text.p, words[i], text.n) == 0)
			return true;
	return false;
}

static bool check_value(const struct mc_column *c, struct span text, struct mc_error *e)
{
	switch (c->type) {
	case MC_EMAIL:
		if (!is_email(text)) {
			refuse(e, 10000, c, "");
			snprintf(e->message, sizeof e->message,
			    "%s: The value for column [%s] is not a valid email address. Parse "
			    "error "
			    "[InvalidEmailAddress]",
			    c->name, c->name);
			return false;
		}
		/* fall through */
	case MC_TEXT:
		return text_characters(text) <= (size_t)c->length ||
		       refuse(e, 70002, c, "exceeds its maximum length");
	case MC_NUMBER:
	case MC_DECIMAL:
		return is_number(text, c->type == MC_NUMBER) ||
		       refuse(e, 70003, c, "does not hold a number");
	case MC_BOOLEAN: return is_boolean(text) || refuse(e, 70003, c, "does not hold a Boolean");
	case MC_DATE: return is_date(text) || refuse(e, 70003, c, "does not hold a date");
	}
	return false;
}

/* ---- one row ---- */

struct mc_record {
	bool given[MC_COLUMNS_MAX];
	struct span text[MC_COLUMNS_MAX]; /* absent: null */
	struct buf scratch;
};

static const struct mc_column *column_of(const struct mc_extension *x, struct span name)
{
	for (size_t i = 0; i < x->n; i++)
		if (name.n == strlen(x->columns[i].name) &&
		    strncasecmp(x->columns[i].name, name.p, name.n) == 0)
			return &x->columns[i];
	return NULL;
}

static bool take_value(
    struct mc_record *r, size_t i, const struct mc_column *c, struct span raw, struct mc_error *e)
{
	enum json type = scan_type(raw);
	struct span text = type == JSON_STRING ? jstr_text(raw, &r->scratch) : raw;

	r->given[i] = true;
	r->text[i] = (struct span){0};
	if (type == JSON_ARRAY || type == JSON_OBJECT)
		return refuse(e, 70003, c, "does not hold a plain value");
	if (type == JSON_NULL || (text.n == 0 && c->type != MC_TEXT))
		return !c->required || refuse(e, 70001, c, "does not allow null value");
	r->text[i] = text;
	return check_value(c, text, e);
}

static bool take_object(
    struct mc_record *r, const struct mc_extension *x, struct span object, struct mc_error *e)
{
	struct span name, raw;

	while (scan_member(&object, &name, &raw)) {
		struct span text = jstr_name(name, &r->scratch);
		const struct mc_column *c = column_of(x, text);

		if (!c) {
			e->code = 70004;
			e->column = "";
			snprintf(e->message, sizeof e->message,
			    "A column of the row does not exist in the data extension.");
			return false;
		}
		if (!take_value(r, (size_t)(c - x->columns), c, raw, e))
			return false;
	}
	return true;
}

static void bind(sqlite3_stmt *stmt, const struct mc_record *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (r->text[i].p)
			sqlite3_bind_text64(stmt, (int)i + 1, r->text[i].p, r->text[i].n,
			    SQLITE_TRANSIENT, SQLITE_UTF8);
}

/* Only the columns that were given are touched. */
static bool write_record(
    struct store *s, const struct mc_extension *x, const struct mc_record *r, bool insert)
{
	struct buf sql;
	sqlite3_stmt *stmt;
	bool done;

	buf_init(&sql, 8192);
	buf_addf(&sql, "INSERT INTO mc_%s VALUES (?1", x->name);
	for (size_t i = 1; i < x->n; i++)
		buf_addf(&sql, ", ?%zu", i + 1);
	buf_adds(&sql, ")");
	if (!insert)
		buf_addf(&sql, " ON CONFLICT DO UPDATE SET SubscriberKey = ?1");
	for (size_t i = 1; i < x->n && !insert; i++)
		if (r->given[i])
			buf_addf(&sql, ", %s = ?%zu", x->columns[i].name, i + 1);
	stmt = store_query(s, buf_str(&sql), "");
	bind(stmt, r, x->n);
	done = sqlite3_step(stmt) == SQLITE_DONE;
	sqlite3_finalize(stmt);
	buf_free(&sql);
	return done;
}

static bool is_whole(const struct mc_extension *x, const struct mc_record *r, struct mc_error *e)
{
	for (size_t i = 0; i < x->n; i++)
		if (x->columns[i].required && !r->given[i])
			return refuse(e, 70001, &x->columns[i], "does not allow null value");
	return true;
}

bool extension_save(struct store *s, const struct mc_extension *x, const struct span *objects,
    size_t n, bool insert, struct mc_error *e)
{
	struct mc_record r = {0};
	size_t room = 0;
	bool ok = true;

	*e = (struct mc_error){.column = ""};
	for (size_t i = 0; i < n; i++)
		room += objects[i].n;
	buf_init(&r.scratch, SIZE_MAX);
	buf_reserve(&r.scratch, room + 1); /* texts that point into it must stay */
	for (size_t i = 0; ok && i < n; i++)
		ok = take_object(&r, x, objects[i], e);
	ok = ok && is_whole(x, &r, e);
	if (ok && !write_record(s, x, &r, insert)) {
		ok = refuse(e, 2, &x->columns[0], "holds a key that exists");
	}
	buf_free(&r.scratch);
	return ok;
}

/* ---- reading ---- */

static void write_part(struct buf *b, const struct mc_extension *x, sqlite3_stmt *stmt, bool keys)
{
	const char *comma = "";

	for (size_t i = 0; i < x->n; i++) {
		const char *text = (const char *)sqlite3_column_text(stmt, (int)i);

		if (x->columns[i].key != keys)
			continue;
		buf_addf(b, "%s\"%s\":", comma, x->columns[i].name);
		if (text)
			jstr_quote_any(b, span_of(text));
		else
			buf_adds(b, "null");
		comma = ",";
	}
}

void extension_write_rows(struct store *s, const struct mc_extension *x, struct buf *b)
{
	char sql[100];
	sqlite3_stmt *stmt;
	uint64_t n = 0;

	snprintf(sql, sizeof sql, "SELECT * FROM mc_%s ORDER BY 1, 2", x->name);
	stmt = store_query(s, sql, "");
	buf_adds(b, "{\"items\":[");
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		buf_adds(b, n++ > 0 ? ",{\"keys\":{" : "{\"keys\":{");
		write_part(b, x, stmt, true);
		buf_adds(b, "},\"values\":{");
		write_part(b, x, stmt, false);
		buf_adds(b, "}}");
	}
	buf_addf(b, "],\"count\":%ju}", (uintmax_t)n);
	sqlite3_finalize(stmt);
}
