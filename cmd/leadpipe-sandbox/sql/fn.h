#ifndef SANDBOX_SQL_FN_H
#define SANDBOX_SQL_FN_H

/*
 * Private to sql/. The SQLite functions (bq_...) in which GoogleSQL is done otherwise than SQLite
 * does it. Each stands under two names: bq_x fails the statement, safe_bq_x gives
 * NULL instead. A NULL argument gives NULL without a call, but for those marked
 * fn_nulls. The binder sees to the number and types of the arguments.
 */

#include "base/buf.h"
#include "sql/when.h"
#include "storage/decimal.h"

#include <sqlite3.h>

/* Sets the context's result and returns NULL, or returns the error (of sqlite3_mprintf). */
typedef char *fn_call(sqlite3_context *ctx, int n, sqlite3_value **v);

struct fn_entry {
	const char *name;
	fn_call *call;
	const char *how; /* which of several functions the call is, fn_nulls, or NULL */
};

/* The function's `how`; and the one of a function that is called with NULLs too. */
const char *fn_how(sqlite3_context *ctx);
extern const char fn_nulls[];

/* One table per file; each ends with a zero name. */
extern const struct fn_entry fn_table_num[], fn_table_decimal[], fn_table_cast[], fn_table_text[],
    fn_table_pad[], fn_table_bytes[], fn_table_time[], fn_table_zone[], fn_table_format[],
    fn_table_json[], fn_table_array[], fn_table_generate[], fn_table_path[], fn_table_partition[],
    fn_table_regex[];

/* Each tells SQLite of some aggregates; an SQLite result code. */
int fn_register_sums(sqlite3 *db);     /* bq_sum_*, bq_avg_* */
int fn_register_extremes(sqlite3 *db); /* bq_min, bq_max, bq_min_num, bq_max_num */
int fn_register_stats(sqlite3 *db);    /* bq_stddev_samp, bq_stddev_pop */
int fn_register_ranks(sqlite3 *db);    /* bq_quantiles, bq_percentile_*, bq_max_by, bq_min_by */
int fn_register_lists(sqlite3 *db);    /* bq_array_agg, bq_string_agg, bq_nth, bq_any, bq_single */

/* Can the SQLite aggregate also be a window function? */
bool fn_slides(const char *name);

/* Arguments and results. A FLOAT64 NaN is the TEXT 'NaN' in SQLite. */
struct span fn_text(sqlite3_value *v);
double fn_double(sqlite3_value *v);
void fn_decimal(sqlite3_value *v, struct decimal *d);
void fn_result_text(sqlite3_context *ctx, struct span text);
void fn_result_bytes(sqlite3_context *ctx, struct span bytes);
void fn_result_double(sqlite3_context *ctx, double value);
void fn_result_decimal(sqlite3_context *ctx, const struct decimal *d);

/* The order of two stored values of one type that is not NUMERIC. */
int fn_compare(sqlite3_value *a, sqlite3_value *b);

/* Is it BYTES, which SQLite has as a BLOB? */
bool fn_is_bytes(sqlite3_value *v);

/* The buffer as STRING or BYTES, and freed; returns an error where it was full. */
char *fn_finish(sqlite3_context *ctx, struct buf *b, bool bytes);

/* ---- fn_json.c: values inside stored arrays and STRUCTs (value.h has the form) ---- */

/*
 * Appends the value as JSON. kind: f FLOAT64, b BYTES (base64), r an array or
 * STRUCT (JSON already), s anything else.
 */
void fn_json_element(struct buf *b, char kind, sqlite3_value *v);

/* ---- fn_time.c: what the files of date and time functions share ---- */

/* A stored DATE, TIME, DATETIME or TIMESTAMP, told apart by its form; and one as a result. */
struct civil fn_time_of(sqlite3_value *v);
void fn_time_result(sqlite3_context *ctx, const struct civil *c, enum when_kind kind);

/* The kind that a function's `how` begins with: date, time, datetime or timestamp. */
enum when_kind fn_time_kind(sqlite3_context *ctx);

/* The zone that argument `index` names, UTC where there is none. An error as of fn_call. */
char *fn_time_zone(int n, sqlite3_value **v, int index, struct when_zone *zone);

#endif
