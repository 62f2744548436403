/* The partition that a value lies in. */

#include "sql/fn.h"
#include "storage/civil.h"

#include <stdio.h>
#include <stdlib.h>

/* bq_partition(value, unit, nudge): "20261103"; nudge: of the point before (-1) or after (1). */
static char *partition(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	const char *unit = (const char *)sqlite3_value_text(v[1]);
	int nudge = sqlite3_value_int(v[2]);
	struct span text = fn_text(v[0]);
	struct civil c = {0};
	char date[CIVIL_TEXT], id[CIVIL_TEXT];

	(void)n;
	if (sqlite3_value_type(v[0]) == SQLITE_INTEGER)
		c = civil_of_us(sqlite3_value_int64(v[0]) + nudge);
	else if (civil_parse_datetime(text, false, &c) && text.n == 10)
		c.days += nudge;
	else
		c = civil_of_us(civil_to_us(&c) + nudge);
	civil_date(date, c.days);
	snprintf(id, sizeof id, "%.4s%.2s%.2s%02d", date, date + 5, date + 8,
	    (int)(c.us / (3600 * INT64_C(1000000))));
	fn_result_text(ctx, (struct span){id, *unit == 'Y'   ? 4
	                                      : *unit == 'M' ? 6
	                                      : *unit == 'D' ? 8
	                                                     : 10});
	return NULL;
}

/* bq_bucket(value, start, end, interval, nudge): the first number of the range. */
static char *bucket(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int64_t value = sqlite3_value_int64(v[0]), start = sqlite3_value_int64(v[1]);
	int64_t end = sqlite3_value_int64(v[2]), interval = sqlite3_value_int64(v[3]);
	int nudge = sqlite3_value_int(v[4]);

	(void)n;
	if (nudge < 0 ? value > INT64_MIN : nudge > 0 && value < INT64_MAX)
		value += nudge;
	if (value < start)
		value = INT64_MIN;
	else if (value >= end)
		value = INT64_MAX;
	else
		value = start + (value - start) / interval * interval;
	sqlite3_result_int64(ctx, value);
	return NULL;
}

const struct fn_entry fn_table_partition[] = {
    {"bq_partition", partition, NULL}, {"bq_bucket", bucket, NULL}, {0}};
