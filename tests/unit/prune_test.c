/* bq-merge/prune: the condition on partitions that BigQuery's answer becomes, and answers that are not one. */

#include "../../cmd/bq-merge/prune.h"

#include <limits.h>
#include <stdio.h>

static const struct {
	const char *unit; /* none: integers from start to end by step */
	enum type type;
	const char *list;
	bool nulls;
	const char *condition; /* NULL: the answer is refused */
	int64_t start, end, step;
} cases[] = {
    {"DAY", TYPE_DATE, "2026-01-31T00,2026-02-01T00", false,
        "((leadpipe_t.`p` >= DATE '2026-01-31' AND leadpipe_t.`p` < DATE '2026-02-02'))", 0, 0, 0},
    {"DAY", TYPE_DATE, "2026-02-02T00,2026-01-31T00", true,
        "((leadpipe_t.`p` >= DATE '2026-01-31' AND leadpipe_t.`p` < DATE '2026-02-01')"
        " OR (leadpipe_t.`p` >= DATE '2026-02-02' AND leadpipe_t.`p` < DATE '2026-02-03') OR "
        "leadpipe_t.`p` IS NULL)",
        0, 0, 0},
    {"HOUR", TYPE_TIMESTAMP, "2026-12-31T23", false,
        "((leadpipe_t.`p` >= TIMESTAMP '2026-12-31 23:00:00+00'"
        " AND leadpipe_t.`p` < TIMESTAMP '2027-01-01 00:00:00+00'))",
        0, 0, 0},
    {"MONTH", TYPE_DATETIME, "2026-12-01T00", false,
        "((leadpipe_t.`p` >= DATETIME '2026-12-01 00:00:00' AND leadpipe_t.`p` < DATETIME "
        "'2027-01-01 00:00:00'))",
        0, 0, 0},
    {"YEAR", TYPE_DATE, "9999-01-01T00", false, "((leadpipe_t.`p` >= DATE '9999-01-01'))", 0, 0, 0},
    {"DAY", TYPE_DATE, "", false, "(FALSE)", 0, 0, 0},
    {"DAY", TYPE_DATE, "", true, "(leadpipe_t.`p` IS NULL)", 0, 0, 0},
    {NULL, TYPE_INT64, "100,200,x", false,
        "((leadpipe_t.`p` >= 100 AND leadpipe_t.`p` < 250) OR (leadpipe_t.`p` < 0 OR "
        "leadpipe_t.`p` >= 250))",
        0, 250, 100},
    {NULL, TYPE_INT64, "-9223372036854775808", false,
        "((leadpipe_t.`p` >= -9223372036854775808 AND leadpipe_t.`p` < -1))", INT64_MIN, INT64_MAX,
        INT64_MAX},
    {"DAY", TYPE_DATE, "2026-01-31", false, NULL, 0, 0, 0},
    {"DAY", TYPE_DATE, "2026-02-30T00", false, NULL, 0, 0, 0},
    {"DAY", TYPE_DATE, "2026-01-31T24", false, NULL, 0, 0, 0},
    {"DAY", TYPE_DATE, "2026-01-31T-1", false, NULL, 0, 0, 0},
    {"DAY", TYPE_DATE, "2026-01-31T00Z", false, NULL, 0, 0, 0},
    {"DAY", TYPE_DATE, "x", false, NULL, 0, 0, 0},
    {"DAY", TYPE_DATE, "2026-01-31T00,", false,
        "((leadpipe_t.`p` >= DATE '2026-01-31' AND leadpipe_t.`p` < DATE '2026-02-01'))", 0, 0, 0},
    {"DAY", TYPE_DATE, ",2026-01-31T00", false, NULL, 0, 0, 0},
    {"DAY", TYPE_DATE, "2026-01-31T00,no", false, NULL, 0, 0, 0},
    {NULL, TYPE_INT64, "9223372036854775807", false, NULL, 0, 100, 10},
    {NULL, TYPE_INT64, "100", false, NULL, 0, 100, 10},
    {NULL, TYPE_INT64, "-10", false, NULL, 0, 100, 10},
    {NULL, TYPE_INT64, "15", false, NULL, 0, 100, 10},
    {NULL, TYPE_INT64, "10 ", false, NULL, 0, 100, 10},
    {NULL, TYPE_INT64, "ten", false, NULL, 0, 100, 10},
    {NULL, TYPE_INT64, "10", false, NULL, 0, 100, 0},
};

static bool holds(size_t i)
{
	struct prune p = {.column = "p",
	    .unit = cases[i].unit,
	    .type = cases[i].type,
	    .start = cases[i].start,
	    .end = cases[i].end,
	    .step = cases[i].step};
	const char *wanted = cases[i].condition;
	bool ok, right;

	buf_init(&p.condition, 4096);
	buf_init(&p.staged, 4096);
	ok = prune_condition(&p, cases[i].list, cases[i].nulls);
	right = ok == (wanted != NULL) && (!ok || strcmp(buf_str(&p.condition), wanted) == 0);
	if (!right)
		printf("\"%s\": %s\n", cases[i].list, ok ? buf_str(&p.condition) : "refused");
	prune_free(&p);
	return right;
}

int main(void)
{
	size_t n = sizeof cases / sizeof *cases, failed = 0;

	for (size_t i = 0; i < n; i++)
		failed += !holds(i);
	printf("%zu passed, %zu failed\n", n - failed, failed);
	return failed > 0;
}
