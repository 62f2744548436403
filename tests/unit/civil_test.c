/* Dates and times of the sandbox: what BigQuery reads, and how it is stored. */

#include "../../cmd/leadpipe-sandbox/storage/civil.h"

#include <stdio.h>

static const struct {
	char kind; /* d date, t time, c datetime, s timestamp (want: its datetime in UTC) */
	const char *text;
	const char *want; /* NULL: refused */
} vectors[] = {
    {'d', "2026-11-22", "2026-11-22"},
    {'d', "2026-1-2", "2026-01-02"},
    {'d', "0001-01-01", "0001-01-01"},
    {'d', "9999-12-31", "9999-12-31"},
    {'d', "2024-02-29", "2024-02-29"},
    {'d', "2026-02-29", NULL},
    {'d', "2026/11/22", NULL},
    {'d', "26-11-22", NULL},
    {'d', "2026-11-22 ", NULL},
    {'d', "", NULL},
    {'t', "1:2:3", "01:02:03"},
    {'t', "23:59:59.999999", "23:59:59.999999"},
    {'t', "23:59:59.120", "23:59:59.12"},
    {'t', "23:59:59.", NULL},
    {'t', "23:59:59.1234567", NULL},
    {'t', "24:00:00", NULL},
    {'t', "23:60:00", NULL},
    {'t', "12:00", NULL},
    {'c', "2026-11-22 23:59:58", "2026-11-22T23:59:58"},
    {'c', "2026-11-22t23:59:58.5", "2026-11-22T23:59:58.5"},
    {'c', "2026-11-22", "2026-11-22T00:00:00"},
    {'c', "2026-11-22T23:59:58Z", NULL},
    {'s', "2026-11-22T23:59:58Z", "2026-11-22T23:59:58"},
    {'s', "2026-11-22 23:59:58.25", "2026-11-22T23:59:58.25"},
    {'s', "2026/11/22 23:59:58", "2026-11-22T23:59:58"},
    {'s', "2026-11-22T23:59:58+01:30", "2026-11-22T22:29:58"},
    {'s', "2026-11-22 23:59:58 -3", "2026-11-23T02:59:58"},
    {'s', "2026-11-22 23:59:58-0300", "2026-11-23T02:59:58"},
    {'s', "2026-11-22 23:59:58 UTC", "2026-11-22T23:59:58"},
    {'s', "2026-11-22+01", "2026-11-21T23:00:00"},
    {'s', "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999"},
    {'s', "0001-01-01T00:00:00+01:00", NULL},
    {'s', "2026-11-22T23:59:58+15:00", NULL},
    {'s', "2026-11-22T23:59:58+01:", NULL},
    {'s', "2026-11-22T23:59:58 PST", NULL},
    {'s', "2026-11-22T", NULL},
};

static bool read(char kind, struct span text, char got[CIVIL_TEXT])
{
	struct civil c = {0, 0};
	int64_t us = 0;
	bool ok = kind == 'd'   ? civil_parse_date(text, false, &c.days)
	          : kind == 't' ? civil_parse_time(text, &c.us)
	          : kind == 'c' ? civil_parse_datetime(text, false, &c)
	                        : civil_parse_timestamp(text, &us);

	if (kind == 's')
		c = civil_of_us(us);
	if (kind == 'd')
		civil_date(got, c.days);
	else if (kind == 't')
		civil_time(got, c.us);
	else
		civil_datetime(got, &c);
	return ok;
}

int main(void)
{
	int passed = 0, failed = 0;

	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		char got[CIVIL_TEXT];
		bool ok = read(vectors[i].kind, span_of(vectors[i].text), got);

		if (ok ? vectors[i].want && strcmp(got, vectors[i].want) == 0 : !vectors[i].want) {
			passed++;
			continue;
		}
		failed++;
		printf("%c %s: %s, not %s\n", vectors[i].kind, vectors[i].text,
		    ok ? got : "refused", vectors[i].want ? vectors[i].want : "refused");
	}
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0;
}
