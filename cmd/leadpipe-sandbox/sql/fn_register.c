#include "sql/fn_register.h"
#include "sql/fn.h"
#include "base/mem.h"

#include <stdlib.h>

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
