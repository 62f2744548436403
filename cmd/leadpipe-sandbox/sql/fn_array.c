#include "sql/fn.h"
#include "json/jstr.h"
#include "json/scan.h"
#include "base/mem.h"

#include <stdlib.h>

enum { ARRAY_MAX = 64 << 20 };

/* bq_index(length, n, word): the JSON path of an element; NULL where SAFE_ allows it. */
static char *index_path(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int64_t length = sqlite3_value_int64(v[0]), i = sqlite3_value_int64(v[1]);
	struct span word = fn_text(v[2]);
	const char *upper = word.n ? word.p + (word.n > 8 ? 5 : 0) : "";
	bool ordinal = (*upper | 0x20) == 'o' && (upper[1] | 0x20) == 'r';
	char path[32];

	(void)n;
	i -= ordinal;
	if (i >= 0 && i < length) {
		sqlite3_snprintf(sizeof(path), path, "$[%lld]", (long long)i);
		sqlite3_result_text(ctx, path, -1, SQLITE_TRANSIENT);
	} else if (word.n < 8) {
		return sqlite3_mprintf(
		    "Array index %lld is out of bounds", (long long)(i + ordinal));
	}
	return NULL;
}

/* Where the piece that begins at `start` ends. */
static size_t piece_end(struct span s, struct span by, size_t start)
{
	size_t i = start + (by.n == 0 && start < s.n);

	for (; i < s.n; i++)
		if (by.n ? s.n - i >= by.n && memcmp(s.p + i, by.p, by.n) == 0
		         : (s.p[i] & 0xc0) != 0x80)
			break;
	return i;
}

/* SPLIT(text, delimiter): an empty delimiter gives code points, an empty text one string. */
static char *split(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span s = fn_text(v[0]), by = n > 1 ? fn_text(v[1]) : SPAN(",");
	struct buf b;
	size_t start = 0, end;

	buf_init(&b, ARRAY_MAX);
	buf_addc(&b, '[');
	for (;;) {
		end = piece_end(s, by, start);
		jstr_quote(&b, (struct span){s.p + start, end - start});
		if (end == s.n)
			break;
		buf_addc(&b, ',');
		start = end + by.n;
	}
	buf_addc(&b, ']');
	return fn_finish(ctx, &b, false);
}

/* ARRAY_TO_STRING(array, delimiter[, null text]) */
static char *to_string(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span rest = fn_text(v[0]), item, by = fn_text(v[1]);
	struct buf b, scratch;
	bool first = true;

	buf_init(&b, ARRAY_MAX);
	buf_init(&scratch, ARRAY_MAX);
	while (fn_text(v[0]).n > 2 && scan_item(&rest, &item)) {
		bool null = span_eq(item, SPAN("null"));
		if (null && n < 3)
			continue;
		if (!first)
			buf_addspan(&b, by);
		first = false;
		buf_clear(&scratch);
		buf_addspan(&b, null             ? fn_text(v[2])
		                : *item.p == '"' ? jstr_text(item, &scratch)
		                                 : item);
	}
	buf_free(&scratch);
	return fn_finish(ctx, &b, false);
}

const struct fn_entry fn_table_array[] = {{"bq_index", index_path, NULL}, {"bq_split", split, NULL},
    {"bq_array_to_string", to_string, NULL}, {0}};
