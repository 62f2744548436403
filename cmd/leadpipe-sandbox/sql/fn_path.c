#include "sql/fn.h"
#include "base/buf.h"
#include "row/jstr.h"
#include "row/scan.h"

enum { PATH_MAX_BYTES = 16 << 20 };

/* One step of a JSON path: .name, ['name'], ["name"] or [3]. False at its end, or when it is none (*bad). */
static bool step(struct span *path, struct span *name, int64_t *index, bool *bad)
{
	size_t n = 1;

	*index = -1;
	if (!path->n)
		return false;
	if (*path->p == '.') {
		while (n < path->n && path->p[n] != '.' && path->p[n] != '[')
			n++;
		*name = (struct span){path->p + 1, n - 1};
		*bad = n == 1;
		if (name->n >= 2 && *name->p == '"' && name->p[name->n - 1] == '"')
			*name = (struct span){name->p + 1, name->n - 2};
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
	struct scan scan = {0};
	struct span value;
	enum json type;
	const char *why = scan_document(&scan, fn_text(v[0]), &value, &type);

	(void)n;
	scan_free(&scan);
	if (why)
		return sqlite3_mprintf("Invalid input to PARSE_JSON: %s", why);
	fn_result_text(ctx, value);
	return NULL;
}

const struct sql_fn sql_fn_path[] = {{"bq_json_value", json_value, 0},
    {"bq_json_query", json_query, 0}, {"bq_parse_json", parse_json, 0}, {0}};
