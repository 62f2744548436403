#include "sql/fn.h"
#include "base/buf.h"
#include "base/mem.h"

#include <stdlib.h>

/* ARRAY_AGG and STRING_AGG: all rows are kept, sorted at the end. */

enum { LIST_MAX = 256 << 20 };

struct list_row {
	sqlite3_value *value;
	sqlite3_value **keys;
	size_t n_keys, number;
	const char *directions; /* per key + or -, and f or l: where NULLs go */
};

struct list_rows {
	struct list_row *row;
	size_t n, cap, left;     /* `left` of bq_nth's have left the frame */
	char *flags, *separator; /* flags: 'kind[D][N];limit;directions' */
	size_t separator_n;
};

/* SQLite's own order of values: NULL, numbers, texts, blobs. */
static int compare_values(sqlite3_value *a, sqlite3_value *b)
{
	static const int ranks[] = {0, 1, 1, 2, 3, 0};
	int rank = ranks[sqlite3_value_type(a) % 5] - ranks[sqlite3_value_type(b) % 5];

	if (rank || sqlite3_value_type(a) == SQLITE_NULL)
		return rank;
	return fn_compare(a, b);
}

static int compare_rows(const void *pa, const void *pb)
{
	const struct list_row *a = pa, *b = pb;

	for (size_t i = 0; i < a->n_keys; i++) {
		bool null_a = sqlite3_value_type(a->keys[i]) == SQLITE_NULL;
		bool null_b = sqlite3_value_type(b->keys[i]) == SQLITE_NULL;
		int order;

		if (null_a != null_b)
			return null_a == (a->directions[2 * i + 1] == 'f') ? -1 : 1;
		order = compare_values(a->keys[i], b->keys[i]);
		if (order)
			return a->directions[2 * i] == '-' ? -order : order;
	}
	return (a->number > b->number) - (a->number < b->number);
}

static void keep(struct list_rows *r, sqlite3_value *value, int n_keys, sqlite3_value **keys)
{
	struct list_row *row;

	if (r->n == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 16;
		r->row = mem_resize(r->row, r->cap, sizeof(*r->row));
	}
	row = &r->row[r->n];
	*row = (struct list_row){
	    .value = sqlite3_value_dup(value), .n_keys = (size_t)n_keys, .number = r->n};
	row->keys = mem_alloc((size_t)n_keys * sizeof(*row->keys));
	for (int i = 0; i < n_keys; i++)
		row->keys[i] = sqlite3_value_dup(keys[i]);
	r->n++;
}

static void first_flags(struct list_rows *r, sqlite3_value *flags, sqlite3_value *separator)
{
	struct span s;

	if (r->flags)
		return;
	s = fn_text(flags);
	r->flags = mem_dup(s.p, s.n);
	if (separator) {
		s = fn_text(separator);
		r->separator = mem_dup(s.p, s.n);
		r->separator_n = s.n;
	}
}

static void array_step(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct list_rows *r = sqlite3_aggregate_context(ctx, sizeof(*r));

	if (!r)
		return;
	first_flags(r, v[0], NULL);
	if (sqlite3_value_type(v[1]) == SQLITE_NULL && strchr(r->flags, 'N'))
		return;
	keep(r, v[1], n - 2, v + 2);
}

static void string_step(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct list_rows *r = sqlite3_aggregate_context(ctx, sizeof(*r));

	if (!r)
		return;
	first_flags(r, v[0], v[2]);
	if (sqlite3_value_type(v[1]) != SQLITE_NULL)
		keep(r, v[1], n - 3, v + 3);
}

static bool seen_before(const struct list_rows *r, size_t end, sqlite3_value *value)
{
	for (size_t i = 0; i < end; i++)
		if (r->row[i].value && compare_values(r->row[i].value, value) == 0)
			return true;
	return false;
}

/* Sorted, without doubles where asked for, and cut at the limit; the number that is left. */
static void arrange(struct list_rows *r)
{
	const char *limit = strchr(r->flags, ';') + 1;
	const char *directions = strchr(limit, ';') + 1;
	size_t n = 0, most = *limit == ';' ? SIZE_MAX : strtoul(limit, NULL, 10);
	bool distinct = memchr(r->flags, 'D', (size_t)(limit - r->flags)) != NULL;

	for (size_t i = 0; i < r->n; i++)
		r->row[i].directions = directions;
	if (*directions)
		qsort(r->row, r->n, sizeof(*r->row), compare_rows);
	for (size_t i = 0; i < r->n; i++) {
		struct list_row row = r->row[i];
		if (n >= most || (distinct && seen_before(r, n, row.value)))
			continue;
		r->row[i] = r->row[n];
		r->row[n++] = row;
	}
	for (size_t i = n; i < r->n; i++)
		r->row[i].number = SIZE_MAX;
}

static void free_rows(struct list_rows *r)
{
	for (size_t i = 0; i < r->n; i++) {
		sqlite3_value_free(r->row[i].value);
		for (size_t j = 0; j < r->row[i].n_keys; j++)
			sqlite3_value_free(r->row[i].keys[j]);
		free(r->row[i].keys);
	}
	free(r->row);
	free(r->flags);
	free(r->separator);
	*r = (struct list_rows){0};
}

static void write_list(sqlite3_context *ctx, const struct list_rows *r, bool array)
{
	struct buf out;

	buf_init(&out, LIST_MAX);
	if (array)
		buf_addc(&out, '[');
	for (size_t i = 0; i < r->n && r->row[i].number != SIZE_MAX; i++) {
		if (i > 0)
			buf_add(&out, array ? "," : r->separator, array ? 1 : r->separator_n);
		if (array)
			fn_json_element(&out, r->flags[0], r->row[i].value);
		else
			buf_addspan(&out, fn_text(r->row[i].value));
	}
	if (array)
		buf_addc(&out, ']');
	if (out.full)
		sqlite3_result_error_toobig(ctx);
	else if (r->n == 0 && !array)
		sqlite3_result_null(ctx);
	else
		(!array && r->flags[0] == 'b' ? fn_result_bytes : fn_result_text)(
		    ctx, buf_span(&out));
	buf_free(&out);
}

static void list_end(sqlite3_context *ctx, bool array)
{
	struct list_rows *r = sqlite3_aggregate_context(ctx, 0);

	if (!r || !r->flags)
		return;
	arrange(r);
	write_list(ctx, r, array);
	free_rows(r);
}

static void array_end(sqlite3_context *ctx)
{
	list_end(ctx, true);
}

static void string_end(sqlite3_context *ctx)
{
	list_end(ctx, false);
}

/* bq_nth(value, n): the nth value of the frame that is not NULL, or the 'last'. */
static void nth_step(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct list_rows *r = sqlite3_aggregate_context(ctx, sizeof(*r));

	(void)n;
	if (!r)
		return;
	first_flags(r, v[1], NULL);
	if (sqlite3_value_type(v[0]) != SQLITE_NULL)
		keep(r, v[0], 0, NULL);
}

static void nth_leave(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct list_rows *r = sqlite3_aggregate_context(ctx, sizeof(*r));

	(void)n;
	if (r && sqlite3_value_type(v[0]) != SQLITE_NULL)
		r->left++;
}

static void nth_now(sqlite3_context *ctx)
{
	const struct list_rows *r = sqlite3_aggregate_context(ctx, 0);
	bool last = r && r->flags && *r->flags == 'l';
	int64_t n = r && r->flags ? strtoll(r->flags, NULL, 10) : 1;
	size_t have = r ? r->n - r->left : 0;

	if (last && have)
		sqlite3_result_value(ctx, r->row[r->n - 1].value);
	else if (!last && n <= 0)
		sqlite3_result_error(
		    ctx, "The N value for the NTH_VALUE function must be positive", -1);
	else if (!last && (uint64_t)n <= have)
		sqlite3_result_value(ctx, r->row[r->left + (size_t)n - 1].value);
}

static void nth_end(sqlite3_context *ctx)
{
	struct list_rows *r = sqlite3_aggregate_context(ctx, 0);

	nth_now(ctx);
	if (r)
		free_rows(r);
}

/* ANY_VALUE: the first; and the one row that a scalar subquery may have. */
struct one {
	sqlite3_value *value;
	int64_t n;
};

static void one_step(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct one *o = sqlite3_aggregate_context(ctx, sizeof(*o));

	(void)n;
	if (o && o->n++ == 0)
		o->value = sqlite3_value_dup(v[0]);
}

static void one_value(sqlite3_context *ctx)
{
	struct one *o = sqlite3_aggregate_context(ctx, 0);

	if (!o)
		return;
	if (o->n > 1 && sqlite3_user_data(ctx))
		sqlite3_result_error(ctx, "Scalar subquery produced more than one element", -1);
	else if (o->value)
		sqlite3_result_value(ctx, o->value);
	sqlite3_value_free(o->value);
	*o = (struct one){0};
}

int fn_register_lists(sqlite3 *db)
{
	enum { FLAGS = SQLITE_UTF8 | SQLITE_DETERMINISTIC };
	void *single = (void *)(uintptr_t) "single";
	int rc = sqlite3_create_function_v2(
	             db, "bq_array_agg", -1, FLAGS, NULL, NULL, array_step, array_end, NULL) |
	         sqlite3_create_function_v2(
	             db, "bq_string_agg", -1, FLAGS, NULL, NULL, string_step, string_end, NULL) |
	         sqlite3_create_window_function(
	             db, "bq_nth", 2, FLAGS, NULL, nth_step, nth_end, nth_now, nth_leave, NULL) |
	         sqlite3_create_function_v2(
	             db, "bq_any", 1, FLAGS, NULL, NULL, one_step, one_value, NULL) |
	         sqlite3_create_function_v2(
	             db, "bq_single", 1, FLAGS, single, NULL, one_step, one_value, NULL);

	return rc;
}
