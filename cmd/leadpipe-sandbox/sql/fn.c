#include "sql/fn.h"
#include "base/die.h"
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
	return ((const struct sql_fn *)sqlite3_user_data(ctx))->how;
}

static void call(sqlite3_context *ctx, int n, sqlite3_value **v, bool safe)
{
	const struct sql_fn *f = sqlite3_user_data(ctx);
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

static void add(sqlite3 *db, const struct sql_fn *f)
{
	enum { FLAGS = SQLITE_UTF8 | SQLITE_DETERMINISTIC };
	char *safe = mem_format("safe_%s", f->name);
	void *self = (void *)(uintptr_t)f;

	if (sqlite3_create_function_v2(
	        db, f->name, -1, FLAGS, self, call_plain, NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_create_function_v2(db, safe, -1, FLAGS, self, call_safe, NULL, NULL, NULL) !=
	        SQLITE_OK)
		die(STATUS_BUG, "function %s: %s", f->name, sqlite3_errmsg(db));
	free(safe);
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

void sql_fn_register(sqlite3 *db)
{
	const struct sql_fn *const tables[] = {sql_fn_num, sql_fn_decimal, sql_fn_cast, sql_fn_text,
	    sql_fn_pad, sql_fn_bytes, sql_fn_time, sql_fn_zone, sql_fn_format, sql_fn_json,
	    sql_fn_array, sql_fn_generate, sql_fn_path, sql_fn_partition, sql_fn_regex};

	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		for (const struct sql_fn *f = tables[i]; f->name; f++)
			add(db, f);
	sql_fn_register_sums(db);
	sql_fn_register_extremes(db);
	sql_fn_register_stats(db);
	sql_fn_register_ranks(db);
	sql_fn_register_lists(db);
	if (sqlite3_create_collation_v2(db, "bq_num", SQLITE_UTF8, NULL, compare_decimals, NULL) !=
	    SQLITE_OK)
		die(STATUS_BUG, "collation bq_num: %s", sqlite3_errmsg(db));
}
