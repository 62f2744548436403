/* GENERATE_ARRAY and kin. */

#include "sql/fn.h"

enum { GENERATE_BYTES = 64 << 20, GENERATE_MAX = 1 << 20 };

/* An array that is being made, and how many elements it has. */
struct made {
	struct buf b;
	size_t n;
};

static void begin(struct made *m)
{
	*m = (struct made){0};
	buf_init(&m->b, GENERATE_BYTES);
	buf_addc(&m->b, '[');
}

/* False when there are too many. */
static bool add(struct made *m, const char *text)
{
	buf_addf(&m->b, "%s%s", m->n ? "," : "", text);
	return ++m->n <= GENERATE_MAX;
}

static char *end(sqlite3_context *ctx, struct made *m, bool ok)
{
	if (!ok) {
		buf_free(&m->b);
		return sqlite3_mprintf("Cannot generate arrays with more than 1048576 elements.");
	}
	buf_addc(&m->b, ']');
	return fn_finish(ctx, &m->b, false);
}

static char *no_step(void)
{
	return sqlite3_mprintf("Sequence step cannot be 0.");
}

static char *ints(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int64_t from = sqlite3_value_int64(v[0]), to = sqlite3_value_int64(v[1]);
	int64_t by = n > 2 ? sqlite3_value_int64(v[2]) : 1;
	bool ok = true;
	struct made m;
	char text[24];

	if (by == 0)
		return no_step();
	begin(&m);
	for (__int128 i = from; ok && (by > 0 ? i <= to : i >= to); i += by) {
		sqlite3_snprintf(sizeof text, text, "%lld", (long long)i);
		ok = add(&m, text);
	}
	return end(ctx, &m, ok);
}

/* GENERATE_DATE_ARRAY(from, to[, n, part]) */
static char *dates(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct civil from = fn_time_of(v[0]), at = from, to = fn_time_of(v[1]);
	int64_t by = n > 2 ? sqlite3_value_int64(v[2]) : 1, last = civil_to_us(&to), n_parts;
	const char *part = n > 3 ? (const char *)sqlite3_value_text(v[3]) : "DAY";
	char text[CIVIL_TEXT + 2], date[CIVIL_TEXT];
	bool ok = true;
	struct made m;

	if (by == 0)
		return no_step();
	begin(&m);
	/* from the start each time: months are cut to their last day */
	for (int64_t i = 1; ok && (by > 0 ? civil_to_us(&at) <= last : civil_to_us(&at) >= last);
	     i++) {
		civil_date(date, at.days);
		sqlite3_snprintf(sizeof text, text, "\"%s\"", date);
		ok = add(&m, text);
		at = from;
		if (__builtin_mul_overflow(i, by, &n_parts) || !when_add(&at, n_parts, part))
			break;
	}
	return end(ctx, &m, ok);
}

const struct fn_entry fn_table_generate[] = {
    {"bq_generate_array", ints, NULL}, {"bq_generate_date", dates, NULL}, {0}};
