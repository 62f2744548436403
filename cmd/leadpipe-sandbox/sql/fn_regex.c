/* REGEXP_CONTAINS, _EXTRACT, _EXTRACT_ALL and _REPLACE. */

#include "base/buf.h"
#include "json/jstr.h"
#include "sql/fn.h"
#include "sql/regex.h"

enum { RESULT_MAX = 64 << 20 };

static void forget(void *re)
{
	regex_free(re);
}

/* The pattern v[1], made once for a constant. NULL: *error. `extracts`: at most one group. */
static const struct regex *pattern_of(
    sqlite3_context *ctx, sqlite3_value **v, bool extracts, struct regex **own, char **error)
{
	const struct regex *known = sqlite3_get_auxdata(ctx, 1);
	char why[REGEX_WHY];

	*own = NULL;
	if (!known) {
		known = *own = regex_new(fn_text(v[1]), why);
		if (!known)
			*error = sqlite3_mprintf("Cannot parse regular expression: %s", why);
	}
	if (known && extracts && regex_groups(known) > 1) {
		*error =
		    sqlite3_mprintf("Regular expressions passed into extraction functions must not "
		                    "have more than 1 capturing group");
		regex_free(*own);
		known = *own = NULL;
	}
	return known;
}

/* Hands a pattern that was just made to SQLite, which keeps or frees it. */
static void keep(sqlite3_context *ctx, struct regex *own)
{
	if (own)
		sqlite3_set_auxdata(ctx, 1, own, forget);
}

static char *gave_up(void)
{
	return sqlite3_mprintf("Not supported by leadpipe-sandbox: a regular expression that takes "
	                       "more than 1000000 steps");
}

static char *contains(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span groups[REGEX_GROUPS];
	struct regex *own;
	char *error = NULL;
	const struct regex *re = pattern_of(ctx, v, false, &own, &error);
	enum regex_result found;

	(void)n;
	if (!re)
		return error;
	found = regex_find(re, fn_text(v[0]), 0, groups);
	sqlite3_result_int(ctx, found == REGEX_FOUND);
	keep(ctx, own);
	return found == REGEX_GAVE_UP ? gave_up() : NULL;
}

/* The byte after the code point at `at`. */
static size_t point_after(struct span text, size_t at)
{
	do
		at++;
	while (at < text.n && (text.p[at] & 0xc0) == 0x80);
	return at;
}

/* The byte at which the search goes on after a match. */
static size_t next_start(struct span text, struct span match)
{
	size_t end = (size_t)(match.p - text.p) + match.n;

	return match.n ? end : point_after(text, end);
}

static char *extract(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span groups[REGEX_GROUPS];
	enum regex_result found;
	struct regex *own;
	char *error = NULL;
	const struct regex *re = pattern_of(ctx, v, true, &own, &error);

	(void)n;
	if (!re)
		return error;
	found = regex_find(re, fn_text(v[0]), 0, groups);
	if (found == REGEX_FOUND && groups[regex_groups(re)].p)
		fn_result_text(ctx, groups[regex_groups(re)]);
	keep(ctx, own);
	return found == REGEX_GAVE_UP ? gave_up() : NULL;
}

static char *extract_all(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span groups[REGEX_GROUPS], text = fn_text(v[0]);
	enum regex_result result = REGEX_NONE;
	struct regex *own;
	char *error = NULL;
	const struct regex *re = pattern_of(ctx, v, true, &own, &error);
	struct buf out;

	(void)n;
	if (!re)
		return error;
	buf_init(&out, RESULT_MAX);
	for (size_t at = 0;
	     at <= text.n && (result = regex_find(re, text, at, groups)) == REGEX_FOUND;
	     at = next_start(text, groups[0])) {
		struct span found = groups[regex_groups(re)];

		buf_addc(&out, out.n ? ',' : '[');
		jstr_quote(&out, found.p ? found : (struct span){"", 0});
	}
	buf_adds(&out, out.n ? "]" : "[]");
	keep(ctx, own);
	if (result != REGEX_GAVE_UP)
		return fn_finish(ctx, &out, false);
	buf_free(&out);
	return gave_up();
}

/* \0 to \9 and \\ of the replacement; false for another escape, or a group that is not there. */
static bool add_replacement(
    struct buf *out, struct span with, const struct regex *re, const struct span *groups)
{
	for (size_t i = 0; i < with.n; i++) {
		char c = with.p[i];

		if (c != '\\') {
			buf_addc(out, c);
			continue;
		}
		c = ++i < with.n ? with.p[i] : '\0';
		if (c == '\\')
			buf_addc(out, c);
		else if (c >= '0' && c <= '9' && c - '0' <= regex_groups(re))
			buf_addspan(out, groups[c - '0']);
		else
			return false;
	}
	return true;
}

/* As RE2's GlobalReplace: an empty match right after another one is passed over. */
static char *replace_all(
    struct buf *out, const struct regex *re, struct span text, struct span with)
{
	struct span groups[REGEX_GROUPS];
	enum regex_result result = REGEX_NONE;
	size_t at = 0, last = SIZE_MAX;

	while (at <= text.n && (result = regex_find(re, text, at, groups)) == REGEX_FOUND) {
		size_t start = (size_t)(groups[0].p - text.p);

		buf_add(out, text.p + at, start - at);
		at = start + groups[0].n;
		if (groups[0].n || start != last) {
			if (!add_replacement(out, with, re, groups))
				return sqlite3_mprintf("Invalid REGEXP_REPLACE pattern");
			last = at;
		}
		if (!groups[0].n) {
			size_t next = start < text.n ? point_after(text, start) : start + 1;

			buf_add(out, text.p + start, start < text.n ? next - start : 0);
			at = next;
		}
	}
	if (at < text.n)
		buf_add(out, text.p + at, text.n - at);
	return result == REGEX_GAVE_UP ? gave_up() : NULL;
}

static char *replace(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct regex *own;
	char *error = NULL;
	const struct regex *re = pattern_of(ctx, v, false, &own, &error);
	struct buf out;

	(void)n;
	if (!re)
		return error;
	buf_init(&out, RESULT_MAX);
	error = replace_all(&out, re, fn_text(v[0]), fn_text(v[2]));
	keep(ctx, own);
	if (!error)
		return fn_finish(ctx, &out, false);
	buf_free(&out);
	return error;
}

const struct fn_entry fn_table_regex[] = {{"bq_regexp_contains", contains, NULL},
    {"bq_regexp_extract", extract, NULL}, {"bq_regexp_extract_all", extract_all, NULL},
    {"bq_regexp_replace", replace, NULL}, {0}};
