#include "sql/fn.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

struct span fn_text(sqlite3_value *v)
{
	const char *p = sqlite3_value_type(v) == SQLITE_BLOB ? sqlite3_value_blob(v)
	                                                     : (const void *)sqlite3_value_text(v);

	return (struct span){p ? p : "", p ? (size_t)sqlite3_value_bytes(v) : 0};
}

double fn_double(sqlite3_value *v)
{
	return sqlite3_value_type(v) == SQLITE_TEXT ? NAN : sqlite3_value_double(v);
}

void fn_decimal(sqlite3_value *v, struct decimal *d)
{
	if (decimal_parse(d, fn_text(v), TYPE_BIGNUMERIC, false) != DECIMAL_OK)
		decimal_of_int(d, 0);
}

void fn_result_text(sqlite3_context *ctx, struct span text)
{
	sqlite3_result_text64(ctx, text.p ? text.p : "", text.n, SQLITE_TRANSIENT, SQLITE_UTF8);
}

void fn_result_bytes(sqlite3_context *ctx, struct span bytes)
{
	sqlite3_result_blob64(ctx, bytes.p ? bytes.p : "", bytes.n, SQLITE_TRANSIENT);
}

bool fn_is_bytes(sqlite3_value *v)
{
	return sqlite3_value_type(v) == SQLITE_BLOB;
}

char *fn_finish(sqlite3_context *ctx, struct buf *b, bool bytes)
{
	char *error = b->full ? sqlite3_mprintf("A value is too large") : NULL;

	if (!error)
		(bytes ? fn_result_bytes : fn_result_text)(ctx, buf_span(b));
	buf_free(b);
	return error;
}

void fn_result_double(sqlite3_context *ctx, double value)
{
	if (isnan(value))
		sqlite3_result_text(ctx, "NaN", 3, SQLITE_STATIC);
	else
		sqlite3_result_double(ctx, value);
}

void fn_result_decimal(sqlite3_context *ctx, const struct decimal *d)
{
	char text[DECIMAL_TEXT];
	size_t n = decimal_format(d, text);

	sqlite3_result_text(ctx, text, (int)n, SQLITE_TRANSIENT);
}

const char fn_nulls[] = "NULLs too";

const char *fn_how(sqlite3_context *ctx)
{
	return ((const struct fn_entry *)sqlite3_user_data(ctx))->how;
}

static void call(sqlite3_context *ctx, int n, sqlite3_value **v, bool safe)
{
	const struct fn_entry *f = sqlite3_user_data(ctx);
	char *error;

	for (int i = 0; i < n && f->how != fn_nulls; i++)
		if (sqlite3_value_type(v[i]) == SQLITE_NULL)
			return;
	if (!(error = f->call(ctx, n, v)))
		return;
	if (safe)
		sqlite3_result_null(ctx);
	else
		sqlite3_result_error(ctx, error, -1);
	sqlite3_free(error);
}

static void call_plain(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	call(ctx, n, v, false);
}

static void call_safe(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	call(ctx, n, v, true);
}

static int compare_decimals(void *ctx, int n, const void *p, int m, const void *p2)
{
	struct decimal a, b;

	(void)ctx;
	if (n == m && memcmp(p, p2, (size_t)n) == 0)
		return 0;
	if (decimal_parse(&a, (struct span){p, (size_t)n}, TYPE_BIGNUMERIC, false) != DECIMAL_OK)
		decimal_of_int(&a, 0);
	if (decimal_parse(&b, (struct span){p2, (size_t)m}, TYPE_BIGNUMERIC, false) != DECIMAL_OK)
		decimal_of_int(&b, 0);
	return decimal_compare(&a, &b);
}

static int add(sqlite3 *db, const struct fn_entry *f)
{
	enum { FLAGS = SQLITE_UTF8 | SQLITE_DETERMINISTIC };
	char *safe = mem_format("safe_%s", f->name);
	void *self = (void *)(uintptr_t)f;
	int rc =
	    sqlite3_create_function_v2(db, f->name, -1, FLAGS, self, call_plain, NULL, NULL, NULL) |
	    sqlite3_create_function_v2(db, safe, -1, FLAGS, self, call_safe, NULL, NULL, NULL);

	free(safe);
	return rc;
}

bool fn_slides(const char *name)
{
	static const char *const fixed[] = {"bq_any", "bq_quantiles", "bq_array_agg",
	    "bq_string_agg", "bq_max_by", "bq_min_by", "COUNT(DISTINCT"};

	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
		if (strncmp(name, fixed[i], strlen(fixed[i])) == 0)
			return false;
	return true;
}

bool fn_register(sqlite3 *db, struct error *error)
{
	const struct fn_entry *const tables[] = {fn_table_num, fn_table_decimal, fn_table_cast,
	    fn_table_text, fn_table_pad, fn_table_bytes, fn_table_time, fn_table_zone,
	    fn_table_format, fn_table_json, fn_table_array, fn_table_generate, fn_table_path,
	    fn_table_partition, fn_table_regex};
	int rc = SQLITE_OK;

	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		for (const struct fn_entry *f = tables[i]; f->name; f++)
			rc |= add(db, f);
	rc |= fn_register_sums(db);
	rc |= fn_register_extremes(db);
	rc |= fn_register_stats(db);
	rc |= fn_register_ranks(db);
	rc |= fn_register_lists(db);
	rc |= sqlite3_create_collation_v2(db, "bq_num", SQLITE_UTF8, NULL, compare_decimals, NULL);
	return rc == SQLITE_OK ||
	       error_set(error, STATUS_BUG, "functions of SQL: %s", sqlite3_errmsg(db));
}
