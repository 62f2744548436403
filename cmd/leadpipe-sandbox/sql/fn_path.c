#include "sql/cast.h"
#include "sql/fn.h"
#include "base/buf.h"
#include "json/jstr.h"
#include "json/scan.h"

enum { PATH_MAX_BYTES = 16 << 20 };

/* One step of a JSON path: .name, ."name", ['name'] or [3]. False at its end, or *bad. */
static bool step(struct span *path, struct span *name, int64_t *index, bool *bad)
{
	size_t n = 1;

	*index = -1;
	if (!path->n)
		return false;
	if (*path->p == '.' && path->n > 1 && path->p[1] == '"') {
		const char *end = memchr(path->p + 2, '"', path->n - 2);

		*bad = !end;
		if (*bad)
			return false;
		*name = (struct span){path->p + 2, (size_t)(end - path->p) - 2};
		n = (size_t)(end - path->p) + 1;
	} else if (*path->p == '.') {
		while (n < path->n && path->p[n] != '.' && path->p[n] != '[')
			n++;
		*name = (struct span){path->p + 1, n - 1};
		*bad = n == 1;
	} else if (*path->p == '[' && path->n > 3 && (path->p[1] == '\'' || path->p[1] == '"')) {
		const char *end = memchr(path->p + 2, path->p[1], path->n - 2);
		*bad = !end || end + 1 >= path->p + path->n || end[1] != ']';
		if (*bad)
			return false;
		*name = (struct span){path->p + 2, (size_t)(end - path->p) - 2};
		n = (size_t)(end - path->p) + 2;
	} else {
		*index = 0;
		*bad = *path->p != '[' || path->n < 3 || path->p[1] < '0' || path->p[1] > '9';
		for (; !*bad && n < path->n && path->p[n] >= '0' && path->p[n] <= '9' &&
		       *index < 1000000;
		     n++)
			*index = *index * 10 + (path->p[n] - '0');
		*bad |= n >= path->n || path->p[n] != ']';
		n++;
	}
	if (!*bad)
		*path = span_skip(*path, n);
	return !*bad;
}

static bool into(struct span *at, struct span name, int64_t index, struct buf *scratch)
{
	enum json type = scan_type(*at);
	struct span rest = *at, item, key;

	if (index >= 0 && type == JSON_ARRAY) {
		while (scan_item(&rest, &item))
			if (index-- == 0) {
				*at = item;
				return true;
			}
	} else if (index < 0 && type == JSON_OBJECT) {
		while (scan_member(&rest, &key, &item)) {
			buf_clear(scratch);
			if (span_eq(jstr_name(key, scratch), name)) {
				*at = item;
				return true;
			}
		}
	}
	return false;
}

/* What stands at the path; *found false when nothing does, or the text is no JSON. */
static char *at_path(int n, sqlite3_value **v, struct span *value, bool *found)
{
	struct span path = n > 1 ? fn_text(v[1]) : SPAN("$"), name = {0};
	struct scan scan = {0};
	struct buf scratch;
	enum json type;
	int64_t index;
	bool bad = path.n == 0 || *path.p != '$';

	buf_init(&scratch, PATH_MAX_BYTES);
	*found = !scan_document(&scan, fn_text(v[0]), value, &type);
	scan_free(&scan);
	path = bad ? path : span_skip(path, 1);
	while (!bad && step(&path, &name, &index, &bad))
		*found = *found && into(value, name, index, &scratch);
	buf_free(&scratch);
	return bad ? sqlite3_mprintf("JSONPath must be a path such as $.a.b[0]") : NULL;
}

static char *json_value(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span value;
	struct buf scratch;
	bool found;
	char *error = at_path(n, v, &value, &found);

	if (error || !found || scan_type(value) == JSON_NULL || scan_type(value) == JSON_ARRAY ||
	    scan_type(value) == JSON_OBJECT)
		return error;
	buf_init(&scratch, PATH_MAX_BYTES);
	fn_result_text(ctx, scan_type(value) == JSON_STRING ? jstr_text(value, &scratch) : value);
	buf_free(&scratch);
	return NULL;
}

static char *json_query(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span value;
	bool found;
	char *error = at_path(n, v, &value, &found);

	if (!error && found)
		fn_result_text(ctx, value);
	return error;
}

static char *parse_json(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct buf b;

	(void)n;
	buf_init(&b, PATH_MAX_BYTES);
	if (cast_json(&b, fn_text(v[0])))
		return fn_finish(ctx, &b, false);
	buf_free(&b);
	return sqlite3_mprintf("Invalid input to PARSE_JSON: not JSON");
}

/* JSON_QUERY_ARRAY, and (`values`) JSON_VALUE_ARRAY, which takes an array of scalars only. */
static char *array_at(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	bool values = *fn_how(ctx) == 'v';
	struct span value, item, rest;
	bool found;
	char *error = at_path(n, v, &value, &found);
	struct buf b;

	if (error || !found || scan_type(value) != JSON_ARRAY)
		return error;
	rest = value;
	buf_init(&b, PATH_MAX_BYTES);
	buf_addc(&b, '[');
	while (scan_item(&rest, &item)) {
		enum json type = scan_type(item);

		buf_adds(&b, b.n > 1 ? "," : "");
		if (values && (type == JSON_ARRAY || type == JSON_OBJECT)) {
			buf_free(&b);
			return NULL;
		}
		if (values && (type == JSON_STRING || type == JSON_NULL))
			buf_addspan(&b, item);
		else
			jstr_quote(&b, item);
	}
	buf_addc(&b, ']');
	return fn_finish(ctx, &b, false);
}

/* bq_json_field(json, name or index): what JSON.name and JSON[index] are; NULL where it is not. */
static char *field(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	bool named = sqlite3_value_type(v[1]) != SQLITE_INTEGER;
	int64_t index = named ? -1 : sqlite3_value_int64(v[1]);
	struct span value = fn_text(v[0]);
	struct buf scratch;

	(void)n;
	buf_init(&scratch, PATH_MAX_BYTES);
	if ((named || index >= 0) && into(&value, fn_text(v[1]), index, &scratch))
		fn_result_text(ctx, value);
	buf_free(&scratch);
	return NULL;
}

/* An unquoted JSON scalar as STRING (s), INT64 (i), FLOAT64 (f) or BOOL (o). */
static bool as_scalar(sqlite3_context *ctx, char kind, struct span text)
{
	int64_t whole;
	double real;
	bool truth;

	if (kind == 's')
		return fn_result_text(ctx, text), true;
	if (kind == 'o' && cast_bool(text, &truth))
		return sqlite3_result_int(ctx, truth), true;
	if (kind == 'i' && cast_int(text, &whole))
		return sqlite3_result_int64(ctx, whole), true;
	if ((kind == 'i' || kind == 'f') && cast_double(text, &real)) {
		if (kind == 'f')
			return fn_result_double(ctx, real), true;
		if (real == (double)(int64_t)real && real < 9e18 && real > -9e18)
			return sqlite3_result_int64(ctx, (int64_t)real), true;
	}
	return false;
}

/* STRING(json), INT64(json) ...: of just that type, else an error. */
static char *scalar(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	char kind = *fn_text(v[0]).p;
	struct span value = fn_text(v[1]);
	enum json type = scan_type(value);
	struct buf scratch;
	bool ok;

	(void)n;
	buf_init(&scratch, PATH_MAX_BYTES);
	ok = kind == 's'   ? type == JSON_STRING
	     : kind == 'o' ? type == JSON_TRUE || type == JSON_FALSE
	                   : type == JSON_NUMBER;
	ok = ok && as_scalar(ctx, kind, type == JSON_STRING ? jstr_text(value, &scratch) : value);
	buf_free(&scratch);
	return ok ? NULL : sqlite3_mprintf("The provided JSON input is not of the type asked for");
}

const struct fn_entry fn_table_path[] = {{"bq_json_value", json_value, NULL},
    {"bq_json_query", json_query, NULL}, {"bq_parse_json", parse_json, NULL},
    {"bq_json_query_array", array_at, "query"}, {"bq_json_value_array", array_at, "values"},
    {"bq_json_field", field, NULL}, {"bq_json_scalar", scalar, NULL}, {0}};
